import {
  EtherType,
  type FrameHandler,
  type FrameInfo,
  type LinkCapabilities,
  type LinkLayer,
  type MacAddress,
  type Millis,
  type NetworkDevice,
  type Packet,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import { HandlerTable } from "./handlers.ts";
import { MIN_MTU } from "./params.ts";

export interface IpLinkOptions {
  /** A device of medium `ip`, such as a TUN. Whoever started it passes each of its packets to {@link IpLink.receive}. */
  readonly device: NetworkDevice;
  /** Told of an exception out of a handler, which is a bug: the packet is dropped and counted. As `EthernetOptions.onFault`. */
  readonly onFault?: (error: unknown, etherType: number) => void;
}

/**
 * The link of a medium without link addresses, where packets are bare IP datagrams: dispatches by the version in the first octet.
 * Everything that arrives is for us, nobody is resolved, and groups need no filter.
 */
export class IpLink implements LinkLayer {
  readonly mac = null;
  /** Received packets, as those of `EthernetLayer`. */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** Packets to send, by what {@link IpLink.send} returned. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #device: NetworkDevice;
  readonly #handlers = new HandlerTable();
  readonly #frame: FrameInfo = { cast: "unicast", sourceHigh: 0, sourceLow: 0 };
  readonly #onFault: ((error: unknown, etherType: number) => void) | null;
  #capabilities: LinkCapabilities;

  /** @throws RangeError when the device carries frames, or its MTU is under 68 octets. */
  constructor({ device, onFault }: IpLinkOptions) {
    this.#device = device;
    this.#onFault = onFault ?? null;
    this.#capabilities = checked(device.capabilities);
  }

  get capabilities(): LinkCapabilities {
    return this.#capabilities;
  }

  /** Reads the device's capabilities again. @throws RangeError as the constructor does; the old ones stay. */
  capabilitiesChanged(): void {
    this.#capabilities = checked(this.#device.capabilities);
  }

  /** @throws RangeError when `etherType` is none. @throws Error when it has a handler. */
  handle(etherType: number, upper: FrameHandler): void {
    this.#handlers.add(etherType, upper);
  }

  joinGroup(_group: MacAddress): void {}

  leaveGroup(_group: MacAddress): void {}

  send(packet: Packet, _to: MacAddress, _etherType: number): Verdict {
    const { mtu, segmentation } = this.#capabilities;
    const largest = packet.segmentSize > 0 ? segmentation.maxOctets : mtu;
    if (packet.length > largest) return this.sent.count(Verdict.TooBig);
    return this.sent.count(this.#device.send(packet) ? Verdict.Handled : Verdict.DeviceBusy);
  }

  /** Takes one packet from the device, with `start` at the IP header. Returns what its handler made of it, or why it was dropped. */
  receive(packet: Packet, now: Millis): Verdict {
    if (packet.length === 0) return this.counters.count(Verdict.TooShort);
    const version = packet.view.getUint8(packet.start) >>> 4;
    const etherType = version === 4 ? EtherType.Ipv4 : version === 6 ? EtherType.Ipv6 : 0;
    const handler = this.#handlers.find(etherType);
    if (handler === null) return this.counters.count(Verdict.UnknownEtherType);
    packet.network = packet.start;
    try {
      const outcome = handler.input(packet, this.#frame, now);
      this.counters.count(Verdict.Handled);
      return outcome;
    } catch (error) {
      this.counters.count(Verdict.HandlerFault);
      if (this.#onFault === null) throw error;
      this.#onFault(error, etherType);
      return Verdict.HandlerFault;
    }
  }
}

function checked(capabilities: LinkCapabilities): LinkCapabilities {
  const { medium, mtu } = capabilities;
  if (medium !== "ip") throw new RangeError(`device must carry IP datagrams, not ${medium}`);
  if (mtu < MIN_MTU) throw new RangeError(`mtu must be at least ${MIN_MTU}, not ${mtu}`);
  return capabilities;
}

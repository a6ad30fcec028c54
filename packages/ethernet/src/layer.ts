import {
  EtherType,
  type FrameHandler,
  type FrameInfo,
  type LinkCapabilities,
  type LinkLayer,
  type MacAddress,
  type Millis,
  macHigh,
  type NetworkDevice,
  type Packet,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import { linkCapabilities } from "./capabilities.ts";
import { GroupFilter } from "./group-filter.ts";
import { HandlerTable } from "./handlers.ts";
import { FrameHeader } from "./header.ts";
import { MIN_ETHER_TYPE } from "./params.ts";

/**
 * Sees every frame, before the filter on the way in and with its header on the way out. The packet starts at the Ethernet header, is
 * borrowed, and must not be altered, not even `start`.
 */
export type FrameObserver = (packet: Packet, direction: "in" | "out") => void;

export interface EthernetOptions {
  /** The device below. Whoever started it passes each of its frames to {@link EthernetLayer.receive}. */
  readonly device: NetworkDevice;
  /** Our address on the link; the device's by default. */
  readonly mac?: MacAddress;
  /**
   * Told of an exception out of a handler or observer. Handlers never throw by contract, so this is a bug, but one frame must not end
   * the service: the frame is dropped, counted as `HandlerFault`, and the reader goes on. Without this sink nobody would learn of the
   * bug, so the exception goes on to the device instead. What the sink throws goes on as well.
   * `etherType` is -1 when it was an observer.
   */
  readonly onFault?: (error: unknown, etherType: number) => void;
}

/**
 * Ethernet II (RFC 894): writes and reads the 14-octet header, filters by destination, dispatches by EtherType. Not promiscuous, no
 * VLANs, no IEEE 802.2. Frames are not padded: a device whose medium asks for 60 octets pads below this layer.
 */
export class EthernetLayer implements LinkLayer {
  readonly mac: MacAddress;
  /**
   * Received frames. `Handled`: passed to a handler, whose own counters say what became of them. Everything else: why this layer
   * dropped them.
   */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** Frames to send, by what {@link EthernetLayer.send} returned. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #device: NetworkDevice;
  readonly #groups = new GroupFilter();
  readonly #handlers = new HandlerTable();
  readonly #frame: FrameInfo = { cast: "unicast", sourceHigh: 0, sourceLow: 0 };
  /** Whether the frame that `#frame` describes has our own MAC address as its source. */
  #fromOwnMac = false;
  readonly #onFault: ((error: unknown, etherType: number) => void) | null;
  // Replaced, never changed in place: an observer may leave while being called.
  #observers: readonly FrameObserver[] = [];
  #capabilities: LinkCapabilities;
  #closed = false;

  /**
   * @throws RangeError when the device does not carry Ethernet frames, has an MTU under 68, or `mac` is not a station's address.
   * @throws TypeError when neither `mac` nor the device has an address.
   */
  constructor(options: EthernetOptions) {
    const { device, mac = device.mac, onFault = null } = options;
    if (mac === null) throw new TypeError("mac is needed: the device has none");
    if (mac.isMulticast || mac.isZero) throw new RangeError(`mac must be a station's address, not ${mac}`);
    this.mac = mac;
    this.#device = device;
    this.#onFault = onFault;
    this.#capabilities = linkCapabilities(device.capabilities);
  }

  get capabilities(): LinkCapabilities {
    return this.#capabilities;
  }

  /**
   * Reads the device's capabilities again.
   * @throws RangeError as the constructor does; the old capabilities stay.
   */
  capabilitiesChanged(): void {
    this.#capabilities = linkCapabilities(this.#device.capabilities);
  }

  /** @throws RangeError when `etherType` is none. @throws Error when it has a handler. */
  handle(etherType: number, upper: FrameHandler): void {
    this.#handlers.add(etherType, upper);
  }

  /** @throws RangeError when `group` is no group address. @throws NetError ENOBUFS beyond 256 groups. */
  joinGroup(group: MacAddress): void {
    this.#groups.join(group);
  }

  /** @throws RangeError when `group` is not joined. */
  leaveGroup(group: MacAddress): void {
    this.#groups.leave(group);
  }

  /** Adds an observer of all frames; observers are called in the order they came. Returns what ends it. */
  tap(observer: FrameObserver): () => void {
    // A closure of its own, so that the same observer twice is two observers.
    const own: FrameObserver = (packet, direction) => observer(packet, direction);
    this.#observers = [...this.#observers, own];
    return () => {
      this.#observers = this.#observers.filter((other) => other !== own);
    };
  }

  /** Stops sending and receiving for good; what comes after is `Closed`. The device stays its owner's. Idempotent. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Sends one packet, which starts at its network header and is borrowed. `TooBig`: over the MTU, or a large segment over what the
   * device segments. `DeviceBusy`: not taken, nothing was sent. `Closed`.
   * @throws RangeError when the packet has less than `capabilities.headroom` octets in front.
   */
  send(packet: Packet, to: MacAddress, etherType: number): Verdict {
    return this.sent.count(this.#send(packet, to, etherType));
  }

  #send(packet: Packet, to: MacAddress, etherType: number): Verdict {
    if (this.#closed) return Verdict.Closed;
    const { mtu, segmentation, headroom } = this.#capabilities;
    if (packet.length > (packet.segmentSize > 0 ? segmentation.maxOctets : mtu)) return Verdict.TooBig;
    if (packet.start < headroom)
      throw new RangeError(`packet needs ${headroom} octets of headroom, not ${packet.start}`);
    const start = packet.start - FrameHeader.size;
    to.write(packet.bytes, start + FrameHeader.destination);
    this.mac.write(packet.bytes, start + FrameHeader.source);
    packet.view.setUint16(start + FrameHeader.etherType, etherType);
    packet.start = start;
    if (this.#observers.length > 0) this.#observe(packet, "out");
    const taken = this.#device.send(packet);
    packet.start = start + FrameHeader.size;
    return taken ? Verdict.Handled : Verdict.DeviceBusy;
  }

  /**
   * Takes one frame from the device, with `start` at the Ethernet header. Returns what its handler made of it, or why it was dropped.
   * Octets from the wire never make it throw.
   */
  receive(packet: Packet, now: Millis): Verdict {
    if (this.#observers.length > 0) this.#observe(packet, "in");
    const verdict = this.#accept(packet);
    if (verdict !== Verdict.Handled) return this.counters.count(verdict);
    const etherType = packet.view.getUint16(packet.start + FrameHeader.etherType);
    const handler = this.#handlers.find(etherType);
    if (handler === null) return this.counters.count(Verdict.UnknownEtherType);
    packet.start += FrameHeader.size;
    packet.network = packet.start;
    try {
      const outcome = this.#fromOwnMac
        ? handler.inputFromOwnMac!(packet, this.#frame, now)
        : handler.input(packet, this.#frame, now);
      this.counters.count(Verdict.Handled);
      return outcome;
    } catch (error) {
      return this.#fault(error, etherType);
    }
  }

  /** Checks the header and describes it in `#frame` and `#fromOwnMac`. */
  #accept(packet: Packet): Verdict {
    if (this.#closed) return Verdict.Closed;
    const { bytes, start } = packet;
    if (packet.end - start < FrameHeader.size) return Verdict.TooShort;
    const frame = this.#frame;
    const high = macHigh(bytes, start + FrameHeader.destination);
    const low = macHigh(bytes, start + FrameHeader.destination + 3);
    if (high === this.mac.high && low === this.mac.low) frame.cast = "unicast";
    else if (high === 0xffffff && low === 0xffffff) frame.cast = "broadcast";
    else if ((high & 0x010000) !== 0 && this.#groups.has(high, low)) frame.cast = "multicast";
    else return Verdict.NotForUs;
    frame.sourceHigh = macHigh(bytes, start + FrameHeader.source);
    frame.sourceLow = macHigh(bytes, start + FrameHeader.source + 3);
    // No station sends from a group address (IEEE 802.3-2018 3.2.3).
    if ((frame.sourceHigh & 0x010000) !== 0) return Verdict.BadSource;
    const etherType = packet.view.getUint16(start + FrameHeader.etherType);
    this.#fromOwnMac = frame.sourceHigh === this.mac.high && frame.sourceLow === this.mac.low;
    // Nobody but us should send from ours: a loop brought it back, or there is a second one of us, which few want to know.
    if (this.#fromOwnMac && !this.#handlers.takesOwnMac(etherType)) return Verdict.BadSource;
    if (etherType < MIN_ETHER_TYPE) return Verdict.LengthFrame;
    if (etherType === EtherType.Vlan || etherType === EtherType.ServiceVlan) return Verdict.VlanTagged;
    return Verdict.Handled;
  }

  #observe(packet: Packet, direction: "in" | "out"): void {
    for (const observer of this.#observers) {
      try {
        observer(packet, direction);
      } catch (error) {
        if (this.#onFault === null) throw error;
        this.#onFault(error, -1);
      }
    }
  }

  #fault(error: unknown, etherType: number): Verdict {
    this.counters.count(Verdict.HandlerFault);
    if (this.#onFault === null) throw error;
    this.#onFault(error, etherType);
    return Verdict.HandlerFault;
  }
}

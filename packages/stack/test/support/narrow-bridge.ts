import { ethernetFrame, icmpV6Message, ipv6Packet, parseEthernet, parseIpv6 } from "@mnet/conformance";
import { type DeviceSink, EtherType, IpProtocol, type NetworkDevice, Packet } from "@mnet/core";

/** Octets of the offending packet in an error: the error itself fits 1280 octets (RFC 4443 3.2). */
const QUOTED = 1280 - 48;

/**
 * Joins two links at the level of frames, and does what a router in front of a narrow link does to IPv6: packets that are too big do not pass,
 * and their sender is told (RFC 4443 3.2).
 */
export class NarrowBridge {
  /** Packet Too Big messages sent. */
  told = 0;
  readonly #mtu: number;

  constructor(left: NetworkDevice, right: NetworkDevice, mtu: number) {
    this.#mtu = mtu;
    this.#attach(left, right);
    this.#attach(right, left);
  }

  #attach(from: NetworkDevice, to: NetworkDevice): void {
    const sink: DeviceSink = {
      receive: (packet) => this.#pass(packet.toBytes(), from, to),
      batchEnd: () => {},
      writable: () => {},
      linkChanged: () => {},
      capabilitiesChanged: () => {},
      failed: () => {},
    };
    from.start(sink);
  }

  #pass(octets: Uint8Array, from: NetworkDevice, to: NetworkDevice): void {
    const frame = parseEthernet(octets);
    const tooBig = frame.etherType === EtherType.Ipv6 && frame.payload.length > this.#mtu;
    if (!tooBig) {
      send(to, octets);
      return;
    }
    this.told++;
    const around = { source: "fd00::fe", destination: parseIpv6(frame.payload).source };
    const error = icmpV6Message({ ...around, type: 2, rest: this.#mtu }, frame.payload.subarray(0, QUOTED));
    const ip = ipv6Packet({ ...around, nextHeader: IpProtocol.Icmpv6 }, error);
    send(
      from,
      ethernetFrame({ destination: frame.source, source: frame.destination, etherType: EtherType.Ipv6 }, ip),
    );
  }
}

function send(device: NetworkDevice, octets: Uint8Array): void {
  const packet = new Packet(octets.slice());
  packet.reset(0, octets.length);
  device.send(packet);
}

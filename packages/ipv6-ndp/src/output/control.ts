import {
  type AddressResolver,
  EtherType,
  foldChecksum,
  type IpAddress,
  IpProtocol,
  type LinkLayer,
  MacAddress,
  type Millis,
  type Packet,
  pseudoHeaderSum,
  ScratchPacket,
  sumPacket,
  Verdict,
} from "@mnet/core";
import type { ControlOptions, ControlOutput } from "../control-output.ts";
import { HEADER_OCTETS, HeaderFields } from "../header/header.ts";
import { ROUTER_ALERT_OCTETS, writeRouterAlert } from "../header/options.ts";

/** Where the checksum stands in an ICMPv6 message (RFC 4443 2.1). */
const CHECKSUM = 2;

/** Sends the messages of Neighbor Discovery and MLD. */
export class ControlSender implements ControlOutput {
  readonly #link: LinkLayer;
  readonly #scratch = new ScratchPacket();
  readonly #header = new HeaderFields();
  /** Who finds a neighbour when the sender of a message does not know its link address; set once there is one. */
  resolver: AddressResolver | null = null;

  constructor(link: LinkLayer) {
    this.#link = link;
  }

  scratch(octets: number): Packet {
    return this.#scratch.prepare(
      this.#link.capabilities.headroom + HEADER_OCTETS + ROUTER_ALERT_OCTETS,
      octets,
    );
  }

  send(
    packet: Packet,
    source: IpAddress,
    destination: IpAddress,
    how: ControlOptions,
    to: MacAddress | null,
    now: Millis,
  ): Verdict {
    const { start, view, length } = packet;
    const headers = HEADER_OCTETS + (how.routerAlert ? ROUTER_ALERT_OCTETS : 0);
    if (length + headers > this.#link.capabilities.mtu) return Verdict.TooBig;
    const sum = pseudoHeaderSum(source, destination, IpProtocol.Icmpv6, length) + sumPacket(packet, start);
    view.setUint16(start + CHECKSUM, foldChecksum(sum));
    packet.transport = start;
    packet.payload = start;
    packet.start = start - headers;
    packet.network = packet.start;
    const header = this.#header;
    header.payloadLength = length + headers - HEADER_OCTETS;
    header.nextHeader = how.routerAlert ? IpProtocol.HopByHop : IpProtocol.Icmpv6;
    header.hopLimit = how.hopLimit;
    header.source = source;
    header.destination = destination;
    header.write(view, packet.start);
    if (how.routerAlert) writeRouterAlert(view, packet.start + HEADER_OCTETS, IpProtocol.Icmpv6);
    const verdict = this.#emit(packet, destination, to, now);
    packet.start = start;
    return verdict;
  }

  #emit(packet: Packet, destination: IpAddress, to: MacAddress | null, now: Millis): Verdict {
    if (to !== null) return this.#link.send(packet, to, EtherType.Ipv6);
    if (destination.isMulticast) {
      return this.#link.send(packet, MacAddress.ofIpv6Group(destination.w3), EtherType.Ipv6);
    }
    if (this.resolver !== null) return this.resolver.sendVia(destination, packet, now);
    return this.#link.send(packet, MacAddress.zero, EtherType.Ipv6);
  }
}

import {
  type FrameInfo,
  foldSum,
  IpProtocol,
  type Millis,
  type Packet,
  type ProtocolTable,
  pseudoHeaderSum,
  RxChecksum,
  sumPacket,
  Verdict,
} from "@mnet/core";
import type { Ipv6Info } from "../info.ts";
import type { AcceptFilter } from "./accept.ts";

/** ICMPv6 types of Neighbor Discovery (RFC 4861 4) and MLD (RFC 2710 3, RFC 3810 5), which IPv6 handles itself. */
export const ControlType = {
  ListenerQuery: 130,
  ListenerReport: 131,
  ListenerDone: 132,
  RouterSolicitation: 133,
  RouterAdvertisement: 134,
  NeighborSolicitation: 135,
  NeighborAdvertisement: 136,
  Redirect: 137,
  ListenerReportV2: 143,
} as const;

/** Octets of type, code and checksum. */
const ICMP_OCTETS = 4;

/** Receives Neighbor Discovery messages. */
export interface DiscoveryInput {
  input(
    type: number,
    packet: Packet,
    info: Ipv6Info,
    frame: FrameInfo,
    fragmented: boolean,
    now: Millis,
  ): Verdict;
}

/** Receives MLD messages. */
export interface ListenerInput {
  input(type: number, packet: Packet, info: Ipv6Info, now: Millis): Verdict;
}

/** Verifies ICMPv6 messages and hands them to Neighbor Discovery, to MLD, or to whoever registered for the protocol. */
export class ControlInput {
  readonly #protocols: ProtocolTable;
  readonly #discovery: DiscoveryInput;
  readonly #listener: ListenerInput;
  readonly #accept: AcceptFilter;

  constructor(
    protocols: ProtocolTable,
    discovery: DiscoveryInput,
    listener: ListenerInput,
    accept: AcceptFilter,
  ) {
    this.#protocols = protocols;
    this.#discovery = discovery;
    this.#listener = listener;
    this.#accept = accept;
  }

  /** @param packet starts at the ICMPv6 header; borrowed. */
  input(packet: Packet, info: Ipv6Info, frame: FrameInfo, now: Millis): Verdict {
    if (packet.end - packet.start < ICMP_OCTETS) return Verdict.TooShort;
    if (packet.rxChecksum === RxChecksum.Unknown) {
      if (!checksumHolds(packet, info)) return Verdict.BadChecksum;
      packet.rxChecksum = RxChecksum.Verified;
    }
    const type = packet.view.getUint8(packet.start);
    if (info.fromOwnMac && !isNeighborType(type)) return Verdict.BadSource;
    if (type >= ControlType.RouterSolicitation && type <= ControlType.Redirect) {
      // What we say to ourselves tells nothing of neighbours.
      if (info.loopback) return Verdict.Ignored;
      return this.#discovery.input(type, packet, info, frame, info.fragmented, now);
    }
    if (isListenerType(type)) {
      return info.loopback ? Verdict.Ignored : this.#listener.input(type, packet, info, now);
    }
    if (info.controlOnly) return this.#accept.refusal(info);
    return this.#protocols.deliver(packet, info, info.nextHeaderAt, now);
  }
}

/** What duplicate address detection speaks (RFC 4862 5.4). */
function isNeighborType(type: number): boolean {
  return type === ControlType.NeighborSolicitation || type === ControlType.NeighborAdvertisement;
}

function isListenerType(type: number): boolean {
  return (
    (type >= ControlType.ListenerQuery && type <= ControlType.ListenerDone) ||
    type === ControlType.ListenerReportV2
  );
}

function checksumHolds(packet: Packet, info: Ipv6Info): boolean {
  const length = packet.end - packet.start;
  const pseudo = pseudoHeaderSum(info.source, info.destination, IpProtocol.Icmpv6, length);
  return foldSum(pseudo + sumPacket(packet, packet.start)) === 0xffff;
}

import {
  EtherType,
  foldChecksum,
  IpAddress,
  IpProtocol,
  type LinkLayer,
  MacAddress,
  type MembershipOutput,
  type Millis,
  type OlderVersion,
  type Packet,
  ScratchPacket,
  sumOctets,
  VerdictCounters,
} from "@mnet/core";
import { Fragment, HEADER_OCTETS, HeaderFields } from "../header/header.ts";
import { ALL_REPORT_ROUTERS, ALL_ROUTERS, Igmp, IgmpType } from "./format.ts";

/** The router alert option (RFC 2113 2.1), which every IGMP message carries (RFC 9776 4). */
const ROUTER_ALERT = 0x94040000;

/** Octets of the header with that option. */
const ALERT_HEADER_OCTETS: number = HEADER_OCTETS + 4;

/** Precedence 6, internetwork control (RFC 9776 4). */
const TRAFFIC_CLASS = 0xc0;

/** A report is kept to what everybody takes in one piece, should the link take more. */
const LARGEST_REPORT = 1500;

/** Writes IGMP messages and sends them. */
export class IgmpOutput implements MembershipOutput {
  readonly addressOctets = 4;
  /** Messages by what the link said. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #link: LinkLayer;
  readonly #source: () => IpAddress | null;
  readonly #scratch = new ScratchPacket();
  readonly #header = new HeaderFields();

  /** @param source the address to send from, `null` without one: then it is 0.0.0.0 (RFC 9776 4.2.13). */
  constructor(link: LinkLayer, source: () => IpAddress | null) {
    this.#link = link;
    this.#source = source;
    this.#header.trafficClass = TRAFFIC_CLASS;
    this.#header.timeToLive = 1;
    this.#header.protocol = IpProtocol.Igmp;
    this.#header.flagsAndOffset = Fragment.DontFragment;
  }

  scratch(): Packet {
    return this.#prepare(Math.min(this.#link.capabilities.mtu, LARGEST_REPORT) - ALERT_HEADER_OCTETS);
  }

  sendReport(packet: Packet, records: number, _now: Millis): void {
    const { start, view } = packet;
    view.setUint32(start, IgmpType.ReportV3 << 24);
    view.setUint32(start + Igmp.Group, records);
    this.#send(packet, ALL_REPORT_ROUTERS);
  }

  sendOldReport(group: IpAddress, older: OlderVersion, _now: Millis): void {
    this.#sendOld(older === 1 ? IgmpType.ReportV2 : IgmpType.ReportV1, group, group.w3);
  }

  sendOldLeave(group: IpAddress, older: OlderVersion, _now: Millis): void {
    if (older === 1) this.#sendOld(IgmpType.LeaveGroup, group, ALL_ROUTERS);
  }

  #sendOld(type: number, group: IpAddress, destination: number): void {
    const packet = this.#prepare(Igmp.HeaderOctets);
    packet.view.setUint32(packet.start, type << 24);
    packet.view.setInt32(packet.start + Igmp.Group, group.w3);
    this.#send(packet, destination);
  }

  #prepare(octets: number): Packet {
    return this.#scratch.prepare(this.#link.capabilities.headroom + ALERT_HEADER_OCTETS, octets);
  }

  /** @param packet starts at the IGMP header, whose checksum is zero. @param destination 32 bits. */
  #send(packet: Packet, destination: number): void {
    const { start, end, view } = packet;
    view.setUint16(start + Igmp.Checksum, foldChecksum(sumOctets(view, start, end)));
    packet.transport = start;
    packet.payload = start + Igmp.HeaderOctets;
    packet.start -= ALERT_HEADER_OCTETS;
    packet.network = packet.start;
    const header = this.#header;
    header.source = (this.#source() ?? IpAddress.anyV4).w3;
    header.destination = destination;
    header.totalLength = end - packet.start;
    header.writeWithOption(view, packet.start, ROUTER_ALERT);
    this.sent.count(this.#link.send(packet, MacAddress.ofIpv4Group(destination), EtherType.Ipv4));
    packet.start = start;
  }
}

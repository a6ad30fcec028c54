import { EtherType, type IpAddress, IpProtocol } from "@mnet/core";
import { pseudoHeader } from "../build/checksum.ts";
import { IcmpFormat } from "../format/icmp.ts";
import { Ipv4Flags, Ipv4Format } from "../format/ipv4.ts";
import { Ipv6Format } from "../format/ipv6.ts";
import { FragmentHeaderFormat, Ipv6Extension } from "../format/ipv6-extension.ts";
import { IgmpFormat } from "../format/multicast.ts";
import { TcpFormat } from "../format/tcp.ts";
import { UdpFormat } from "../format/udp.ts";
import type { Repair } from "./input-source.ts";

const ETHERNET_HEADER = 14;
const ETHER_TYPE = 12;

/** The sum of 16-bit words, not folded: an odd octet at the end counts as the upper half of a word (RFC 1071). */
function sumWords(octets: Uint8Array): number {
  let sum = 0;
  const even = octets.length & ~1;
  for (let at = 0; at < even; at += 2) sum += octets[at]! * 256 + octets[at + 1]!;
  return even === octets.length ? sum : sum + octets[even]! * 256;
}

/** Puts the right checksum at `field`; `initial` is the sum of the pseudo-header. Octets too short to have the field stay. */
function putChecksum(octets: Uint8Array, field: number, initial = 0): void {
  if (octets.length < field + 2) return;
  octets[field] = 0;
  octets[field + 1] = 0;
  const folded = (initial + sumWords(octets)) % 0xffff;
  const checksum = 0xffff - folded;
  octets[field] = checksum >>> 8;
  octets[field + 1] = checksum;
}

function put16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}

/** Repairs an ICMP message; its quote, if it has one, stays as it is. */
export const repairIcmp: Repair = (octets) => putChecksum(octets, IcmpFormat.checksum);

function putTransport(protocol: number, octets: Uint8Array, pseudo: number, lengths: boolean): void {
  if (protocol === IpProtocol.Icmp) putChecksum(octets, IcmpFormat.checksum);
  if (protocol === IpProtocol.Igmp) putChecksum(octets, IgmpFormat.checksum);
  if (protocol === IpProtocol.Icmpv6) putChecksum(octets, IcmpFormat.checksum, pseudo);
  if (protocol === IpProtocol.Tcp) putChecksum(octets, TcpFormat.checksum, pseudo);
  if (protocol !== IpProtocol.Udp) return;
  if (lengths && octets.length >= UdpFormat.payload) put16(octets, UdpFormat.length, octets.length);
  putChecksum(octets, UdpFormat.checksum, pseudo);
}

/** A repair of what stands behind the IP header of a protocol between two addresses. */
export function repairTransport(source: IpAddress, destination: IpAddress, protocol: number): Repair {
  const addresses = sumWords(pseudoHeader(source, destination, protocol, 0));
  return (octets, { lengths }) => putTransport(protocol, octets, addresses + octets.length, lengths);
}

/** Repairs an IPv4 datagram: the total length, the header checksum, and the transport's checksum where it is no fragment. */
export const repairIpv4: Repair = (octets, parts) => {
  if (octets.length < Ipv4Format.options) return;
  const header = Math.min(octets.length, Math.max(Ipv4Format.options, (octets[0]! & 15) * 4));
  if (parts.lengths) put16(octets, Ipv4Format.totalLength, octets.length);
  putChecksum(octets.subarray(0, header), Ipv4Format.checksum);
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const fragment = view.getUint16(Ipv4Format.flagsAndOffset) & (Ipv4Flags.moreFragments | Ipv4Flags.offset);
  if (fragment !== 0) return;
  const end = Math.min(octets.length, view.getUint16(Ipv4Format.totalLength));
  const transport = octets.subarray(header, Math.max(header, end));
  const protocol = octets[Ipv4Format.protocol]!;
  const addresses = sumWords(octets.subarray(Ipv4Format.source, Ipv4Format.options));
  putTransport(protocol, transport, addresses + protocol + transport.length, parts.lengths);
};

/**
 * Repairs an IPv6 packet: the payload length, and the checksum of what is behind the extension headers where they can be walked and it is
 * no fragment.
 */
export const repairIpv6: Repair = (octets, parts) => {
  if (octets.length < Ipv6Format.payload) return;
  if (parts.lengths) put16(octets, Ipv6Format.payloadLength, octets.length - Ipv6Format.payload);
  const length = octets[Ipv6Format.payloadLength]! * 256 + octets[Ipv6Format.payloadLength + 1]!;
  const end = Math.min(octets.length, Ipv6Format.payload + length);
  let protocol = octets[Ipv6Format.nextHeader]!;
  let at: number = Ipv6Format.payload;
  while (isExtension(protocol) && at + 8 <= end) {
    const fragment = protocol === Ipv6Extension.Fragment;
    const place = octets[at + FragmentHeaderFormat.offsetAndFlags + 1]! & 0xf9;
    if (fragment && (place !== 0 || octets[at + FragmentHeaderFormat.offsetAndFlags] !== 0)) return;
    protocol = octets[at]!;
    at += fragment ? FragmentHeaderFormat.payload : 8 * (octets[at + 1]! + 1);
  }
  const transport = octets.subarray(at, Math.max(at, end));
  const addresses = sumWords(octets.subarray(Ipv6Format.source, Ipv6Format.payload));
  putTransport(protocol, transport, addresses + protocol + transport.length, parts.lengths);
};

function isExtension(nextHeader: number): boolean {
  const { HopByHop, Routing, Fragment, DestinationOptions } = Ipv6Extension;
  return [HopByHop, Routing, Fragment, DestinationOptions].some((header) => header === nextHeader);
}

/** Repairs an Ethernet frame that carries IPv4 or IPv6; other frames have nothing to repair. */
export const repairEthernet: Repair = (octets, parts) => {
  if (octets.length < ETHERNET_HEADER) return;
  const etherType = octets[ETHER_TYPE]! * 256 + octets[ETHER_TYPE + 1]!;
  if (etherType === EtherType.Ipv4) repairIpv4(octets.subarray(ETHERNET_HEADER), parts);
  if (etherType === EtherType.Ipv6) repairIpv6(octets.subarray(ETHERNET_HEADER), parts);
};

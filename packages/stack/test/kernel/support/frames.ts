import {
  ethernetFrame,
  type Ipv4Fields,
  ipv4Packet,
  type ParsedArp,
  type ParsedIcmpV4,
  type ParsedIpv4,
  parseArp,
  parseEthernet,
  parseIcmpV4,
  parseIpv4,
} from "@mnet/conformance";
import { EtherType, IpProtocol } from "@mnet/core";
import type { PacketSocket } from "@mnet/kernel-tools";
import { until } from "../support.ts";

export interface ArpFrame extends ParsedArp {
  /** Where the Ethernet frame went. */
  readonly to: string;
}

export interface Ipv4Frame extends ParsedIpv4 {
  readonly to: string;
}

export interface IcmpFrame extends ParsedIcmpV4 {
  readonly ip: Ipv4Frame;
}

/** The ARP packets among frames. */
export function arpIn(frames: readonly Uint8Array[]): ArpFrame[] {
  return withType(frames, EtherType.Arp).map(({ payload, to }) => ({ ...parseArp(payload), to }));
}

/** The IPv4 datagrams and fragments among frames. */
export function ipv4In(frames: readonly Uint8Array[]): Ipv4Frame[] {
  return withType(frames, EtherType.Ipv4).map(({ payload, to }) => ({ ...parseIpv4(payload), to }));
}

/** The ICMP messages among frames. */
export function icmpIn(frames: readonly Uint8Array[]): IcmpFrame[] {
  return ipv4In(frames)
    .filter(({ protocol, fragmentOffset }) => protocol === IpProtocol.Icmp && fragmentOffset === 0)
    .map((ip) => ({ ...parseIcmpV4(ip.payload), ip }));
}

/** Collects what the stack sends until `enough` of it, as `read` picks it from the frames. @throws Error when that takes too long. */
export async function collect<T>(
  socket: PacketSocket,
  read: (frames: readonly Uint8Array[]) => T[],
  enough: (found: readonly T[]) => boolean,
  limit?: number,
): Promise<T[]> {
  const found: T[] = [];
  await until(() => {
    found.push(...read(socket.received()));
    return enough(found);
  }, limit);
  return found;
}

/** A frame with an IPv4 datagram. */
export function ipv4Frame(
  link: { readonly from: string; readonly to: string },
  fields: Ipv4Fields,
  payload: Uint8Array,
): Uint8Array {
  return ethernetFrame(
    { source: link.from, destination: link.to, etherType: EtherType.Ipv4 },
    ipv4Packet(fields, payload),
  );
}

function withType(
  frames: readonly Uint8Array[],
  etherType: number,
): { readonly payload: Uint8Array; readonly to: string }[] {
  return frames
    .map(parseEthernet)
    .filter((frame) => frame.etherType === etherType)
    .map(({ payload, destination }) => ({ payload, to: destination }));
}

import { EtherType, IpProtocol } from "@mnet/core";
import { type ParsedArp, parseArp } from "../parse/arp.ts";
import { parseEthernet } from "../parse/ethernet.ts";
import { parseIpv4 } from "../parse/ipv4.ts";
import { parseIpv6Chain } from "../parse/ipv6-extension.ts";
import { parseTcp } from "../parse/tcp.ts";
import type { ParsedTcpOptions } from "../parse/tcp-options.ts";
import { parseUdp } from "../parse/udp.ts";
import { describeIcmpV4, describeIcmpV6, describeIgmp } from "./describe-control.ts";

/**
 * One readable line for an Ethernet frame; comparing lines makes a test of what was sent read like a capture. Wrong checksums are
 * named; so is what cannot be parsed. Never throws.
 */
export function describeFrame(bytes: Uint8Array): string {
  return guarded(() => {
    const { source, destination, etherType, payload } = parseEthernet(bytes);
    return `${source} > ${destination} ${describePayload(etherType, payload)}`;
  });
}

/** One readable line for an IP datagram. Never throws. */
export function describeDatagram(bytes: Uint8Array): string {
  return guarded(() => ((bytes[0] ?? 0) >>> 4 === 6 ? describeIpv6(bytes) : describeIpv4(bytes)));
}

/** One readable line for a transport datagram, such as one that a `FakeIpLayer` recorded. Never throws. */
export function describeTransport(datagram: {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly octets: Uint8Array;
}): string {
  const { protocol, source, destination, octets } = datagram;
  return guarded(() => describeUpper(protocol, source, destination, octets));
}

function guarded(describe: () => string): string {
  try {
    return describe();
  } catch (error) {
    return `malformed: ${(error as Error).message}`;
  }
}

function describePayload(etherType: number, payload: Uint8Array): string {
  switch (etherType) {
    case EtherType.Arp:
      return describeArp(parseArp(payload));
    case EtherType.Ipv4:
    case EtherType.Ipv6:
      return describeDatagram(payload);
    default:
      return `type 0x${etherType.toString(16).padStart(4, "0")}, ${payload.length} octets`;
  }
}

function describeArp(arp: ParsedArp): string {
  const { operation, senderAddress, senderMac, targetAddress } = arp;
  if (operation === "request") return `ARP who has ${targetAddress}? tell ${senderAddress}`;
  if (operation === "reply") return `ARP ${senderAddress} is at ${senderMac}`;
  return `ARP operation ${operation}`;
}

function describeIpv4(bytes: Uint8Array): string {
  const ip = parseIpv4(bytes);
  const bad = ip.checksumValid ? "" : " (bad IPv4 checksum)";
  if (ip.moreFragments || ip.fragmentOffset > 0) {
    const more = ip.moreFragments ? ", more" : "";
    const range = `${ip.fragmentOffset}+${ip.payload.length}`;
    return `${ip.source} > ${ip.destination}: fragment ${range} of ${ip.identification}${more}${bad}`;
  }
  return `${describeUpper(ip.protocol, ip.source, ip.destination, ip.payload)}${bad}`;
}

function describeIpv6(bytes: Uint8Array): string {
  const { source, destination, extensions, fragment, protocol, upper } = parseIpv6Chain(bytes);
  const names = extensions.map(({ header }) => header).filter((header) => header !== "fragment");
  const behind = names.length === 0 ? "" : ` [${names.join(", ")}]`;
  if (fragment !== null && (fragment.moreFragments || fragment.fragmentOffset > 0)) {
    const { fragmentOffset, identification, moreFragments } = fragment;
    const range = `${fragmentOffset}+${upper.length}`;
    return `${source} > ${destination}: fragment ${range} of ${identification}${moreFragments ? ", more" : ""}${behind}`;
  }
  return `${describeUpper(protocol, source, destination, upper)}${behind}`;
}

function describeUpper(protocol: number, source: string, destination: string, bytes: Uint8Array): string {
  switch (protocol) {
    case IpProtocol.Icmp:
      return `${source} > ${destination}: ${describeIcmpV4(bytes)}`;
    case IpProtocol.Icmpv6:
      return `${source} > ${destination}: ${describeIcmpV6(bytes, { source, destination })}`;
    case IpProtocol.Igmp:
      return `${source} > ${destination}: ${describeIgmp(bytes)}`;
    case IpProtocol.Udp: {
      const udp = parseUdp(bytes, { source, destination });
      const flow = describeFlow(source, udp.sourcePort, destination, udp.destinationPort);
      return `${flow}: UDP ${udp.payload.length} octets${udp.checksumValid ? "" : " (bad UDP checksum)"}`;
    }
    case IpProtocol.Tcp: {
      const tcp = parseTcp(bytes, { source, destination });
      const flow = describeFlow(source, tcp.sourcePort, destination, tcp.destinationPort);
      const acknowledgment = tcp.flags.includes("A") ? ` ack ${tcp.acknowledgment}` : "";
      const options = describeOptions(tcp.options);
      const numbers = `seq ${tcp.sequence}${acknowledgment} win ${tcp.window}${options}`;
      const bad = tcp.checksumValid ? "" : " (bad TCP checksum)";
      return `${flow}: TCP [${tcp.flags}] ${numbers}, ${tcp.payload.length} octets${bad}`;
    }
    default:
      return `${source} > ${destination}: protocol ${protocol}, ${bytes.length} octets`;
  }
}

function describeFlow(
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
): string {
  const endpoint = (address: string, port: number): string =>
    address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  return `${endpoint(source, sourcePort)} > ${endpoint(destination, destinationPort)}`;
}

function describeOptions(options: ParsedTcpOptions): string {
  const parts: string[] = [];
  if (options.maximumSegmentSize !== undefined) parts.push(`mss ${options.maximumSegmentSize}`);
  if (options.windowScale !== undefined) parts.push(`wscale ${options.windowScale}`);
  if (options.sackPermitted) parts.push("sackOK");
  if (options.timestamps !== undefined)
    parts.push(`TS ${options.timestamps.value} ${options.timestamps.echo}`);
  for (const [left, right] of options.sack ?? []) parts.push(`sack ${left}:${right}`);
  for (const kind of options.unknown ?? []) parts.push(`option ${kind}`);
  if (options.malformed) parts.push("malformed");
  return parts.length === 0 ? "" : ` <${parts.join(", ")}>`;
}

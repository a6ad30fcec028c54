import { IcmpV6Type } from "../format/icmpv6.ts";
import { parseIcmpV4 } from "../parse/icmp.ts";
import { type ParsedIcmpV6, parseIcmpV6 } from "../parse/icmpv6.ts";
import { type ParsedMulticastMessage, parseIgmp, parseMld } from "../parse/multicast.ts";
import type { ParsedNdOptions } from "../parse/nd-options.ts";
import { type ParsedNeighborDiscovery, parseNeighborDiscovery } from "../parse/neighbor-discovery.ts";
import type { PseudoHeaderAddresses } from "../parse/reader.ts";

/** An ICMPv4 message in words. */
export function describeIcmpV4(bytes: Uint8Array): string {
  const message = parseIcmpV4(bytes);
  const bad = message.checksumValid ? "" : " (bad ICMP checksum)";
  if (message.type === 8 || message.type === 0) {
    return describeEcho("ICMP", message.type === 8, message, bad);
  }
  return `ICMP ${message.type}/${message.code}, ${message.payload.length} octets${bad}`;
}

/** An ICMPv6 message in words, Neighbor Discovery and MLD included. */
export function describeIcmpV6(bytes: Uint8Array, addresses: PseudoHeaderAddresses): string {
  const message = parseIcmpV6(bytes, addresses);
  const bad = message.checksumValid ? "" : " (bad ICMPv6 checksum)";
  switch (message.type) {
    case IcmpV6Type.EchoRequest:
    case IcmpV6Type.EchoReply:
      return describeEcho("ICMPv6", message.type === IcmpV6Type.EchoRequest, message, bad);
    case IcmpV6Type.MulticastListenerQuery:
    case IcmpV6Type.MulticastListenerReport:
    case IcmpV6Type.MulticastListenerDone:
    case IcmpV6Type.MulticastListenerReportV2:
      return `MLD ${describeMulticast(parseMld(bytes))}${bad}`;
    case IcmpV6Type.RouterSolicitation:
    case IcmpV6Type.RouterAdvertisement:
    case IcmpV6Type.NeighborSolicitation:
    case IcmpV6Type.NeighborAdvertisement:
    case IcmpV6Type.Redirect:
      return `ND ${describeNeighborDiscovery(parseNeighborDiscovery(bytes))}${bad}`;
    default:
      return `ICMPv6 ${message.type}/${message.code}${describeRest(message)}, ${message.payload.length} octets${bad}`;
  }
}

/** The second word of those errors in which it means something. */
function describeRest({ type, rest }: ParsedIcmpV6): string {
  if (type === IcmpV6Type.PacketTooBig) return ` mtu ${rest}`;
  return type === IcmpV6Type.ParameterProblem ? ` pointer ${rest}` : "";
}

function describeEcho(
  protocol: string,
  request: boolean,
  message: { identifier: number; sequence: number; payload: Uint8Array },
  bad: string,
): string {
  const { identifier, sequence, payload } = message;
  const name = request ? "request" : "reply";
  return `${protocol} echo ${name} id ${identifier} seq ${sequence}, ${payload.length} octets${bad}`;
}

function describeNeighborDiscovery(parsed: ParsedNeighborDiscovery): string {
  const options = describeNdOptions(parsed.options);
  switch (parsed.message) {
    case "router solicitation":
      return `router solicitation${options}`;
    case "router advertisement": {
      const flags = `${parsed.managed ? " managed" : ""}${parsed.otherConfiguration ? " other" : ""}`;
      return `router advertisement lifetime ${parsed.lifetime} ${parsed.preference}${flags}${options}`;
    }
    case "neighbor solicitation":
      return `who has ${parsed.target}?${options}`;
    case "neighbor advertisement": {
      const flags = [
        parsed.router && "router",
        parsed.solicited && "solicited",
        parsed.override && "override",
      ];
      const set = flags.filter((flag) => flag !== false).join(", ");
      return `${parsed.target} is here${set === "" ? "" : ` (${set})`}${options}`;
    }
    case "redirect":
      return `redirect ${parsed.redirected} to ${parsed.target}${options}`;
  }
}

function describeNdOptions(options: ParsedNdOptions): string {
  const parts: string[] = [];
  if (options.sourceLinkAddress !== undefined) parts.push(`source ${options.sourceLinkAddress}`);
  if (options.targetLinkAddress !== undefined) parts.push(`target ${options.targetLinkAddress}`);
  for (const { prefix, validLifetime, preferredLifetime, onLink, autonomous } of options.prefixes ?? []) {
    const flags = `${onLink ? " on-link" : ""}${autonomous ? " autonomous" : ""}`;
    parts.push(`prefix ${prefix} ${validLifetime}/${preferredLifetime}${flags}`);
  }
  if (options.redirectedHeader !== undefined) parts.push(`header of ${options.redirectedHeader.length}`);
  if (options.mtu !== undefined) parts.push(`mtu ${options.mtu}`);
  if (options.nonce !== undefined) parts.push("nonce");
  for (const { prefix, preference, lifetime } of options.routes ?? []) {
    parts.push(`route ${prefix} ${preference} ${lifetime}`);
  }
  for (const { servers, lifetime } of options.recursiveDnsServers ?? []) {
    parts.push(`dns ${servers.join(" ")} ${lifetime}`);
  }
  for (const { names, lifetime } of options.dnsSearchLists ?? []) {
    parts.push(`search ${names.join(" ")} ${lifetime}`);
  }
  for (const type of options.unknown ?? []) parts.push(`option ${type}`);
  if (options.malformed) parts.push("malformed");
  return parts.length === 0 ? "" : ` <${parts.join(", ")}>`;
}

/** An IGMP message in words. */
export function describeIgmp(bytes: Uint8Array): string {
  const parsed = parseIgmp(bytes);
  return `IGMP ${describeMulticast(parsed)}${parsed.checksumValid ? "" : " (bad IGMP checksum)"}`;
}

function describeMulticast(parsed: ParsedMulticastMessage): string {
  switch (parsed.message) {
    case "query": {
      const { version, group, sources, maximumResponse } = parsed;
      const from = sources.length === 0 ? "" : ` from {${sources.join(" ")}}`;
      return `query v${version} ${group}${from} within ${maximumResponse}`;
    }
    case "report": {
      const records = parsed.records.map(
        ({ type, group, sources }) => `${type} ${group} {${sources.join(" ")}}`,
      );
      return `report ${records.join(", ")}`;
    }
    default:
      return `${parsed.message} ${parsed.group}`;
  }
}

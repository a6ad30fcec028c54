import { IpAddress, MacAddress, viewOf } from "@mnet/core";
import {
  NdOptionFormat as At,
  DnsOptionFormat,
  NdOptionType as Kind,
  type Preference,
  PrefixInformationFormat as Prefix,
  PrefixFlags,
  preferences,
  RouteInformationFormat as RouteAt,
  RouterFlags,
} from "../format/neighbor-discovery.ts";
import { readV6 } from "./reader.ts";

/** The options that were there, by name; an absent option has no key. Of an option given twice the last counts, where not a list. */
export interface ParsedNdOptions {
  sourceLinkAddress?: string;
  targetLinkAddress?: string;
  prefixes?: ParsedPrefixInformation[];
  /** The beginning of the packet that was redirected. A view. */
  redirectedHeader?: Uint8Array;
  mtu?: number;
  /** A view. */
  nonce?: Uint8Array;
  routes?: { prefix: string; preference: Preference; lifetime: number }[];
  recursiveDnsServers?: { servers: string[]; lifetime: number }[];
  dnsSearchLists?: { names: string[]; lifetime: number }[];
  /** Types of options that have no name here. */
  unknown?: number[];
  /** A length of 0 or past the end, or a known option too short; what follows was not read. */
  malformed?: true;
}

export interface ParsedPrefixInformation {
  /** With the host bits as they were. */
  readonly prefix: string;
  readonly onLink: boolean;
  readonly autonomous: boolean;
  /** Seconds. */
  readonly validLifetime: number;
  /** Seconds. */
  readonly preferredLifetime: number;
}

/** Walks the options of a Neighbor Discovery message (RFC 4861 4.6). Never throws. */
export function parseNdOptions(bytes: Uint8Array): ParsedNdOptions {
  const options: ParsedNdOptions = {};
  for (let at = 0; at < bytes.length; ) {
    const octets = 8 * (bytes[at + At.length] ?? 0);
    if (octets === 0 || at + octets > bytes.length) return { ...options, malformed: true };
    if (!readOption(options, bytes.subarray(at, at + octets))) return { ...options, malformed: true };
    at += octets;
  }
  return options;
}

/** @returns false when the option is too short for what its type says. */
function readOption(options: ParsedNdOptions, bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  switch (bytes[At.type]) {
    case Kind.SourceLinkAddress:
      options.sourceLinkAddress = MacAddress.read(bytes, At.data).toString();
      return true;
    case Kind.TargetLinkAddress:
      options.targetLinkAddress = MacAddress.read(bytes, At.data).toString();
      return true;
    case Kind.PrefixInformation:
      if (bytes.length < Prefix.octets) return false;
      options.prefixes = [...(options.prefixes ?? []), readPrefix(view)];
      return true;
    case Kind.RedirectedHeader:
      options.redirectedHeader = bytes.subarray(8);
      return true;
    case Kind.Mtu:
      options.mtu = view.getUint32(4);
      return true;
    case Kind.Nonce:
      options.nonce = bytes.subarray(At.data);
      return true;
    default:
      return readRouterOption(options, view);
  }
}

function readPrefix(view: DataView): ParsedPrefixInformation {
  const flags = view.getUint8(Prefix.flags);
  return {
    prefix: `${readV6(view, Prefix.prefix)}/${view.getUint8(Prefix.prefixLength)}`,
    onLink: (flags & PrefixFlags.onLink) !== 0,
    autonomous: (flags & PrefixFlags.autonomous) !== 0,
    validLifetime: view.getUint32(Prefix.validLifetime),
    preferredLifetime: view.getUint32(Prefix.preferredLifetime),
  };
}

function readRouterOption(options: ParsedNdOptions, view: DataView): boolean {
  const lifetime = view.getUint32(DnsOptionFormat.lifetime);
  switch (view.getUint8(At.type)) {
    case Kind.RouteInformation: {
      const length = view.getUint8(RouteAt.prefixLength);
      if (view.byteLength < RouteAt.prefix + 8 * Math.ceil(length / 64)) return false;
      const preference = preferenceIn(view.getUint8(RouteAt.flags));
      const route = { prefix: `${shortPrefix(view)}/${length}`, preference, lifetime };
      options.routes = [...(options.routes ?? []), route];
      return true;
    }
    case Kind.RecursiveDnsServer: {
      const servers: string[] = [];
      for (let at = DnsOptionFormat.data; at + 16 <= view.byteLength; at += 16) {
        servers.push(readV6(view, at).toString());
      }
      options.recursiveDnsServers = [...(options.recursiveDnsServers ?? []), { servers, lifetime }];
      return true;
    }
    case Kind.DnsSearchList: {
      const names = readNames(view);
      if (names === null) return false;
      options.dnsSearchLists = [...(options.dnsSearchLists ?? []), { names, lifetime }];
      return true;
    }
    default:
      options.unknown = [...(options.unknown ?? []), view.getUint8(At.type)];
      return true;
  }
}

/** What the two bits in the flags of a router advertisement or a route say. */
export function preferenceIn(flags: number): Preference {
  return preferences[(flags >>> RouterFlags.preferenceShift) & 3]!;
}

/** The prefix of a route: as many words as there are, up to four. */
function shortPrefix(view: DataView): IpAddress {
  const word = (index: number): number => {
    const at = RouteAt.prefix + 4 * index;
    return at + 4 <= view.byteLength ? view.getInt32(at) : 0;
  };
  return new IpAddress(6, word(0), word(1), word(2), word(3));
}

/** The names of a search list up to the padding; `null` when a label passes the end or is a pointer. */
function readNames(view: DataView): string[] | null {
  const names: string[] = [];
  let labels: string[] = [];
  for (let at = DnsOptionFormat.data; at < view.byteLength; ) {
    const length = view.getUint8(at);
    if (length > 63 || at + length >= view.byteLength) return null;
    if (length > 0) {
      labels.push(labelText(new Uint8Array(view.buffer, view.byteOffset + at + 1, length)));
    } else {
      if (labels.length > 0) names.push(labels.join("."));
      labels = [];
    }
    at += 1 + length;
  }
  return labels.length === 0 ? names : null;
}

/** A label as master files have it (RFC 1035 5.1): dots, backslashes and what is not printable ASCII as three decimal digits. */
function labelText(octets: Uint8Array): string {
  const texts = Array.from(octets, (octet) => {
    const plain = octet > 0x20 && octet < 0x7f && octet !== 0x2e && octet !== 0x5c;
    return plain ? String.fromCharCode(octet) : `\\${octet.toString().padStart(3, "0")}`;
  });
  return texts.join("");
}

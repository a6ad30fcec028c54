import {
  type IpAddress,
  type IpPrefix,
  type MacAddress,
  toIpAddress,
  toIpPrefix,
  toMacAddress,
} from "@mnet/core";
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
import { concatenate, writeAddress } from "./checksum.ts";

/** Seconds that mean for ever (RFC 4861 4.6.2). */
const FOREVER = 0xffffffff;

/**
 * An option of a Neighbor Discovery message, padded with zeros to a multiple of 8 octets.
 * @param data what follows type and length.
 * @param length the lie to tell in the length octet, in units of 8 octets. Default: the truth.
 */
export function ndOption(type: number, data: Uint8Array, length?: number): Uint8Array<ArrayBuffer> {
  const units = Math.ceil((At.data + data.length) / 8);
  const bytes = new Uint8Array(8 * units);
  bytes[At.type] = type;
  bytes[At.length] = length ?? units;
  bytes.set(data, At.data);
  return bytes;
}

/** An option whose fields are at offsets from its beginning. */
function laidOut(type: number, octets: number, write: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(octets);
  write(new DataView(bytes.buffer));
  return ndOption(type, bytes.subarray(At.data));
}

/** Source link-layer address (RFC 4861 4.6.1). */
export function sourceLinkAddress(mac: MacAddress | string): Uint8Array<ArrayBuffer> {
  return ndOption(Kind.SourceLinkAddress, macOctets(mac));
}

/** Target link-layer address (RFC 4861 4.6.1). */
export function targetLinkAddress(mac: MacAddress | string): Uint8Array<ArrayBuffer> {
  return ndOption(Kind.TargetLinkAddress, macOctets(mac));
}

function macOctets(mac: MacAddress | string): Uint8Array {
  const octets = new Uint8Array(6);
  toMacAddress(mac).write(octets, 0);
  return octets;
}

export interface PrefixInformationFields {
  /** Host bits are written as they are given. */
  prefix: IpPrefix | string;
  /** The L flag. Default true. */
  onLink?: boolean;
  /** The A flag. Default true. */
  autonomous?: boolean;
  /** Seconds. Default: for ever. */
  validLifetime?: number;
  /** Seconds. Default: for ever. */
  preferredLifetime?: number;
}

/** Prefix information (RFC 4861 4.6.2). */
export function prefixInformation(fields: PrefixInformationFields): Uint8Array<ArrayBuffer> {
  const { onLink = true, autonomous = true } = fields;
  const prefix = toIpPrefix(fields.prefix);
  return laidOut(Kind.PrefixInformation, Prefix.octets, (view) => {
    view.setUint8(Prefix.prefixLength, prefix.length);
    view.setUint8(
      Prefix.flags,
      (onLink ? PrefixFlags.onLink : 0) | (autonomous ? PrefixFlags.autonomous : 0),
    );
    view.setUint32(Prefix.validLifetime, fields.validLifetime ?? FOREVER);
    view.setUint32(Prefix.preferredLifetime, fields.preferredLifetime ?? FOREVER);
    writeAddress(view, Prefix.prefix, prefix.address);
  });
}

/** Redirected header (RFC 4861 4.6.3): the beginning of the packet that was redirected. */
export function redirectedHeader(packet: Uint8Array): Uint8Array<ArrayBuffer> {
  return ndOption(Kind.RedirectedHeader, concatenate(new Uint8Array(6), packet));
}

/** MTU (RFC 4861 4.6.4). */
export function mtuOption(mtu: number): Uint8Array<ArrayBuffer> {
  return laidOut(Kind.Mtu, 8, (view) => view.setUint32(4, mtu));
}

/** Nonce (RFC 3971 5.3.2, RFC 7527 4.1); 6 octets fill the option. */
export function nonceOption(nonce: Uint8Array): Uint8Array<ArrayBuffer> {
  return ndOption(Kind.Nonce, nonce);
}

export interface RouteInformationFields {
  prefix: IpPrefix | string;
  /** Default `medium`. */
  preference?: Preference;
  /** Seconds. Default: for ever. */
  lifetime?: number;
  /** Octets of the option: 8, 16 or 24. Default: the least that holds the prefix. */
  octets?: number;
}

/** Route information (RFC 4191 2.3). */
export function routeInformation(fields: RouteInformationFields): Uint8Array<ArrayBuffer> {
  const { address, length } = toIpPrefix(fields.prefix);
  const octets = fields.octets ?? RouteAt.prefix + 8 * Math.ceil(length / 64);
  const whole = laidOut(Kind.RouteInformation, RouteAt.prefix + 16, (view) => {
    view.setUint8(RouteAt.prefixLength, length);
    view.setUint8(RouteAt.flags, preferenceBits(fields.preference ?? "medium"));
    view.setUint32(RouteAt.lifetime, fields.lifetime ?? FOREVER);
    writeAddress(view, RouteAt.prefix, address);
  });
  whole[At.length] = octets / 8;
  return whole.slice(0, octets);
}

/** The two bits as they stand in the flags of a router advertisement or a route information option. */
export function preferenceBits(preference: Preference): number {
  return preferences.indexOf(preference) << RouterFlags.preferenceShift;
}

/** Recursive DNS servers (RFC 8106 5.1). @param fields.lifetime seconds. Default: for ever. */
export function recursiveDnsServers(fields: {
  servers: readonly (IpAddress | string)[];
  lifetime?: number;
}): Uint8Array<ArrayBuffer> {
  const servers = fields.servers.map(toIpAddress);
  return laidOut(Kind.RecursiveDnsServer, DnsOptionFormat.data + 16 * servers.length, (view) => {
    view.setUint32(DnsOptionFormat.lifetime, fields.lifetime ?? FOREVER);
    for (const [at, server] of servers.entries()) writeAddress(view, DnsOptionFormat.data + 16 * at, server);
  });
}

/** DNS search list (RFC 8106 5.2), in DNS encoding without compression. @param fields.lifetime seconds. Default: for ever. */
export function dnsSearchList(fields: {
  names: readonly string[];
  lifetime?: number;
}): Uint8Array<ArrayBuffer> {
  const names = concatenate(...fields.names.map(nameOctets));
  const header = new Uint8Array(DnsOptionFormat.data);
  new DataView(header.buffer).setUint32(DnsOptionFormat.lifetime, fields.lifetime ?? FOREVER);
  return ndOption(Kind.DnsSearchList, concatenate(header.subarray(At.data), names));
}

/** A domain name as labels with their lengths in front, ended by an empty one (RFC 1035 3.1). */
function nameOctets(name: string): Uint8Array {
  const labels = name.split(".").map((label) => new TextEncoder().encode(label));
  return concatenate(...labels.flatMap((label) => [Uint8Array.of(label.length), label]), Uint8Array.of(0));
}

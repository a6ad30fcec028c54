import { type IpAddress, toIpAddress } from "@mnet/core";
import {
  FragmentHeaderFormat,
  Ipv6Extension,
  Ipv6OptionType,
  OptionsHeaderFormat,
  RoutingHeaderFormat,
} from "../format/ipv6-extension.ts";
import { concatenate, writeAddress } from "./checksum.ts";
import { type Ipv6Fields, ipv6Packet } from "./ipv6.ts";

/** An option of a hop-by-hop or destination options header. */
export interface Ipv6OptionFields {
  /** The upper two bits say what who does not know it does (RFC 8200 4.2). 0 is Pad1, which has neither length nor data. */
  type: number;
  data?: Uint8Array;
  /** The lie to tell about the length of the data. Default: the truth. */
  length?: number;
}

export interface Ipv6OptionsHeaderFields {
  /** What the payload is. */
  nextHeader: number;
  /** In order, without alignment; padded to a multiple of 8 octets with Pad1 or PadN. Default: only padding. */
  options?: readonly Ipv6OptionFields[];
  /** The lie to tell about the length of the header, in octets: a multiple of 8 from 8. Default: the truth. */
  headerLength?: number;
}

/** The router alert option (RFC 2711); value 0 is a Multicast Listener Discovery message. */
export function routerAlertOption(value = 0): Ipv6OptionFields {
  return { type: Ipv6OptionType.RouterAlert, data: Uint8Array.of(value >>> 8, value & 0xff) };
}

/** A hop-by-hop or destination options header, which look alike, in front of `payload`. */
export function ipv6OptionsHeader(
  fields: Ipv6OptionsHeaderFields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const list = concatenate(...(fields.options ?? []).map(optionOctets));
  const padding = 7 - ((list.length + OptionsHeaderFormat.options + 7) % 8);
  const header = concatenate(new Uint8Array(OptionsHeaderFormat.options), list, paddingOctets(padding));
  header[OptionsHeaderFormat.nextHeader] = fields.nextHeader;
  header[OptionsHeaderFormat.length] = (fields.headerLength ?? header.length) / 8 - 1;
  return concatenate(header, payload);
}

function optionOctets({ type, data = new Uint8Array(0), length }: Ipv6OptionFields): Uint8Array {
  if (type === Ipv6OptionType.Pad1) return Uint8Array.of(type);
  return concatenate(Uint8Array.of(type, length ?? data.length), data);
}

function paddingOctets(octets: number): Uint8Array {
  if (octets < 2) return new Uint8Array(octets);
  return optionOctets({ type: Ipv6OptionType.PadN, data: new Uint8Array(octets - 2) });
}

export interface RoutingHeaderFields {
  nextHeader: number;
  /** Routing type; 0 is the deprecated source route (RFC 5095). */
  type: number;
  segmentsLeft: number;
  addresses?: readonly (IpAddress | string)[];
  /** The lie to tell about the length of the header, in octets: a multiple of 8 from 8. Default: the truth. */
  headerLength?: number;
}

/** A routing header laid out as types 0 and 2, in front of `payload`. */
export function routingHeader(
  fields: RoutingHeaderFields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const addresses = (fields.addresses ?? []).map(toIpAddress);
  const header = new Uint8Array(RoutingHeaderFormat.addresses + 16 * addresses.length);
  const view = new DataView(header.buffer);
  view.setUint8(RoutingHeaderFormat.nextHeader, fields.nextHeader);
  view.setUint8(RoutingHeaderFormat.length, (fields.headerLength ?? header.length) / 8 - 1);
  view.setUint8(RoutingHeaderFormat.type, fields.type);
  view.setUint8(RoutingHeaderFormat.segmentsLeft, fields.segmentsLeft);
  for (const [at, address] of addresses.entries()) {
    writeAddress(view, RoutingHeaderFormat.addresses + 16 * at, address);
  }
  return concatenate(header, payload);
}

export interface FragmentHeaderFields {
  /** What the reassembled payload is. */
  nextHeader: number;
  /** In octets, a multiple of 8. Default 0. */
  fragmentOffset?: number;
  moreFragments?: boolean;
  /** 32 bits. */
  identification: number;
  /** The reserved octet and, in the lower two bits of `reservedBits`, the reserved bits. Default 0. */
  reserved?: number;
  reservedBits?: number;
}

/**
 * A fragment header in front of `payload`.
 * @throws RangeError for an offset that the field cannot express.
 */
export function fragmentHeader(
  fields: FragmentHeaderFields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const { fragmentOffset: offset = 0, reservedBits = 0 } = fields;
  if (offset % 8 !== 0 || offset < 0 || offset > 0xfff8) {
    throw new RangeError(`fragmentOffset must be a multiple of 8 from 0 to 65528 octets, not ${offset}`);
  }
  const header = new Uint8Array(FragmentHeaderFormat.payload);
  const view = new DataView(header.buffer);
  view.setUint8(FragmentHeaderFormat.nextHeader, fields.nextHeader);
  view.setUint8(FragmentHeaderFormat.reserved, fields.reserved ?? 0);
  const flags = ((reservedBits & 3) << 1) | (fields.moreFragments ? 1 : 0);
  view.setUint16(FragmentHeaderFormat.offsetAndFlags, offset | flags);
  view.setUint32(FragmentHeaderFormat.identification, fields.identification >>> 0);
  return concatenate(header, payload);
}

/**
 * Cuts the payload of a packet (extension headers for the destination included) into fragment packets of at most `size` payload octets,
 * a multiple of 8.
 */
export function ipv6Fragments(
  fields: Ipv6Fields & { identification: number },
  payload: Uint8Array,
  size: number,
): Uint8Array<ArrayBuffer>[] {
  const { identification, nextHeader, ...ip } = fields;
  const fragments: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const moreFragments = at + size < payload.length;
    const header = { nextHeader, identification, fragmentOffset: at, moreFragments };
    const piece = fragmentHeader(header, payload.subarray(at, at + size));
    fragments.push(ipv6Packet({ ...ip, nextHeader: Ipv6Extension.Fragment }, piece));
  }
  return fragments;
}

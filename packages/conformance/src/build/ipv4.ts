import { type IpAddress, toIpAddress } from "@mnet/core";
import { Ipv4Format as At, Ipv4Flags } from "../format/ipv4.ts";
import { concatenate, naiveChecksum, padToWords, writeAddress } from "./checksum.ts";

export interface Ipv4Fields {
  source: IpAddress | string;
  destination: IpAddress | string;
  protocol: number;
  /** Default 64. */
  ttl?: number;
  /** DSCP and ECN. Default 0. */
  trafficClass?: number;
  /** Default 0. */
  identification?: number;
  dontFragment?: boolean;
  moreFragments?: boolean;
  /** The flag that must be zero. */
  reservedFlag?: boolean;
  /** In octets, a multiple of 8. Default 0. */
  fragmentOffset?: number;
  /** Padded with zeros to a multiple of 4; at most 40 octets. */
  options?: Uint8Array;
  /** Default 4. */
  version?: number;
  /** The lie to tell about the header length, in octets: a multiple of 4 from 0 to 60. Default: the truth. */
  headerLength?: number;
  /** The lie to tell about the total length, in octets. Default: the truth. */
  totalLength?: number;
  /** Default: the right one for everything else, lies included. */
  checksum?: number;
}

/**
 * An IPv4 datagram or fragment.
 * @throws RangeError for an offset, header length or options that the fields cannot express.
 */
export function ipv4Packet(
  fields: Ipv4Fields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const options = padToWords(fields.options ?? new Uint8Array(0));
  if (options.length > 40) throw new RangeError(`options take at most 40 octets, not ${options.length}`);
  const header = new Uint8Array(At.options + options.length);
  const view = new DataView(header.buffer);
  const headerLength = fields.headerLength ?? header.length;
  if (headerLength % 4 !== 0 || headerLength < 0 || headerLength > 60) {
    throw new RangeError(`headerLength must be a multiple of 4 from 0 to 60 octets, not ${headerLength}`);
  }
  view.setUint8(At.versionAndLength, ((fields.version ?? 4) << 4) | (headerLength / 4));
  view.setUint8(At.trafficClass, fields.trafficClass ?? 0);
  view.setUint16(At.totalLength, fields.totalLength ?? header.length + payload.length);
  view.setUint16(At.identification, fields.identification ?? 0);
  view.setUint16(At.flagsAndOffset, flagsAndOffset(fields));
  view.setUint8(At.ttl, fields.ttl ?? 64);
  view.setUint8(At.protocol, fields.protocol);
  writeAddress(view, At.source, toIpAddress(fields.source));
  writeAddress(view, At.destination, toIpAddress(fields.destination));
  header.set(options, At.options);
  view.setUint16(At.checksum, fields.checksum ?? naiveChecksum(header));
  return concatenate(header, payload);
}

function flagsAndOffset(fields: Ipv4Fields): number {
  const offset = fields.fragmentOffset ?? 0;
  if (offset % 8 !== 0 || offset < 0 || offset / 8 > Ipv4Flags.offset) {
    throw new RangeError(`fragmentOffset must be a multiple of 8 from 0 to 65528 octets, not ${offset}`);
  }
  let word = offset / 8;
  if (fields.reservedFlag) word |= Ipv4Flags.reserved;
  if (fields.dontFragment) word |= Ipv4Flags.dontFragment;
  if (fields.moreFragments) word |= Ipv4Flags.moreFragments;
  return word;
}

/**
 * Cuts a datagram made by {@link ipv4Packet} (without options) into fragments of at most `size` payload octets, a multiple of 8.
 */
export function ipv4Fragments(
  fields: Ipv4Fields,
  payload: Uint8Array,
  size: number,
): Uint8Array<ArrayBuffer>[] {
  const fragments: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const moreFragments = at + size < payload.length;
    fragments.push(
      ipv4Packet({ ...fields, fragmentOffset: at, moreFragments }, payload.subarray(at, at + size)),
    );
  }
  return fragments;
}

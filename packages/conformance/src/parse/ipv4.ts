import { naiveChecksum } from "../build/checksum.ts";
import { Ipv4Format as At, Ipv4Flags } from "../format/ipv4.ts";
import { readerOf, readV4 } from "./reader.ts";

export interface ParsedIpv4 {
  readonly version: number;
  /** In octets, options included. */
  readonly headerLength: number;
  readonly trafficClass: number;
  readonly totalLength: number;
  readonly identification: number;
  readonly reservedFlag: boolean;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In octets. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly checksum: number;
  readonly checksumValid: boolean;
  readonly source: string;
  readonly destination: string;
  /** A view. */
  readonly options: Uint8Array;
  /** Up to the total length. A view. */
  readonly payload: Uint8Array;
  /** Octets behind the total length: link padding. */
  readonly padding: number;
}

/** @throws RangeError when the octets do not hold the header, or less than the total length. */
export function parseIpv4(bytes: Uint8Array): ParsedIpv4 {
  const view = readerOf(bytes, At.options, "an IPv4 header");
  const headerLength = (view.getUint8(At.versionAndLength) & 15) * 4;
  const totalLength = view.getUint16(At.totalLength);
  if (headerLength < At.options || totalLength < headerLength || bytes.length < totalLength) {
    throw new RangeError(
      `IPv4 header length ${headerLength}, total length ${totalLength}, ${bytes.length} octets`,
    );
  }
  const flags = view.getUint16(At.flagsAndOffset);
  return {
    version: view.getUint8(At.versionAndLength) >>> 4,
    headerLength,
    trafficClass: view.getUint8(At.trafficClass),
    totalLength,
    identification: view.getUint16(At.identification),
    reservedFlag: (flags & Ipv4Flags.reserved) !== 0,
    dontFragment: (flags & Ipv4Flags.dontFragment) !== 0,
    moreFragments: (flags & Ipv4Flags.moreFragments) !== 0,
    fragmentOffset: (flags & Ipv4Flags.offset) * 8,
    ttl: view.getUint8(At.ttl),
    protocol: view.getUint8(At.protocol),
    checksum: view.getUint16(At.checksum),
    checksumValid: naiveChecksum(bytes.subarray(0, headerLength)) === 0,
    source: readV4(view, At.source).toString(),
    destination: readV4(view, At.destination).toString(),
    options: bytes.subarray(At.options, headerLength),
    payload: bytes.subarray(headerLength, totalLength),
    padding: bytes.length - totalLength,
  };
}

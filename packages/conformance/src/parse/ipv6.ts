import { Ipv6Format as At } from "../format/ipv6.ts";
import { readerOf, readV6 } from "./reader.ts";

export interface ParsedIpv6 {
  readonly version: number;
  readonly trafficClass: number;
  readonly flowLabel: number;
  readonly payloadLength: number;
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly source: string;
  readonly destination: string;
  /** Extension headers and upper layer, up to the payload length. A view. */
  readonly payload: Uint8Array;
}

/** @throws RangeError when the octets do not hold the header, or less than the payload length. */
export function parseIpv6(bytes: Uint8Array): ParsedIpv6 {
  const view = readerOf(bytes, At.payload, "an IPv6 header");
  const payloadLength = view.getUint16(At.payloadLength);
  readerOf(bytes, At.payload + payloadLength, "an IPv6 packet by its payload length");
  const word = view.getUint32(At.versionClassLabel);
  return {
    version: word >>> 28,
    trafficClass: (word >>> 20) & 0xff,
    flowLabel: word & 0xfffff,
    payloadLength,
    nextHeader: view.getUint8(At.nextHeader),
    hopLimit: view.getUint8(At.hopLimit),
    source: readV6(view, At.source).toString(),
    destination: readV6(view, At.destination).toString(),
    payload: bytes.subarray(At.payload, At.payload + payloadLength),
  };
}

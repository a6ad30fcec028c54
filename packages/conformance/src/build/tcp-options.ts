import { TcpOptionKind } from "../format/tcp.ts";
import { padToWords } from "./checksum.ts";

export interface TcpOptionFields {
  /** RFC 9293 3.7.1. */
  maximumSegmentSize?: number;
  /** RFC 7323 2.2: the shift. */
  windowScale?: number;
  /** RFC 2018 2. */
  sackPermitted?: boolean;
  /** RFC 7323 3.2. */
  timestamps?: { value: number; echo: number };
  /** RFC 2018 3: left and right edges. */
  sack?: readonly (readonly [left: number, right: number])[];
  /** Options that this list does not know, appended as they are. */
  raw?: Uint8Array;
}

/** A TCP option list in the order of {@link TcpOptionFields}, without alignment between options, padded with end-of-list octets. */
export function tcpOptions(fields: TcpOptionFields): Uint8Array<ArrayBuffer> {
  const octets: number[] = [];
  const { maximumSegmentSize: mss, windowScale, timestamps, sack } = fields;
  if (mss !== undefined) octets.push(TcpOptionKind.MaximumSegmentSize, 4, mss >>> 8, mss & 0xff);
  if (windowScale !== undefined) octets.push(TcpOptionKind.WindowScale, 3, windowScale);
  if (fields.sackPermitted) octets.push(TcpOptionKind.SackPermitted, 2);
  if (timestamps !== undefined) {
    octets.push(TcpOptionKind.Timestamps, 10, ...word(timestamps.value), ...word(timestamps.echo));
  }
  if (sack !== undefined) {
    octets.push(TcpOptionKind.Sack, 2 + 8 * sack.length);
    for (const [left, right] of sack) octets.push(...word(left), ...word(right));
  }
  octets.push(...(fields.raw ?? []));
  return padToWords(Uint8Array.from(octets));
}

function word(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

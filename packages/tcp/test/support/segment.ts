import { type ParsedTcp, parseTcp, type SentDatagram, type TcpFields, tcpSegment } from "@mnet/conformance";
import type { IpAddress } from "@mnet/core";

/** A segment to be written, in absolute numbers. */
export interface SegmentFields extends TcpFields {
  source: IpAddress;
  destination: IpAddress;
  payload?: Uint8Array;
}

/** A segment of ours and how IP was asked to send it. */
export interface SentSegment extends ParsedTcp {
  readonly datagram: SentDatagram;
}

export function encodeSegment(fields: SegmentFields): Uint8Array {
  return tcpSegment(fields, fields.payload);
}

/** @throws Error when the octets are not what this stack may send: a fault of format, options or checksum. */
export function decodeSegment(datagram: SentDatagram): SentSegment {
  const { octets } = datagram;
  const segment = parseTcp(octets, datagram);
  if (!segment.checksumValid) throw new Error("a wrong checksum (MUST-2)");
  if (segment.reserved !== 0) throw new Error("reserved bits are set (RFC 9293 3.1)");
  if (segment.options.malformed) throw new Error("a malformed option");
  if (datagram.segmentSize === 0 && octets.length + 20 > datagram.route.mtu)
    throw new Error(`${octets.length} octets, MTU ${datagram.route.mtu}`);
  checkPadding(octets.subarray(20, segment.dataOffset * 4));
  return { ...segment, payload: segment.payload.slice(), datagram };
}

/** Sequence numbers a segment takes (RFC 9293 3.4, SEG.LEN). */
export function sequenceLength(flags: string, octets: number): number {
  return octets + (flags.includes("S") ? 1 : 0) + (flags.includes("F") ? 1 : 0);
}

function checkPadding(options: Uint8Array): void {
  let at = 0;
  while (at < options.length && options[at] !== 0) at += options[at] === 1 ? 1 : options[at + 1]!;
  if (options.subarray(at).some((octet) => octet !== 0))
    throw new Error("padding that is not zero (MUST-69)");
}

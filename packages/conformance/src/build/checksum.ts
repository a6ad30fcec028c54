import { type IpAddress, isV4Words } from "@mnet/core";

/**
 * The Internet checksum exactly as RFC 1071 1 words it: pairs of octets, one's complement addition with the carry brought around at
 * each step, the complement of the result. Deliberately slow and written apart from `@mnet/core`, so that it can judge it.
 * Several ranges count as one run of octets.
 */
export function naiveChecksum(...ranges: readonly Uint8Array[]): number {
  let sum = 0;
  let position = 0;
  for (const range of ranges) {
    for (const octet of range) {
      sum += position % 2 === 0 ? octet * 256 : octet;
      if (sum > 0xffff) sum -= 0xffff;
      position += 1;
    }
  }
  return 0xffff - sum;
}

/** The pseudo-header of RFC 9293 3.1 and RFC 768 (IPv4), or of RFC 8200 8.1 (IPv6). */
export function pseudoHeader(
  source: IpAddress,
  destination: IpAddress,
  protocol: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const size = isV4Words(source) ? 4 : 16;
  const bytes = new Uint8Array(2 * size + (size === 4 ? 4 : 8));
  const view = new DataView(bytes.buffer);
  writeAddress(view, 0, source);
  writeAddress(view, size, destination);
  if (size === 4) {
    view.setUint8(9, protocol);
    view.setUint16(10, length);
  } else {
    view.setUint32(32, length);
    view.setUint8(39, protocol);
  }
  return bytes;
}

/** Writes the 4 or 16 octets of an address. */
export function writeAddress(view: DataView, at: number, address: IpAddress): void {
  if (address.family === 4) {
    view.setInt32(at, address.w3);
    return;
  }
  view.setInt32(at, address.w0);
  view.setInt32(at + 4, address.w1);
  view.setInt32(at + 8, address.w2);
  view.setInt32(at + 12, address.w3);
}

/** Octets one after the other, in an array of their own. */
export function concatenate(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** `bytes` followed by as many zeros as make the length a multiple of four. */
export function padToWords(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return padded;
}

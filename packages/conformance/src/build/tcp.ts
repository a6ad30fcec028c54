import { type IpAddress, IpProtocol, toIpAddress } from "@mnet/core";
import { TcpFormat as At, TCP_FLAG_LETTERS } from "../format/tcp.ts";
import { concatenate, naiveChecksum, padToWords, pseudoHeader } from "./checksum.ts";

export interface TcpFields {
  /** For the pseudo-header. */
  source: IpAddress | string;
  /** For the pseudo-header. */
  destination: IpAddress | string;
  sourcePort: number;
  destinationPort: number;
  /** Taken modulo 2^32. */
  sequence: number;
  /** Taken modulo 2^32. Default 0. */
  acknowledgment?: number;
  /** Letters in any order: S F R P A U, E for ECE, C for CWR. */
  flags: string;
  /** The field as it is on the wire, unscaled. Default 65535. */
  window?: number;
  /** Padded with zeros to a multiple of 4; see {@link tcpOptions}. */
  options?: Uint8Array;
  /** Default 0. */
  urgentPointer?: number;
  /** The lie to tell about the header length, in 32-bit words, 0 to 15. Default: the truth. */
  dataOffset?: number;
  /** The four reserved bits. Default 0. */
  reserved?: number;
  /** Default: the right one. */
  checksum?: number;
}

/**
 * A TCP segment, to be put into an IP packet of the same addresses.
 * @throws RangeError for an unknown flag, too many options or a data offset that the field cannot express.
 */
export function tcpSegment(
  fields: TcpFields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const options = padToWords(fields.options ?? new Uint8Array(0));
  if (options.length > 40) throw new RangeError(`options take at most 40 octets, not ${options.length}`);
  const bytes = concatenate(new Uint8Array(At.options), options, payload);
  const view = new DataView(bytes.buffer);
  const dataOffset = fields.dataOffset ?? (At.options + options.length) / 4;
  if (!(dataOffset >= 0 && dataOffset <= 15)) {
    throw new RangeError(`dataOffset must be 0 to 15 words, not ${dataOffset}`);
  }
  view.setUint16(At.sourcePort, fields.sourcePort);
  view.setUint16(At.destinationPort, fields.destinationPort);
  view.setUint32(At.sequence, fields.sequence);
  view.setUint32(At.acknowledgment, fields.acknowledgment ?? 0);
  view.setUint8(At.dataOffset, (dataOffset << 4) | (fields.reserved ?? 0));
  view.setUint8(At.flags, tcpFlagBits(fields.flags));
  view.setUint16(At.window, fields.window ?? 65535);
  view.setUint16(At.urgentPointer, fields.urgentPointer ?? 0);
  const source = toIpAddress(fields.source);
  const destination = toIpAddress(fields.destination);
  const right = naiveChecksum(pseudoHeader(source, destination, IpProtocol.Tcp, bytes.length), bytes);
  view.setUint16(At.checksum, fields.checksum ?? right);
  return bytes;
}

/** The flags octet of a set of letters. @throws RangeError naming the letter that is none. */
export function tcpFlagBits(letters: string): number {
  let bits = 0;
  for (const letter of letters) {
    const bit = TCP_FLAG_LETTERS.indexOf(letter);
    if (bit < 0) throw new RangeError(`not a TCP flag: ${JSON.stringify(letter)} of ${TCP_FLAG_LETTERS}`);
    bits |= 1 << bit;
  }
  return bits;
}

import { naiveChecksum } from "../build/checksum.ts";
import { IcmpFormat as At } from "../format/icmp.ts";
import { readerOf } from "./reader.ts";

export interface ParsedIcmpV4 {
  readonly type: number;
  readonly code: number;
  readonly checksum: number;
  readonly checksumValid: boolean;
  /** The second word, unsigned. */
  readonly rest: number;
  /** The upper half of the second word: the identifier of an echo. */
  readonly identifier: number;
  /** The lower half of the second word: the sequence number of an echo, the next-hop MTU of 3/4. */
  readonly sequence: number;
  /** What follows the second word. A view. */
  readonly payload: Uint8Array;
}

/** @throws RangeError for fewer than 8 octets. */
export function parseIcmpV4(bytes: Uint8Array): ParsedIcmpV4 {
  const view = readerOf(bytes, At.payload, "an ICMP message");
  return {
    type: view.getUint8(At.type),
    code: view.getUint8(At.code),
    checksum: view.getUint16(At.checksum),
    checksumValid: naiveChecksum(bytes) === 0,
    rest: view.getUint32(At.rest),
    identifier: view.getUint16(At.identifier),
    sequence: view.getUint16(At.sequence),
    payload: bytes.subarray(At.payload),
  };
}

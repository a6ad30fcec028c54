import { IpProtocol, toIpAddress } from "@mnet/core";
import { naiveChecksum, pseudoHeader } from "../build/checksum.ts";
import { TcpFormat as At, TCP_FLAG_LETTERS, TCP_FLAG_ORDER } from "../format/tcp.ts";
import { type PseudoHeaderAddresses, readerOf } from "./reader.ts";
import { type ParsedTcpOptions, parseTcpOptions } from "./tcp-options.ts";

export interface ParsedTcp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Unsigned. */
  readonly sequence: number;
  /** Unsigned; whatever the field holds, ACK or not. */
  readonly acknowledgment: number;
  /** In 32-bit words. */
  readonly dataOffset: number;
  readonly reserved: number;
  /** Letters in the order S F R P A U E C. */
  readonly flags: string;
  /** Unscaled. */
  readonly window: number;
  readonly checksum: number;
  /** `null` when no addresses were given to verify it. */
  readonly checksumValid: boolean | null;
  readonly urgentPointer: number;
  readonly options: ParsedTcpOptions;
  /** A view. */
  readonly payload: Uint8Array;
  /** Sequence numbers it takes: payload octets, SYN and FIN (RFC 9293 3.4, SEG.LEN). */
  readonly segmentLength: number;
}

/**
 * @param addresses source and destination of the IP packet, such as the record of `parseIpv4`.
 * @throws RangeError when the octets do not hold the header.
 */
export function parseTcp(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedTcp {
  const view = readerOf(bytes, At.options, "a TCP header");
  const dataOffset = view.getUint8(At.dataOffset) >>> 4;
  if (dataOffset < 5 || dataOffset * 4 > bytes.length) {
    throw new RangeError(`TCP data offset of ${dataOffset} words, ${bytes.length} octets`);
  }
  const flags = tcpFlagLetters(view.getUint8(At.flags));
  const payload = bytes.subarray(dataOffset * 4);
  return {
    sourcePort: view.getUint16(At.sourcePort),
    destinationPort: view.getUint16(At.destinationPort),
    sequence: view.getUint32(At.sequence),
    acknowledgment: view.getUint32(At.acknowledgment),
    dataOffset,
    reserved: view.getUint8(At.dataOffset) & 15,
    flags,
    window: view.getUint16(At.window),
    checksum: view.getUint16(At.checksum),
    checksumValid: addresses === undefined ? null : verify(bytes, addresses),
    urgentPointer: view.getUint16(At.urgentPointer),
    options: parseTcpOptions(bytes.subarray(At.options, dataOffset * 4)),
    payload,
    segmentLength: payload.length + (flags.includes("S") ? 1 : 0) + (flags.includes("F") ? 1 : 0),
  };
}

/** The letters of a flags octet, in the order S F R P A U E C. */
export function tcpFlagLetters(bits: number): string {
  return Array.from(TCP_FLAG_ORDER)
    .filter((letter) => (bits & (1 << TCP_FLAG_LETTERS.indexOf(letter))) !== 0)
    .join("");
}

function verify(bytes: Uint8Array, addresses: PseudoHeaderAddresses): boolean {
  const source = toIpAddress(addresses.source);
  const destination = toIpAddress(addresses.destination);
  return naiveChecksum(pseudoHeader(source, destination, IpProtocol.Tcp, bytes.length), bytes) === 0;
}

import { IpProtocol, toIpAddress } from "@mnet/core";
import { naiveChecksum, pseudoHeader } from "../build/checksum.ts";
import { IcmpFormat as At } from "../format/icmp.ts";
import { type PseudoHeaderAddresses, readerOf } from "./reader.ts";

export interface ParsedIcmpV6 {
  readonly type: number;
  readonly code: number;
  readonly checksum: number;
  /** `null` when no addresses were given to verify it. */
  readonly checksumValid: boolean | null;
  /** The second word, unsigned: the MTU of a packet too big, the pointer of a parameter problem. */
  readonly rest: number;
  /** The upper half of the second word: the identifier of an echo. */
  readonly identifier: number;
  /** The lower half of the second word: the sequence number of an echo. */
  readonly sequence: number;
  /** What follows the second word. A view. */
  readonly payload: Uint8Array;
}

/**
 * @param addresses source and destination of the IPv6 packet, such as the record of `parseIpv6`.
 * @throws RangeError for fewer than 8 octets.
 */
export function parseIcmpV6(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedIcmpV6 {
  const view = readerOf(bytes, At.payload, "an ICMPv6 message");
  return {
    type: view.getUint8(At.type),
    code: view.getUint8(At.code),
    checksum: view.getUint16(At.checksum),
    checksumValid: addresses === undefined ? null : checksumHolds(bytes, addresses),
    rest: view.getUint32(At.rest),
    identifier: view.getUint16(At.identifier),
    sequence: view.getUint16(At.sequence),
    payload: bytes.subarray(At.payload),
  };
}

function checksumHolds(bytes: Uint8Array, addresses: PseudoHeaderAddresses): boolean {
  const source = toIpAddress(addresses.source);
  const destination = toIpAddress(addresses.destination);
  return naiveChecksum(pseudoHeader(source, destination, IpProtocol.Icmpv6, bytes.length), bytes) === 0;
}

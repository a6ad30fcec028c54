import { IpProtocol, toIpAddress } from "@mnet/core";
import { naiveChecksum, pseudoHeader } from "../build/checksum.ts";
import { UdpFormat as At } from "../format/udp.ts";
import { type PseudoHeaderAddresses, readerOf } from "./reader.ts";

export interface ParsedUdp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly length: number;
  readonly checksum: number;
  /** `null` when no addresses were given to verify it. No checksum (0) is valid over IPv4 alone (RFC 768; RFC 8200 8.1). */
  readonly checksumValid: boolean | null;
  /** Up to the length field. A view. */
  readonly payload: Uint8Array;
}

/**
 * @param addresses source and destination of the IP packet, such as the record of `parseIpv4`.
 * @throws RangeError when the octets do not hold the header, or less than the length field.
 */
export function parseUdp(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedUdp {
  const view = readerOf(bytes, At.payload, "a UDP header");
  const length = view.getUint16(At.length);
  if (length < At.payload || length > bytes.length) {
    throw new RangeError(`UDP length ${length}, ${bytes.length} octets`);
  }
  const checksum = view.getUint16(At.checksum);
  return {
    sourcePort: view.getUint16(At.sourcePort),
    destinationPort: view.getUint16(At.destinationPort),
    length,
    checksum,
    checksumValid: addresses === undefined ? null : verify(bytes.subarray(0, length), checksum, addresses),
    payload: bytes.subarray(At.payload, length),
  };
}

function verify(bytes: Uint8Array, checksum: number, addresses: PseudoHeaderAddresses): boolean {
  const source = toIpAddress(addresses.source);
  if (checksum === 0) return source.family === 4;
  const pseudo = pseudoHeader(source, toIpAddress(addresses.destination), IpProtocol.Udp, bytes.length);
  return naiveChecksum(pseudo, bytes) === 0;
}

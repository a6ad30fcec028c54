import { type IpAddress, IpProtocol, toIpAddress } from "@mnet/core";
import { UdpFormat as At } from "../format/udp.ts";
import { concatenate, naiveChecksum, pseudoHeader } from "./checksum.ts";

export interface UdpFields {
  /** For the pseudo-header. */
  source: IpAddress | string;
  /** For the pseudo-header. */
  destination: IpAddress | string;
  sourcePort: number;
  destinationPort: number;
  /** The lie to tell in the length field. Default: the truth. */
  length?: number;
  /** 0 for none. Default: the right one for the length field as it is, 0xffff in place of 0. */
  checksum?: number;
}

/** A UDP datagram, to be put into an IP packet of the same addresses. */
export function udpDatagram(
  fields: UdpFields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const bytes = concatenate(new Uint8Array(At.payload), payload);
  const view = new DataView(bytes.buffer);
  const length = fields.length ?? bytes.length;
  view.setUint16(At.sourcePort, fields.sourcePort);
  view.setUint16(At.destinationPort, fields.destinationPort);
  view.setUint16(At.length, length);
  const source = toIpAddress(fields.source);
  const destination = toIpAddress(fields.destination);
  const right = naiveChecksum(pseudoHeader(source, destination, IpProtocol.Udp, length), bytes);
  view.setUint16(At.checksum, fields.checksum ?? (right === 0 ? 0xffff : right));
  return bytes;
}

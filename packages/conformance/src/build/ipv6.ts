import { type IpAddress, toIpAddress } from "@mnet/core";
import { Ipv6Format as At } from "../format/ipv6.ts";
import { concatenate, writeAddress } from "./checksum.ts";

export interface Ipv6Fields {
  source: IpAddress | string;
  destination: IpAddress | string;
  /** The protocol number of the payload. */
  nextHeader: number;
  /** Default 64. */
  hopLimit?: number;
  trafficClass?: number;
  flowLabel?: number;
  /** Default 6. */
  version?: number;
  /** Default: the truth. */
  payloadLength?: number;
}

/** An IPv6 packet; extension headers are part of `payload`. */
export function ipv6Packet(
  fields: Ipv6Fields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(At.payload);
  const view = new DataView(header.buffer);
  const { version = 6, trafficClass = 0, flowLabel = 0 } = fields;
  view.setUint32(At.versionClassLabel, ((version << 28) | (trafficClass << 20) | flowLabel) >>> 0);
  view.setUint16(At.payloadLength, fields.payloadLength ?? payload.length);
  view.setUint8(At.nextHeader, fields.nextHeader);
  view.setUint8(At.hopLimit, fields.hopLimit ?? 64);
  writeAddress(view, At.source, toIpAddress(fields.source));
  writeAddress(view, At.destination, toIpAddress(fields.destination));
  return concatenate(header, payload);
}

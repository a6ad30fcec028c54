import { type MacAddress, toMacAddress } from "@mnet/core";
import { EthernetFormat as At } from "../format/ethernet.ts";

export interface EthernetFields {
  destination: MacAddress | string;
  source: MacAddress | string;
  etherType: number;
  /** Zeros are appended until the frame has this many octets. Default 0: no padding. */
  padTo?: number;
}

/** An Ethernet II frame without frame check sequence. */
export function ethernetFrame(
  fields: EthernetFields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(At.payload + payload.length, fields.padTo ?? 0));
  toMacAddress(fields.destination).write(bytes, At.destination);
  toMacAddress(fields.source).write(bytes, At.source);
  new DataView(bytes.buffer).setUint16(At.etherType, fields.etherType);
  bytes.set(payload, At.payload);
  return bytes;
}

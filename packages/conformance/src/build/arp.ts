import { EtherType, type IpAddress, type MacAddress, toIpAddress, toMacAddress } from "@mnet/core";
import { ArpFormat as At } from "../format/arp.ts";
import { writeAddress } from "./checksum.ts";

export interface ArpFields {
  /** 1 or 2, or any other number to see it refused. */
  operation: "request" | "reply" | number;
  senderMac: MacAddress | string;
  /** IPv4. */
  senderAddress: IpAddress | string;
  /** Default: zero, as in a request. */
  targetMac?: MacAddress | string;
  targetAddress: IpAddress | string;
  /** Default 1, Ethernet. */
  hardwareType?: number;
  /** Default 0x0800, IPv4. */
  protocolType?: number;
  /** Default 6. Only the field: the address keeps its six octets. */
  hardwareLength?: number;
  /** Default 4. Only the field. */
  protocolLength?: number;
}

/** The 28 octets of an ARP packet. */
export function arpPacket(fields: ArpFields): Uint8Array<ArrayBuffer> {
  const { operation } = fields;
  const bytes = new Uint8Array(At.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(At.hardwareType, fields.hardwareType ?? 1);
  view.setUint16(At.protocolType, fields.protocolType ?? EtherType.Ipv4);
  view.setUint8(At.hardwareLength, fields.hardwareLength ?? 6);
  view.setUint8(At.protocolLength, fields.protocolLength ?? 4);
  view.setUint16(At.operation, typeof operation === "number" ? operation : operation === "request" ? 1 : 2);
  toMacAddress(fields.senderMac).write(bytes, At.senderMac);
  writeAddress(view, At.senderAddress, toIpAddress(fields.senderAddress));
  toMacAddress(fields.targetMac ?? "00:00:00:00:00:00").write(bytes, At.targetMac);
  writeAddress(view, At.targetAddress, toIpAddress(fields.targetAddress));
  return bytes;
}

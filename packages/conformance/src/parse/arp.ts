import { MacAddress } from "@mnet/core";
import { ArpFormat as At } from "../format/arp.ts";
import { readerOf, readV4 } from "./reader.ts";

export interface ParsedArp {
  readonly hardwareType: number;
  readonly protocolType: number;
  readonly hardwareLength: number;
  readonly protocolLength: number;
  /** 1 and 2 by name. */
  readonly operation: "request" | "reply" | number;
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
}

/** Reads the layout of Ethernet and IPv4, whatever the type and length fields say. @throws RangeError under 28 octets. */
export function parseArp(bytes: Uint8Array): ParsedArp {
  const view = readerOf(bytes, At.length, "an ARP packet");
  const operation = view.getUint16(At.operation);
  return {
    hardwareType: view.getUint16(At.hardwareType),
    protocolType: view.getUint16(At.protocolType),
    hardwareLength: view.getUint8(At.hardwareLength),
    protocolLength: view.getUint8(At.protocolLength),
    operation: operation === 1 ? "request" : operation === 2 ? "reply" : operation,
    senderMac: MacAddress.read(bytes, At.senderMac).toString(),
    senderAddress: readV4(view, At.senderAddress).toString(),
    targetMac: MacAddress.read(bytes, At.targetMac).toString(),
    targetAddress: readV4(view, At.targetAddress).toString(),
  };
}

import { MacAddress } from "@mnet/core";
import { EthernetFormat as At } from "../format/ethernet.ts";
import { readerOf } from "./reader.ts";

export interface ParsedEthernet {
  readonly destination: string;
  readonly source: string;
  readonly etherType: number;
  /** Everything behind the type field, padding included. A view. */
  readonly payload: Uint8Array;
}

/** @throws RangeError for fewer than 14 octets. */
export function parseEthernet(bytes: Uint8Array): ParsedEthernet {
  const view = readerOf(bytes, At.payload, "an Ethernet header");
  return {
    destination: MacAddress.read(bytes, At.destination).toString(),
    source: MacAddress.read(bytes, At.source).toString(),
    etherType: view.getUint16(At.etherType),
    payload: bytes.subarray(At.payload),
  };
}

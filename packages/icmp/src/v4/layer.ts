import { IcmpLayer, type IcmpOptions } from "../layer.ts";
import { icmpV4 } from "./version.ts";

/** ICMP for IPv4 (RFC 792, RFC 1122 3.2.2): answers echo requests, sends and receives errors, asks for echoes. */
export class IcmpV4Layer extends IcmpLayer {
  /** Registers itself for protocol 1. Give the layer to IP as its `IcmpErrors` as well. */
  constructor(options: IcmpOptions) {
    super(icmpV4, options);
  }
}

import { IcmpLayer, type IcmpOptions } from "../layer.ts";
import { icmpV6 } from "./version.ts";

/**
 * ICMP for IPv6 (RFC 4443): answers echo requests, those to groups too, sends and receives errors, asks for echoes. Neighbor Discovery and
 * Multicast Listener Discovery are IP's own.
 */
export class IcmpV6Layer extends IcmpLayer {
  /** Registers itself for protocol 58. Give the layer to IP as its `IcmpErrors` as well. */
  constructor(options: IcmpOptions) {
    super(icmpV6, options);
  }
}

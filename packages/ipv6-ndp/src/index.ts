/**
 * IPv6 of one interface: header chain, fragments, path MTU, source selection, Neighbor Discovery, autoconfiguration, MLD (RFC 8200, 4861,
 * 4862, 8201, 6724, 3810).
 */

export type { ControlOptions, ControlOutput } from "./control-output.ts";
export { defaultIpv6Parameters, type Ipv6Parameters } from "./params.ts";

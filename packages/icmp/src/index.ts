/** ICMP for IPv4 and IPv6: echo both ways, errors in and out, rate limits. */

export type { EchoRequest } from "./echo-client.ts";
export { IcmpLayer, type IcmpOptions } from "./layer.ts";
export { defaultIcmpParameters, type IcmpParameters } from "./params.ts";
export type { Echo, EchoEvents, EchoReply } from "./pending-echoes.ts";
export { IcmpV4Layer } from "./v4/layer.ts";
export { IcmpV6Layer } from "./v6/layer.ts";

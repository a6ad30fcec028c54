/** ICMP: echo both ways, errors in and out, rate limits. */

export { defaultIcmpParameters, type IcmpParameters } from "./params.ts";
export type { Echo, EchoEvents, EchoReply } from "./pending-echoes.ts";
export type { EchoRequest } from "./v4/echo-client.ts";
export { IcmpV4Layer } from "./v4/layer.ts";

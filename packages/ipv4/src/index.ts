/** IPv4 of one interface: header and options, routes, fragmentation, reassembly, path MTU, loopback (RFC 791, 815, 1122, 1191, 6864). */

export { Ipv4Layer, type Ipv4Options } from "./layer.ts";
export { defaultIpv4Parameters, type Ipv4Parameters } from "./params.ts";
export type { Ipv4Route, Ipv4RouteOptions } from "./route/administration.ts";

import { IpAddress } from "@mnet/core";

/**
 * MLD messages (RFC 9777 5; RFC 2710 3), offsets from the ICMPv6 header:
 *
 * ```text
 *  0      1      2          4              6         8       24                          28
 *  | type | code | checksum | response code |    0   | group | flags, interval, count | sources    query of version 2
 *  | type | code | checksum | response delay |   0   | group |                                     all messages of version 1
 *  | type | code | checksum |       0       | count  | group records                              report of version 2
 * ```
 */
export const Mld = {
  Type: 0,
  MaximumResponse: 4,
  RecordCount: 6,
  Group: 8,
  /** Where the part of a query begins that only version 2 has. */
  QueryTail: 24,
  /** Octets of a message of version 1. */
  OctetsV1: 24,
  /** Octets in front of the records of a report. */
  HeaderOctets: 8,
  /** The least octets of a query of version 2; what is longer than 24 and shorter than this is none (RFC 9777 8.1). */
  QueryOctets: 28,
} as const;

/** ff02::2, whom done messages of version 1 go to (RFC 2710 5). */
export const ALL_ROUTERS: IpAddress = IpAddress.allRoutersV6;

/** ff02::16, whom reports of version 2 go to (RFC 9777 5.2.14). */
export const ALL_REPORT_ROUTERS: IpAddress = IpAddress.parse("ff02::16");

/** ff01::1, the nodes of an interface (RFC 4291 2.7.1). */
export const INTERFACE_NODES: IpAddress = IpAddress.parse("ff01::1");

/** The scope that is reserved, and that of an interface, which never leaves it (RFC 4291 2.7). */
export const Scope = { Reserved: 0, Interface: 1 } as const;

/**
 * IGMP messages (RFC 9776 4; RFC 2236 2; RFC 1112 Appendix I), offsets from the start:
 *
 * ```text
 *  0      1               2           4       8                          12
 *  | type | response code | checksum  | group | flags, interval, count | sources    query of version 3
 *  | type | response code | checksum  | group |                                     all messages of versions 1 and 2
 *  | type |       0       | checksum  | 0 | n | n group records                     report of version 3
 * ```
 */
export const Igmp = {
  Type: 0,
  MaximumResponse: 1,
  Checksum: 2,
  Group: 4,
  RecordCount: 6,
  /** Where the part of a query begins that only version 3 has. */
  QueryTail: 8,
  /** Octets of a message of version 1 or 2, and of what precedes the records of a report. */
  HeaderOctets: 8,
  /** The least octets of a query of version 3; what is longer than 8 and shorter than this is none (RFC 9776 7.1). */
  QueryOctets: 12,
} as const;

/** Message types (RFC 9776 4). */
export const IgmpType = {
  MembershipQuery: 0x11,
  ReportV1: 0x12,
  ReportV2: 0x16,
  LeaveGroup: 0x17,
  ReportV3: 0x22,
} as const;

/** 224.0.0.1, which every host is a member of (RFC 1112 4) and nobody reports. */
export const ALL_HOSTS: number = 0xe0000001 | 0;

/** 224.0.0.2, whom leave messages of version 2 go to (RFC 2236 9). */
export const ALL_ROUTERS: number = 0xe0000002 | 0;

/** 224.0.0.22, whom reports of version 3 go to (RFC 9776 4.2.14). */
export const ALL_REPORT_ROUTERS: number = 0xe0000016 | 0;

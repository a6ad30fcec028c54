/**
 * MLD messages, offsets from the ICMPv6 header: version 1 (RFC 2710 3) ends behind the group; a version 2 query (RFC 3810 5.1) goes on.
 *
 * ```text
 *  |     Maximum Response Delay    |           Reserved            |   4
 *  |                       Group (16 octets)                       |   8
 *  | Resv  |S| QRV |     QQIC      |     Number of Sources         |  24
 *  |                      Sources (16 octets each)                 |  28
 * ```
 */
export const MldFormat = {
  maximumResponse: 4,
  group: 8,
  flags: 24,
  interval: 25,
  sourceCount: 26,
  sources: 28,
  /** Octets of a version 1 message. */
  octetsV1: 24,
} as const;

/**
 * IGMP messages: versions 1 and 2 (RFC 1112 Appendix I, RFC 2236 2) end behind the group; a version 3 query (RFC 9776 4.1) goes on.
 *
 * ```text
 *  |      Type     | Max Resp Time |           Checksum            |   0
 *  |                         Group Address                         |   4
 *  | Resv  |S| QRV |     QQIC      |     Number of Sources         |   8
 *  |                      Sources (4 octets each)                  |  12
 * ```
 */
export const IgmpFormat = {
  type: 0,
  maximumResponse: 1,
  checksum: 2,
  group: 4,
  flags: 8,
  interval: 9,
  sourceCount: 10,
  sources: 12,
  /** Octets of a message of version 1 or 2. */
  octetsV2: 8,
} as const;

/** IGMP message types (RFC 9776 4). */
export const IgmpType = {
  MembershipQuery: 0x11,
  ReportV1: 0x12,
  ReportV2: 0x16,
  LeaveGroup: 0x17,
  ReportV3: 0x22,
} as const;

/** Version 2 of MLD reports and version 3 of IGMP reports: the count of records, then the records (RFC 3810 5.2, RFC 9776 4.2). */
export const ReportFormat = { recordCount: 6, records: 8 } as const;

/** A group record: type, auxiliary data in 32-bit words, sources, group (RFC 3810 5.2.4, RFC 9776 4.2.4). */
export const RecordFormat = { type: 0, auxiliaryWords: 1, sourceCount: 2, group: 4 } as const;

/** The bit of a query's flags that suppresses router-side processing, and the mask of the robustness variable. */
export const QueryFlags = { suppress: 0x08, robustness: 0x07 } as const;

/** Types of group records by name (RFC 3810 5.2.12, RFC 9776 4.2.12). */
export const recordTypes = {
  isInclude: 1,
  isExclude: 2,
  toInclude: 3,
  toExclude: 4,
  allow: 5,
  block: 6,
} as const;
export type RecordType = keyof typeof recordTypes;

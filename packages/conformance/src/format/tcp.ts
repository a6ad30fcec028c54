/**
 * TCP header (RFC 9293 3.1).
 *
 * ```text
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |          Source Port          |       Destination Port        |   0
 *  +-------------------------------+-------------------------------+
 *  |                        Sequence Number                        |   4
 *  +---------------------------------------------------------------+
 *  |                    Acknowledgment Number                      |   8
 *  +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *  | Data  | Rsrvd |C|E|U|A|P|R|S|F|            Window             |  12
 *  | Offset|       |W|C|R|C|S|S|Y|I|                               |
 *  |       |       |R|E|G|K|H|T|N|N|                               |
 *  +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *  |           Checksum            |         Urgent Pointer        |  16
 *  +-------------------------------+-------------------------------+
 *  |                    Options, padded to 4 octets                |  20
 *  +---------------------------------------------------------------+
 * ```
 */
export const TcpFormat = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  acknowledgment: 8,
  dataOffset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgentPointer: 18,
  options: 20,
} as const;

/** The letters of the flags, lowest bit first: FIN, SYN, RST, PSH, ACK, URG, ECE, CWR. */
export const TCP_FLAG_LETTERS = "FSRPAUEC";

/** The order in which a set of flags is written down. */
export const TCP_FLAG_ORDER = "SFRPAUEC";

/** Option kinds (RFC 9293 3.2, RFC 7323 2.2 and 3.2, RFC 2018 2 and 3). */
export const TcpOptionKind = {
  EndOfList: 0,
  NoOperation: 1,
  MaximumSegmentSize: 2,
  WindowScale: 3,
  SackPermitted: 4,
  Sack: 5,
  Timestamps: 8,
} as const;

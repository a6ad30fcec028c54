import type { IcmpErrorKind, IpInfo, Packet, Route, Verdict } from "@mnet/core";

/** What becomes of a message by its type. */
export type MessageClass = "echo request" | "echo reply" | "error" | "ignored" | "unknown";

/** What the ICMPs of the two IP families do not have in common. Neither has state. */
export interface IcmpVersion {
  readonly family: 4 | 6;
  /** The number of the protocol in an IP header. */
  readonly protocol: number;
  readonly echoRequest: number;
  readonly echoReply: number;
  /** Octets of an IP header without options. */
  readonly ipHeader: number;
  /** Octets of the longest message. */
  readonly longestMessage: number;
  /** Octets of the largest error datagram, IP header included: how much is quoted. */
  readonly largestError: number;
  /** Whether echo requests to a group are answered. */
  readonly answersGroups: boolean;

  /** Whether the source is the address of one host, as far as the address tells. */
  isSingleHost(info: IpInfo): boolean;
  /** Whether the checksum of a received message, `[packet.start, packet.end)`, is right. */
  checksumHolds(packet: Packet, info: IpInfo): boolean;
  /** Completes the message that `packet` starts at, whose checksum field is zero, or requests its checksum from below. */
  finish(packet: Packet, route: Route): void;

  classify(type: number): MessageClass;
  /** What an error says, or `null` when it says nothing that anybody wants to know. */
  errorKindOf(type: number, code: number): IcmpErrorKind | null;
  /** The next-hop MTU of a packet too big whose message is at `start`. */
  mtuOf(view: DataView, start: number): number;
  /** Octets of the quote according to the length attribute of RFC 4884 4, 0 without one. */
  quoteLength(bytes: Uint8Array, start: number): number;

  /** Whether an error of `kind` may be sent about a datagram; `Handled`, or the reason that forbids it. */
  answerable(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo): Verdict;
  /** Type and code, as the first 16 bits of the message, that say `kind`. */
  messageOf(kind: IcmpErrorKind): number;
  /** The second word of the error, as int32 or uint32. */
  restOf(kind: IcmpErrorKind, pointerOrMtu: number): number;
}

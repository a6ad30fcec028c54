import type { Packet } from "../packet/packet.ts";
import type { Millis } from "../time/host.ts";
import type { Verdict } from "../verdict.ts";
import type { IcmpErrorKind } from "../wire/icmp-error-kind.ts";
import type { IpInfo } from "./ip.ts";

/** Sends ICMP errors; given to the IP layer, implemented by `@mnet/icmp`. */
export interface IcmpErrors {
  /**
   * Answers `offending` with an error unless RFC 1122 3.2.2 or a rate limit forbids it. The quote is taken from `info.headerStart`.
   * @param pointerOrMtu the pointer of a parameter problem, the MTU of a packet too big, else 0.
   */
  send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo, now: Millis): Verdict;
}

/** Receives the errors that others send us; implemented by the IP layer, given to `@mnet/icmp`. */
export interface IcmpErrorReceiver {
  /**
   * Reports an error to the transport of the quoted datagram.
   * @param quoted starts at the quoted IP header; may be truncated anywhere. Borrowed.
   * @param mtu the next-hop MTU of a packet too big, 0 when unknown.
   * @returns `Handled` when the quote belongs to a live flow, else `UnknownFlow` or what was wrong with it.
   */
  errorReceived(kind: IcmpErrorKind, mtu: number, quoted: Packet, now: Millis): Verdict;
}

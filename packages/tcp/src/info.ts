import type { Millis, NetErrorCode } from "@mnet/core";
import type { ControlBlock } from "./control-block.ts";
import { tcpStateName } from "./state.ts";

/** A snapshot of one connection, like Linux' `tcp_info`. Amounts are octets, times milliseconds. */
export interface TcpInfo {
  /** The RFC's name of the state. */
  readonly state: string;
  /** Name of the congestion controller. */
  readonly congestion: string;
  /** cwnd. */
  readonly congestionWindow: number;
  /** ssthresh; Infinity before the first loss. */
  readonly slowStartThreshold: number;
  /** Whether lost data is being sent again after duplicate acknowledgments. */
  readonly recovering: boolean;
  /** Text octets per segment sent (Eff.snd.MSS). */
  readonly sendSegment: number;
  /** Largest segment received so far, at least the default MSS: what counts as full-sized. */
  readonly receiveSegment: number;
  /** The peer's window. */
  readonly sendWindow: number;
  /** The window offered to the peer. */
  readonly receiveWindow: number;
  /** Window shifts; -1 when scaling is not in use. */
  readonly sendScale: number;
  readonly receiveScale: number;
  /** Sent and not acknowledged. */
  readonly inFlight: number;
  /** Written and not acknowledged. */
  readonly sendQueue: number;
  /** Received and not read. */
  readonly receiveQueue: number;
  /** Received out of order. */
  readonly outOfOrder: number;
  /** SRTT; 0 before the first measurement. */
  readonly roundTrip: Millis;
  readonly roundTripVariation: Millis;
  /** Infinity before the first measurement. */
  readonly minimumRoundTrip: Millis;
  /** RTO with its back-off. */
  readonly retransmissionTimeout: Millis;
  /** Retransmissions in a row without progress. */
  readonly retransmissions: number;
  /** Window probes in a row without an answer. */
  readonly probes: number;
  /** Totals of text octets. */
  readonly octetsSent: number;
  readonly octetsRetransmitted: number;
  readonly octetsReceived: number;
  /** Since the last segment of either direction. */
  readonly sinceSent: Millis;
  readonly sinceReceived: Millis;
  /** MTU of the path. */
  readonly pathMtu: number;
  /** What ICMP last said about the path since the peer acknowledged something new, such as EHOSTUNREACH (MUST-47); empty for nothing. */
  readonly softError: NetErrorCode | "";
}

export function infoOf(block: ControlBlock, now: Millis): TcpInfo {
  return {
    state: tcpStateName(block.state),
    congestion: block.congestion.name,
    congestionWindow: block.congestion.window,
    slowStartThreshold: block.congestion.threshold,
    recovering: block.loss.recovering,
    sendSegment: block.sendSegment,
    receiveSegment: block.receiveSegment,
    sendWindow: block.sendWindow,
    receiveWindow: block.receiveWindow,
    sendScale: block.receiveScale < 0 ? -1 : block.sendScale,
    receiveScale: block.receiveScale,
    inFlight: block.inFlight,
    sendQueue: block.sendRing.length,
    receiveQueue: block.receiveRing.readable,
    outOfOrder: block.ranges.octets,
    roundTrip: block.roundTrip.smoothed,
    roundTripVariation: block.roundTrip.variation,
    minimumRoundTrip: block.roundTrip.minimum,
    retransmissionTimeout: block.roundTrip.timeout,
    retransmissions: block.retransmissions,
    probes: block.unansweredProbes,
    octetsSent: block.octetsSent,
    octetsRetransmitted: block.octetsRetransmitted,
    octetsReceived: block.octetsReceived,
    sinceSent: now - block.lastSentAt,
    sinceReceived: now - block.lastReceivedAt,
    pathMtu: block.route.mtu,
    softError: block.softError ?? "",
  };
}

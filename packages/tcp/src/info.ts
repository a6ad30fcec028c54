import type { Millis, NetErrorCode } from "@mnet/core";
import type { ControlBlock } from "./control-block.ts";
import { announcedSegment } from "./output/path.ts";
import { pacingRate } from "./pacing/pacing.ts";
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
  /** What is known to be wrong: `open` (nothing), `disorder`, `cwr` (a mark), `recovery` or `loss` (the timer expired). */
  readonly recoveryState: string;
  /** Whether lost data is being sent again before its timer expired. */
  readonly recovering: boolean;
  /** Text octets per segment sent (Eff.snd.MSS). */
  readonly sendSegment: number;
  /** What counts as a full-sized segment of the peer: the largest received, or a smaller one that came twice in a row. */
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
  /** Of these: selectively acknowledged, believed lost, sent again, and believed to be in the network. */
  readonly selectivelyAcknowledged: number;
  readonly lost: number;
  readonly resent: number;
  readonly pipe: number;
  /** Acknowledgments that told of segments overtaking each other. */
  readonly reorderingsSeen: number;
  /** Written and not acknowledged. */
  readonly sendQueue: number;
  /** What `write` buffers at most now. */
  readonly sendBuffer: number;
  /** What is received and not read at most now: the largest window. */
  readonly receiveBuffer: number;
  /** Octets the application read in the last round trip measured, and that round trip as the receiver saw it; 0 before. */
  readonly receiveSpace: number;
  readonly receiverRoundTrip: Millis;
  /** The MSS we announced. */
  readonly announcedSegment: number;
  /** In use on this connection. */
  readonly timestamps: boolean;
  readonly selectiveAcknowledgments: boolean;
  readonly explicitCongestionNotification: boolean;
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
  /** Totals of octets known to be delivered, and of D-SACK blocks received. */
  readonly octetsDelivered: number;
  readonly duplicatesReported: number;
  /** Time with work under way, and of it: the peer's window was full; everything was sent and the send buffer was full. */
  readonly busy: Millis;
  readonly windowLimited: Millis;
  readonly bufferLimited: Millis;
  /** Since SYN, text or FIN was last sent, again or for the first time, as Linux' `tcpi_last_data_sent`: acknowledgments and probes are none. */
  readonly sinceSent: Millis;
  /** Since text in order was last received, and an acknowledgment, which text carries too; since the handshake before the first. */
  readonly sinceReceived: Millis;
  readonly sinceAcknowledged: Millis;
  /** Totals of segments, of those with text, and of SYN, text and FIN sent again; a large segment counts as those it stands for. */
  readonly segmentsSent: number;
  readonly segmentsReceived: number;
  readonly textSegmentsSent: number;
  readonly textSegmentsReceived: number;
  readonly segmentsRetransmitted: number;
  /** Octets per second that text leaves at most with; Infinity without pacing, or before a round trip was measured. */
  readonly pacingRate: number;
  /** MTU of the path. */
  readonly pathMtu: number;
  /** What ICMP last said about the path since the peer acknowledged something new, such as EHOSTUNREACH (MUST-47); empty for nothing. */
  readonly softError: NetErrorCode | "";
}

type Loss = Pick<
  TcpInfo,
  | "selectivelyAcknowledged"
  | "lost"
  | "resent"
  | "pipe"
  | "reorderingsSeen"
  | "octetsDelivered"
  | "duplicatesReported"
>;

function lossOf({ loss }: ControlBlock): Loss {
  return {
    selectivelyAcknowledged: loss.records.sacked,
    lost: loss.records.missing,
    resent: loss.records.resent,
    pipe: loss.pipe,
    reorderingsSeen: loss.rack.reorderingsSeen,
    octetsDelivered: loss.delivered,
    duplicatesReported: loss.dsacks,
  };
}

type Buffers = Pick<
  TcpInfo,
  | "sendBuffer"
  | "receiveBuffer"
  | "receiveSpace"
  | "receiverRoundTrip"
  | "announcedSegment"
  | "timestamps"
  | "selectiveAcknowledgments"
  | "explicitCongestionNotification"
>;

function buffersOf(block: ControlBlock): Buffers {
  return {
    sendBuffer: block.sendRing.limit,
    receiveBuffer: block.receiveLimit,
    receiveSpace: block.receiveTuning.space,
    receiverRoundTrip: block.receiveTuning.roundTrip,
    announcedSegment: Math.min(block.maximumSegment, announcedSegment(block.route, block.network.family)),
    timestamps: block.timestamps.enabled,
    selectiveAcknowledgments: block.sackPermitted,
    explicitCongestionNotification: block.ecn.enabled,
  };
}

type Totals = Pick<
  TcpInfo,
  | "segmentsSent"
  | "segmentsReceived"
  | "textSegmentsSent"
  | "textSegmentsReceived"
  | "segmentsRetransmitted"
  | "pacingRate"
>;

function trafficOf(block: ControlBlock): Totals {
  const { segmentsSent, segmentsReceived, textSegmentsSent, textSegmentsReceived, segmentsRetransmitted } =
    block.traffic;
  return {
    segmentsSent,
    segmentsReceived,
    textSegmentsSent,
    textSegmentsReceived,
    segmentsRetransmitted,
    pacingRate: block.pacer === null ? Number.POSITIVE_INFINITY : 1000 * pacingRate(block),
  };
}

export function infoOf(block: ControlBlock, now: Millis): TcpInfo {
  return {
    state: tcpStateName(block.state),
    congestion: block.congestion.name,
    congestionWindow: block.congestion.window,
    slowStartThreshold: block.congestion.threshold,
    recoveryState: block.loss.state,
    recovering: block.loss.recovering,
    sendSegment: block.sendSegment,
    receiveSegment: block.receiveSegment,
    sendWindow: block.sendWindow,
    receiveWindow: block.receiveWindow,
    sendScale: block.receiveScale < 0 ? -1 : block.sendScale,
    receiveScale: block.receiveScale,
    inFlight: block.inFlight,
    ...lossOf(block),
    ...buffersOf(block),
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
    busy: block.chronicle.busy(now),
    windowLimited: block.chronicle.windowLimited(now),
    bufferLimited: block.chronicle.bufferLimited(now),
    sinceSent: now - block.lastSentAt,
    sinceReceived: now - block.lastTextAt,
    sinceAcknowledged: now - block.lastAcknowledgedAt,
    ...trafficOf(block),
    pathMtu: Math.min(block.route.mtu, block.pathMtu.search.limit),
    softError: block.softError ?? "",
  };
}

import type { Millis } from "@mnet/core";
import type { MemoryLimits } from "./buffers/slab-pool.ts";
import type { CongestionChoice } from "./congestion/choice.ts";

/** Smallest MSS a peer may announce; smaller ones are raised to it, against segment bombs (CVE-2019-11479). Octets. */
export const MINIMUM_PEER_SEGMENT = 48;
/** What a peer that announces no MSS takes, over IPv4 and IPv6 (RFC 9293 3.7.1, MUST-15). Octets. */
export const DEFAULT_PEER_SEGMENT_V4 = 536;
export const DEFAULT_PEER_SEGMENT_V6 = 1220;
/** Octets of the IP headers without options. */
export const IPV4_HEADER = 20;
export const IPV6_HEADER = 40;
/** Largest window scale (RFC 7323 2.3). */
export const MAXIMUM_WINDOW_SCALE = 14;
/** Blocks of a SACK option at most: what fits into 40 octets. */
export const MOST_SACK_BLOCKS = 4;
/** How long TS.Recent means something (RFC 7323 5.5): 24 days, before a clock of 1 ms has gone half around. */
export const TIMESTAMP_VALIDITY: Millis = 24 * 24 * 3_600_000;
/** Largest value of the window field. */
export const MAXIMUM_UNSCALED_WINDOW = 65_535;
/** Clock granularity G of RFC 6298 in milliseconds. */
export const CLOCK_GRANULARITY: Millis = 1;
/** RTO once data begins to flow when the handshake had to be retransmitted (RFC 6298 5.7), milliseconds. */
export const TIMEOUT_AFTER_LOST_SYN: Millis = 3000;
/** The MSS up to which an initial window counts in segments; larger segments are counted in octets (RFC 6928 2: 14600 octets of ten). */
export const INITIAL_WINDOW_SEGMENT = 1460;
/** Duplicate acknowledgments that mean a loss (RFC 5681 3.2). */
export const DUPLICATE_THRESHOLD = 3;
/** Runs of selectively acknowledged octets that are believed at most (CVE-2019-11478). */
export const SACKED_RANGES = 1024;
/** Recoveries for which a widened reordering window lasts (RFC 8985 6.2, step 4: RACK.reo_wnd_persist). */
export const RACK_PERSIST = 16;
/** What RACK takes for no time at all, milliseconds: the rounding of a clock that counts days in fractions of milliseconds. */
export const RACK_GRANULARITY: Millis = 0.001;
/** Time that a peer may hold an acknowledgment back, milliseconds (RFC 8985 7.2: TLP.max_ack_delay). */
export const TAIL_PROBE_DELAY: Millis = 200;
/** Least that a tail loss probe waits beyond two round trips, milliseconds: timers of either side may be late by this. */
export const TAIL_PROBE_MARGIN: Millis = 2;
/** When a tail loss probe goes before any measurement, milliseconds (RFC 8985 7.2). */
export const TAIL_PROBE_INITIAL: Millis = 1000;
/** Segments per acknowledgment that may grow the window in slow start (L of RFC 3465 2.2). */
export const BYTE_COUNTING_LIMIT = 2;
/** Upper bound of every congestion window, octets: half the largest window, so that sequence comparisons stay exact. */
export const MAXIMUM_CONGESTION_WINDOW = 536_870_912;
/** Most ranges of out-of-order octets kept per connection (CVE-2018-5390); what would make one more is dropped. */
export const REASSEMBLY_RANGES = 1024;
/** Octets one connection may send before others get their turn in a flush. */
export const FLUSH_QUANTUM = 65_536;
/** Turns of one connection in a flush; what is left waits for the next. */
export const FLUSH_ROUNDS = 4;
/** Counters of local ports (RFC 6056 3.3.4), a power of two: peers that share one make each other's ports skip some. */
export const PORT_COUNTERS = 4096;
/** Most by which the local port to one peer moves on from one connection to the next (RFC 6056 3.3.5). */
export const LARGEST_PORT_STEP = 8;
/** Most tokens that a reset to nobody costs; the mean is half of it, one. See `TcpContext.mayReset`. */
export const MOST_RESET_TOKENS = 2;
/** Smallest ring, octets, a power of two: what every connection may hold, however short memory is. */
export const MINIMUM_RING = 4096;
/** Largest ring to begin with, because the last filling reached it, octets, a power of two: about a batch of received frames. */
export const LARGEST_FIRST_RING = 131_072;
/** How far rings grow while memory is short, octets, a power of two; received text in order may go on as far as its window. */
export const PRESSED_RING = 16_384;
/** Segments that a receive window covers at most while memory is short, as Linux. */
export const PRESSED_WINDOW_SEGMENTS = 4;
/** How often memory is looked for at most, milliseconds. */
export const RECLAIM_INTERVAL: Millis = 250;
/** How long a connection holds memory without any progress before it may be ended for it, milliseconds. */
export const STALLED_AFTER: Millis = 5000;
/** Largest send or receive buffer that may be asked for, octets. */
export const MAXIMUM_BUFFER = 67_108_864;
/** Octets of unused rings kept for the next connection. */
export const SPARE_RINGS = 8_388_608;

/**
 * Explicit congestion notification (RFC 3168). `off`: never. `passive`: when the peer asks for it. `on`: connections we open ask for it too.
 */
export type EcnMode = "off" | "passive" | "on";

/** What can be set per layer. Times in milliseconds, sizes in octets. */
export interface TcpParameters {
  /** Send buffer of a connection that asks for none, to begin with. At most 64 MiB. */
  readonly sendBuffer: number;
  /** How far it grows with the congestion window (like Linux' `tcp_wmem`); not above `sendBuffer` turns that off. At most 64 MiB. */
  readonly largestSendBuffer: number;
  /** Receive buffer of a connection that asks for none, to begin with: the largest window it offers. At most 64 MiB. */
  readonly receiveBuffer: number;
  /** How far it grows with what the application reads per round trip (like Linux' `tcp_rmem`). At most 64 MiB. */
  readonly largestReceiveBuffer: number;
  /**
   * How much memory the buffers of all connections may take, octets (like Linux' `tcp_mem`). Above `pressure`, and until it is less than
   * `low` again, no window and no send buffer grows, and text out of order is kept only where it costs little. At `limit` nothing that
   * begins is taken on, and connections that make no progress are reset, those first that have waited longest. Text out of order, with
   * the gaps in it, takes no more than `outOfOrder`.
   */
  readonly memory: MemoryLimits;
  /** Whether the end of a flight is probed before its retransmission timer expires (RFC 8985 7). Needs selective acknowledgments. */
  readonly tailLossProbe: boolean;
  /** Whether SYNs offer selective acknowledgments (RFC 2018). */
  readonly selectiveAcknowledgments: boolean;
  /** Whether SYNs offer timestamps (RFC 7323 3): round trips measured on every acknowledgment, and PAWS, for 12 octets per segment. */
  readonly timestamps: boolean;
  /** Whether SYNs offer window scaling (RFC 7323 2); without it windows are at most 65535 octets. */
  readonly windowScaling: boolean;
  /** Initial congestion window in segments (RFC 6928 2). */
  readonly initialWindow: number;
  /** RTO before the first measurement (RFC 6298 2.1). */
  readonly initialTimeout: Millis;
  /**
   * The least by which the RTO is longer than the smoothed round trip. RFC 6298 2.4 asks for an RTO of 1 s at least; like Linux 200 ms beyond SRTT,
   * which is above any delayed acknowledgment we meet.
   */
  readonly minimumTimeout: Millis;
  /** Ceiling of the RTO and of the interval of window probes (RFC 6298 2.5). */
  readonly maximumTimeout: Millis;
  /**
   * Which segments count for acknowledging every second one (RFC 9293 3.8.6.3, SHLD-19): full-sized ones, as the RFC has it and Linux does, or
   * any, as BSD does.
   */
  readonly acknowledgeEverySecond: "full" | "any";
  /** How long an acknowledgment may wait for company (RFC 9293 3.8.6.3: under 500 ms). */
  readonly delayedAcknowledgment: Millis;
  /** Segments acknowledged without delay while the peer may be in slow start: at the beginning, after a pause, after a loss. Like Linux 16. */
  readonly quickAcknowledgments: number;
  /** R1: retransmissions of one segment after which the IP layer is told to doubt the path (MUST-20). */
  readonly adviseAfter: number;
  /** R2: retransmissions or unanswered window probes after which the connection fails (MUST-20; at least 100 s, SHLD-11). */
  readonly giveUpAfter: number;
  /** R2 of a SYN as a time (MUST-23: at least 3 minutes). */
  readonly connectTimeout: Millis;
  /** Retransmissions of a SYN-ACK of a passive open. */
  readonly synAckRetries: number;
  /** Half-open connections per listener. */
  readonly synQueue: number;
  /**
   * When SYNs are answered with cookies (RFC 4987 3.6), which cost nothing, but lose options where the peer has no timestamps: when there are
   * more of them than `synQueue`, always, or never, and the oldest record makes room.
   */
  readonly synCookies: "overflow" | "always" | "never";
  /** Backlog of a listener that asks for none: established connections that wait for accept. */
  readonly backlog: number;
  /** Resets per second, on average, to segments of no connection. */
  readonly resetsPerSecond: number;
  /** Challenge acknowledgments and answers to unacceptable segments per connection and second (RFC 5961 7). */
  readonly challengesPerSecond: number;
  /** As RFC 793: a reset anywhere in the window ends a connection. Default false: at RCV.NXT only (RFC 5961 3.2). */
  readonly acceptResetInWindow: boolean;
  /**
   * As BSD: without window scaling a segment is in the window when the buffer has room for it, although the window field cannot say so.
   * Default false: the window is what was offered.
   */
  readonly acceptWithinBuffer: boolean;
  /** As RFC 793: a SYN in the window resets a connection. Default false: it is challenged (RFC 5961 4.2). */
  readonly acceptSynInWindow: boolean;
  /** As RFC 9293 3.10.7.2 and 3.10.7.3: a SYN may have a FIN. Default false, as Linux: it is dropped. */
  readonly acceptSynFin: boolean;
  /** 2 MSL (RFC 9293 3.4.2; like Linux 60 s). */
  readonly timeWait: Millis;
  /** Records in TIME-WAIT; the one with the shortest time left is evicted. */
  readonly timeWaitLimit: number;
  /** How long FIN-WAIT-2 lasts after a full close. */
  readonly finWait2: Millis;
  /**
   * Probes of a closed window after a full close, answered or not, after which the connection is reset once they are `maximumTimeout` apart,
   * unless it has a user timeout: nobody is left who could give it up. RFC 6429 allows it; like Linux' `tcp_orphan_retries` 8.
   */
  readonly orphanRetries: number;
  /** Idle time before the first keep-alive probe of a connection that asks for keep-alive (MUST-28: at least 2 h). */
  readonly keepAliveIdle: Millis;
  readonly keepAliveInterval: Millis;
  /** Unanswered probes after which the connection fails. */
  readonly keepAliveProbes: number;
  /** Range of local ports that are chosen for the application (RFC 6056 3.2). */
  readonly ephemeralPorts: { readonly first: number; readonly last: number };
  /** The congestion control of a connection that asks for none: CUBIC (RFC 9438), NewReno (RFC 5681), or your own. */
  readonly congestion: CongestionChoice;
  /** ECN of a connection that does not say. */
  readonly ecn: EcnMode;
  /**
   * Whether a path that swallows full segments is searched for the size that it carries (RFC 4821, RFC 8899), as Linux does with
   * `tcp_mtu_probing=1`: nothing is probed until {@link TcpParameters.adviseAfter} retransmissions in a row were not answered.
   */
  readonly pathMtuProbing: boolean;
  /** Whether a connection that does not say spreads what it sends over the round trip. */
  readonly pacing: boolean;
}

import type { HeapItem, IpAddress, IpLayer, Millis, NetErrorCode, Route, SendOptions } from "@mnet/core";
import { AcknowledgmentPace } from "./acknowledgments/pace.ts";
import { SackReport } from "./acknowledgments/sack-report.ts";
import { ReassemblyRanges } from "./buffers/reassembly-ranges.ts";
import { ReceiveRing } from "./buffers/receive-ring.ts";
import { ReceiveTuning } from "./buffers/receive-tuning.ts";
import { SendRing } from "./buffers/send-ring.ts";
import { Chronicle } from "./chronicle.ts";
import type { CongestionController } from "./congestion/controller.ts";
import type { TcpConnection } from "./connection.ts";
import type { TcpContext } from "./context.ts";
import { type Flow, FlowKind } from "./demux.ts";
import { EcnState } from "./ecn/ecn.ts";
import type { ConnectionEvents } from "./events.ts";
import type { TcpListener } from "./listener.ts";
import { LossRecovery } from "./loss/loss-recovery.ts";
import { Pacer } from "./pacing/pacing.ts";
import { MAXIMUM_UNSCALED_WINDOW, REASSEMBLY_RANGES } from "./params.ts";
import { PathMtuState } from "./path-mtu/path-mtu.ts";
import { RoundTripEstimator } from "./rtt.ts";
import type { FlowSettings } from "./settings.ts";
import { TcpState } from "./state.ts";
import type { TimeWaitRecord } from "./timers/time-wait.ts";
import { Timestamps } from "./timestamps/timestamps.ts";
import { Traffic } from "./traffic.ts";
import { Urgent } from "./urgent.ts";

const never: Millis = Number.POSITIVE_INFINITY;

function flowLabelOf({ context, network, local, localPort, remote, remotePort }: ControlBlock): number {
  return context.flowLabels.of(network.family, local, localPort, remote, remotePort);
}

/**
 * The transmission control block (RFC 9293 3.3.1): everything about one connection. Plain data; the rules are in `input/`, `output/`
 * and `timers/`. Sequence numbers are int32, amounts octets, times milliseconds; a deadline of Infinity is a stopped timer.
 */
export class ControlBlock implements Flow, HeapItem {
  readonly kind: typeof FlowKind.Connection = FlowKind.Connection;
  flowHash = 0;
  flowNext: Flow | null = null;
  /** Maintained by the `TurnQueue`: who has its turn after this one. */
  nextTurn: ControlBlock | null = null;
  heapIndex = -1;
  heapDeadline: Millis = never;

  readonly context: TcpContext;
  readonly network: IpLayer;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly localPort: number;
  readonly remotePort: number;
  route: Route;
  readonly sendOptions: SendOptions;
  /** What the application holds. Set by whoever makes the block, right away. */
  connection!: TcpConnection;
  /** The application; `null` until the connection is accepted. */
  events: ConnectionEvents | null;
  /** The listener it came from and waits at; `null` once accepted or when opened actively. */
  listener: TcpListener | null = null;
  signals = 0;

  state: TcpState = TcpState.Closed;
  /** Why the connection is closed. */
  error: NetErrorCode | null = null;
  /** The last soft error (RFC 9293 3.9.2.2): reported in place of ETIMEDOUT. */
  softError: NetErrorCode | null = null;
  /** Its successor in TIME-WAIT. */
  timeWait: TimeWaitRecord | null = null;
  /** The application wants no more data. */
  readShutdown = false;
  /** The application closed both directions. */
  fullyClosed = false;

  /** SND.UNA: the oldest sequence number not acknowledged. */
  sendUnacknowledged: number;
  /** SND.NXT: one past the highest sequence number ever sent. */
  sendNext: number;
  /** Where the next new segment starts: SND.NXT, but further back when the peer took back the window that was sent into (MUST-34). */
  resendNext: number;
  /** One past the last segment of text sent that was less than full; SND.UNA goes along with it. */
  smallEnd: number;
  /** ISS. */
  readonly initialSend: number;
  /** One past the last octet the application wrote: where the FIN goes. */
  sendEnd: number;
  /** Sequence number of the first octet in the send ring. */
  sendBase: number;
  /** A FIN follows the data. */
  finQueued = false;
  /** SND.WND, scaled. */
  sendWindow = 0;
  /** MAX.SND.WND (RFC 5961 5.2). */
  maximumSendWindow = 0;
  /** SND.WL1 and SND.WL2. */
  windowUpdateSequence = 0;
  windowUpdateAcknowledgment = 0;
  /** Snd.Wind.Shift (RFC 7323). */
  sendScale = 0;
  /** What the application allows for an MSS, ours and the peer's. */
  readonly maximumSegment: number;
  /** The peer's MSS option, or the default for its family. */
  peerSegment: number;
  /** Eff.snd.MSS: octets of text per segment. */
  sendSegment = 0;
  readonly sendRing: SendRing;
  /** How far the send ring's limit may grow. */
  largestSendBuffer: number;
  /** `write` took less than it was given. */
  wantsRoom = false;

  /** IRS. */
  initialReceive = 0;
  /** RCV.NXT. */
  receiveNext = 0;
  /** RCV.NXT + RCV.WND as offered at most so far: it never goes back (RFC 7323 2.4). */
  receiveEdge = 0;
  /** RCV.NXT of the last segment sent. */
  lastAcknowledgment = 0;
  /** Rcv.Wind.Shift; -1 when scaling is not in use. */
  receiveScale = -1;
  /** Whether we offer selective acknowledgments; after the peer's SYN, whether they are in use. */
  sackPermitted: boolean;
  readonly timestamps: Timestamps;
  /** Octets the window may cover. */
  receiveLimit: number;
  /** The buffer without scaling, where `acceptWithinBuffer` says that it is the window; else 0. */
  unscaledBuffer = 0;
  readonly receiveRing: ReceiveRing;
  readonly receiveTuning: ReceiveTuning;
  /** When the peer last acknowledged something new or the application last read; what holds memory without either is stalled. */
  progressAt: Millis;
  readonly ranges: ReassemblyRanges = new ReassemblyRanges(REASSEMBLY_RANGES);
  /** Estimate of the peer's full-sized segment. */
  receiveSegment: number;
  /** What the last segment in order would carry if it was full, and less than {@link ControlBlock.receiveSegment}; else 0. */
  lastSegment = 0;
  /** Whether the FIN of the peer is known, and where it is. */
  remoteFin = false;
  remoteFinSequence = 0;
  /** The peer's FIN has been processed: RCV.NXT is beyond it. */
  endOfText = false;

  readonly congestion: CongestionController;
  readonly ecn: EcnState;
  readonly pathMtu: PathMtuState;
  /** `null` when the connection does not pace. */
  readonly pacer: Pacer | null;
  readonly roundTrip: RoundTripEstimator;
  /** When the SYN was sent, if only once; -1 when it is not timed. Text is timed by its records. */
  timedAt: Millis = -1;
  readonly loss: LossRecovery;

  /** Retransmissions in a row without progress. */
  retransmissions = 0;
  /** Probes in a row without an answer. */
  unansweredProbes = 0;
  /** Probes of the closed window since the application closed. */
  orphanProbes = 0;
  unansweredKeepAlives = 0;
  persistInterval: Millis = 0.5;
  /** Send one segment although window or Nagle forbid it: the persist timer expired. */
  forceSend = false;
  synRetransmissions = 0;

  /** An acknowledgment is to be sent at the next flush. */
  acknowledgeNow = false;
  /** Duplicate acknowledgments to be sent at the next flush, one per out-of-order segment. */
  duplicatesOwed = 0;
  /** Octets in order received since the last acknowledgment. */
  unacknowledgedOctets = 0;
  readonly acknowledgmentPace: AcknowledgmentPace;
  readonly sackReport: SackReport = new SackReport();
  readonly chronicle: Chronicle = new Chronicle();
  readonly urgent: Urgent = new Urgent();
  /** Challenges left in the second that began at `challengeSince`. */
  challengesLeft: number;
  challengeSince: Millis = -never;

  retransmitDeadline: Millis = never;
  persistDeadline: Millis = never;
  acknowledgeDeadline: Millis = never;
  keepAliveDeadline: Millis = never;
  /** When unfinished work makes the connection fail: user timeout. */
  userDeadline: Millis = never;
  /** When FIN-WAIT-2 ends after a full close. */
  finWaitDeadline: Millis = never;
  /** When text that was held back may leave: for pacing, or for a mark with the smallest window. */
  pacingDeadline: Millis = never;

  noDelay: boolean;
  keepAlive: { readonly idle: Millis; readonly interval: Millis; readonly probes: number } | null;
  /** In place of R2 (MUST-21); `null`: R2 decides. */
  userTimeout: Millis | null;

  /** When the connection was opened: our SYN was first sent, or the peer's came. */
  openedAt: Millis;
  /** When text in order, and an acknowledgment that was not of long ago, last came. */
  lastTextAt: Millis;
  lastAcknowledgedAt: Millis;
  lastSentAt: Millis;
  octetsSent = 0;
  octetsReceived = 0;
  octetsRetransmitted = 0;
  readonly traffic: Traffic = new Traffic();
  /** In the list of connections with something to send. */
  dirty = false;

  constructor(
    context: TcpContext,
    network: IpLayer,
    route: Route,
    ports: { readonly local: number; readonly remote: number },
    settings: FlowSettings,
    initialSend: number,
    events: ConnectionEvents | null,
    now: Millis,
  ) {
    this.context = context;
    this.network = network;
    this.route = route;
    this.local = route.source;
    this.remote = route.destination;
    this.localPort = ports.local;
    this.remotePort = ports.remote;
    this.sendOptions = settings.sendOptions();
    this.sendOptions.flowLabel = flowLabelOf(this);
    this.events = events;
    const { params } = context;
    this.sackPermitted = params.selectiveAcknowledgments;
    const offset = context.timestampOffset.of(this.local, this.localPort, this.remote, this.remotePort);
    this.timestamps = new Timestamps(params.timestamps, offset);
    this.maximumSegment = settings.maximumSegment;
    this.noDelay = settings.noDelay;
    this.keepAlive = settings.keepAlive;
    this.userTimeout = settings.userTimeout;
    this.initialSend = initialSend;
    this.sendUnacknowledged = initialSend;
    this.sendNext = initialSend;
    this.resendNext = initialSend;
    this.smallEnd = initialSend;
    this.loss = new LossRecovery(context.recordTables, initialSend);
    this.sendBase = (initialSend + 1) | 0;
    this.sendEnd = this.sendBase;
    this.peerSegment = settings.defaultPeerSegment(network.family);
    this.receiveSegment = this.peerSegment;
    this.receiveLimit = settings.receiveLimit;
    this.receiveRing = new ReceiveRing(context.slabs);
    this.receiveTuning = new ReceiveTuning(settings.receiveLimit, settings.largestReceiveLimit);
    this.sendRing = new SendRing(settings.sendBuffer, context.slabs);
    this.largestSendBuffer = settings.largestSendBuffer;
    this.congestion = settings.congestion(settings);
    this.ecn = new EcnState(settings.ecn);
    this.pathMtu = new PathMtuState(network.family);
    this.pacer = settings.pacing ? new Pacer() : null;
    this.roundTrip = new RoundTripEstimator(context.params);
    this.acknowledgmentPace = new AcknowledgmentPace(context.params.quickAcknowledgments);
    this.challengesLeft = context.params.challengesPerSecond;
    this.openedAt = now;
    this.progressAt = now;
    this.lastTextAt = now;
    this.lastAcknowledgedAt = now;
    this.lastSentAt = now;
  }

  /** FlightSize (RFC 5681 2): sent and not acknowledged. */
  get inFlight(): number {
    return (this.sendNext - this.sendUnacknowledged) | 0;
  }

  /** Octets written and not yet sent, or to be sent again. */
  get unsent(): number {
    return (this.sendEnd - this.resendNext) | 0;
  }

  /** Whether our FIN has been sent. */
  get finSent(): boolean {
    return this.finQueued && ((this.sendNext - this.sendEnd) | 0) > 0;
  }

  /** Whether our FIN has been acknowledged. */
  get finAcknowledged(): boolean {
    return this.finQueued && ((this.sendUnacknowledged - this.sendEnd) | 0) > 0;
  }

  /** RCV.WND as the peer may know it. */
  get receiveWindow(): number {
    return Math.max(0, (this.receiveEdge - this.receiveNext) | 0);
  }

  /** What a SYN offers: never scaled (RFC 7323 2.2). */
  get synWindow(): number {
    return Math.min(MAXIMUM_UNSCALED_WINDOW, this.receiveLimit);
  }

  earliestDeadline(): Millis {
    return Math.min(
      this.retransmitDeadline,
      this.persistDeadline,
      this.acknowledgeDeadline,
      this.keepAliveDeadline,
      this.userDeadline,
      this.finWaitDeadline,
      this.pacingDeadline,
      this.loss.deadline,
    );
  }

  /**
   * Makes sure that the timers go off in time. Most segments only move them later, which the heap finds out by itself: asking it each time
   * would cost a number on the heap.
   */
  armTimers(): void {
    const latest = this.heapIndex < 0 ? never : this.heapDeadline;
    const earlier =
      this.retransmitDeadline < latest ||
      this.persistDeadline < latest ||
      this.acknowledgeDeadline < latest ||
      this.keepAliveDeadline < latest ||
      this.userDeadline < latest ||
      this.finWaitDeadline < latest ||
      this.pacingDeadline < latest ||
      this.loss.deadline < latest;
    if (earlier) this.context.timers.arm(this);
  }

  stopTimers(): void {
    this.retransmitDeadline = never;
    this.persistDeadline = never;
    this.acknowledgeDeadline = never;
    this.keepAliveDeadline = never;
    this.userDeadline = never;
    this.finWaitDeadline = never;
    this.pacingDeadline = never;
    this.loss.stopTimer();
  }
}

import {
  IpAddress,
  type IpInfo,
  type IpLayer,
  IpProtocol,
  type Millis,
  pseudoHeaderSum,
  type SendOptions,
  Verdict,
} from "@mnet/core";
import type { TcpContext } from "../context.ts";
import type { Flow } from "../demux.ts";
import type { HalfOpen } from "../half-open.ts";
import { type Segment, TcpFlag, TcpHeader, writeHeader } from "../header.ts";
import {
  type SynOptions,
  synOptionsLength,
  TIMESTAMPS_LENGTH,
  writeSynOptions,
  writeTimestamps,
} from "../options.ts";
import { MAXIMUM_UNSCALED_WINDOW } from "../params.ts";
import { putOptions } from "../syn-cookies/timestamp-options.ts";
import type { TimeWaitRecord } from "../timers/time-wait.ts";
import { timestampValue } from "../timestamps/timestamps.ts";
import { makeRoom } from "./emit.ts";
import { announcedSegment } from "./path.ts";

type Tuple = Pick<Flow, "local" | "remote" | "localPort" | "remotePort">;

/** The options of a reply: a SYN has more than its timestamps. */
interface ReplyOptions {
  /** Its MSS is the route's, or what is here if that is less. */
  readonly syn: SynOptions | null;
  readonly timestamps: boolean;
  readonly value: number;
  readonly echo: number;
  /** The same was sent before: it counts as a retransmission, and not as a segment sent (RFC 4022, tcpOutSegs). */
  readonly again: boolean;
}

const noOptions: ReplyOptions = { syn: null, timestamps: false, value: 0, echo: 0, again: false };

function lengthOf(options: ReplyOptions): number {
  if (options.syn !== null) return synOptionsLength(options.syn);
  return options.timestamps ? TIMESTAMPS_LENGTH : 0;
}

/** Sends a segment without text for a record that is no connection. */
function send(
  context: TcpContext,
  network: IpLayer,
  flow: Tuple,
  sequence: number,
  acknowledgment: number,
  flags: number,
  window: number,
  now: Millis,
  options: ReplyOptions = noOptions,
  how: SendOptions = context.replyOptions,
): Verdict {
  const route = network.route(flow.remote, flow.local);
  if (route === null) return context.sent.count(Verdict.NoRoute);
  const packet = context.outgoing;
  const headerLength = TcpHeader.Length + lengthOf(options);
  const start = route.headroom;
  makeRoom(packet, start + headerLength);
  packet.reset(start, start + headerLength);
  packet.payload = packet.end;
  const { syn, value, echo } = options;
  if (syn !== null) {
    const maximumSegment = Math.min(syn.maximumSegment, announcedSegment(route, network.family));
    writeSynOptions(packet.view, start + TcpHeader.Length, { ...syn, maximumSegment }, value, echo);
  } else if (options.timestamps) {
    writeTimestamps(packet.view, start + TcpHeader.Length, value, echo);
  }
  const pseudo = pseudoHeaderSum(flow.local, flow.remote, IpProtocol.Tcp, headerLength);
  writeHeader(
    packet.view,
    start,
    headerLength,
    flow.localPort,
    flow.remotePort,
    sequence,
    acknowledgment,
    flags,
    window,
    pseudo,
  );
  packet.checksumStart = start;
  packet.checksumField = start + TcpHeader.Checksum;
  if (flags & TcpFlag.Rst) context.statistics.outResets++;
  if (options.again) context.statistics.retransmittedSegments++;
  else context.statistics.outSegments++;
  how.flowLabel = context.flowLabels.of(
    network.family,
    flow.local,
    flow.localPort,
    flow.remote,
    flow.remotePort,
  );
  return context.sent.count(network.send(packet, route, how, now));
}

/**
 * Answers a segment of no connection with a reset (RFC 9293 3.5.2 group 1, 3.10.7.1), never one that is a reset itself, and no more of
 * them than the layer's bucket allows.
 */
export function replyReset(
  context: TcpContext,
  network: IpLayer,
  info: IpInfo,
  segment: Segment,
  now: Millis,
): Verdict {
  if (segment.has(TcpFlag.Rst)) return Verdict.NoConnection;
  if (!context.mayReset(now)) return Verdict.RateLimited;
  const flow = {
    local: IpAddress.fromWords(info.destination),
    remote: IpAddress.fromWords(info.source),
    localPort: segment.destinationPort,
    remotePort: segment.sourcePort,
  };
  if (segment.has(TcpFlag.Ack)) {
    send(context, network, flow, segment.acknowledgment, 0, TcpFlag.Rst, 0, now);
  } else {
    const acknowledgment = (segment.sequence + segment.length) | 0;
    send(context, network, flow, 0, acknowledgment, TcpFlag.Rst | TcpFlag.Ack, 0, now);
  }
  return Verdict.NoConnection;
}

/** Sends a segment for a half-open connection, with the options of its listener. */
function sendHalfOpen(
  context: TcpContext,
  half: HalfOpen,
  sequence: number,
  flags: number,
  window: number,
  now: Millis,
  again = false,
): void {
  const acknowledgment = flags & TcpFlag.Ack ? (half.initialReceive + 1) | 0 : 0;
  const { settings } = half.queue;
  const options = optionsOf(context, half, (flags & TcpFlag.Syn) !== 0, again, now);
  send(context, half.network, half, sequence, acknowledgment, flags, window, now, options, settings.options);
}

/** Scale, SACK-permitted and timestamps are on a SYN-ACK only if they were on the SYN (RFC 7323 2.2 and 3.2, RFC 2018 2). */
function optionsOf(
  context: TcpContext,
  half: HalfOpen,
  isSyn: boolean,
  again: boolean,
  now: Millis,
): ReplyOptions {
  const { timestamps, sackPermitted, timestampRecent } = half;
  const offset = timestamps
    ? context.timestampOffset.of(half.local, half.localPort, half.remote, half.remotePort)
    : 0;
  const windowScale = half.peerScale < 0 ? -1 : half.queue.settings.windowScale;
  const { maximumSegment } = half.queue.settings;
  const syn = isSyn ? { maximumSegment, windowScale, sackPermitted, timestamps } : null;
  const value = timestampValue(offset, now);
  const isKept = half.at >= 0 || !isSyn;
  const stamp = isKept
    ? value
    : putOptions(value, { windowScale: half.peerScale, sackPermitted, ecn: half.ecn });
  return { syn, timestamps, value: stamp, echo: timestampRecent, again };
}

/** <SEQ=SEG.ACK><CTL=RST>: the handshake's acknowledgment is not ours (RFC 9293 3.10.7.4, fifth). */
export function resetUnacceptable(
  context: TcpContext,
  half: HalfOpen,
  acknowledgment: number,
  now: Millis,
): void {
  if (context.mayReset(now)) sendHalfOpen(context, half, acknowledgment, TcpFlag.Rst, 0, now);
}

/** The SYN-ACK of a half-open connection. @param again not for the first time. */
export function sendSynAck(context: TcpContext, half: HalfOpen, now: Millis, again = false): void {
  const window = Math.min(MAXIMUM_UNSCALED_WINDOW, half.queue.settings.receiveLimit);
  const flags = TcpFlag.Syn | TcpFlag.Ack | (half.ecn ? TcpFlag.Ece : 0);
  sendHalfOpen(context, half, half.initialSend, flags, window, now, again);
}

/** An acknowledgment for a half-open connection: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>. */
export function acknowledgeHalfOpen(context: TcpContext, half: HalfOpen, now: Millis): void {
  const { settings } = half.queue;
  const scale = half.peerScale < 0 ? 0 : Math.max(0, settings.windowScale);
  const window = Math.min(MAXIMUM_UNSCALED_WINDOW, settings.receiveLimit >> scale);
  sendHalfOpen(context, half, (half.initialSend + 1) | 0, TcpFlag.Ack, window, now);
}

/** Tells the peer that a half-open connection is gone. */
export function resetHalfOpen(context: TcpContext, half: HalfOpen, now: Millis): void {
  sendHalfOpen(context, half, (half.initialSend + 1) | 0, TcpFlag.Rst | TcpFlag.Ack, 0, now);
}

/** The acknowledgment of a record in TIME-WAIT. */
export function acknowledgeTimeWait(context: TcpContext, record: TimeWaitRecord, now: Millis): void {
  const { network, sendNext, receiveNext, window, timestamps } = record;
  const { enabled, recent } = timestamps;
  const options = {
    syn: null,
    timestamps: enabled,
    value: timestamps.value(now),
    echo: recent,
    again: false,
  };
  send(context, network, record, sendNext, receiveNext, TcpFlag.Ack, window, now, options);
}

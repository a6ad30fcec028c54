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
import { synOptionsLength, writeSynOptions } from "../options.ts";
import { MAXIMUM_UNSCALED_WINDOW } from "../params.ts";
import type { TimeWaitRecord } from "../timers/time-wait.ts";
import { makeRoom } from "./emit.ts";
import { announcedSegment } from "./path.ts";

type Tuple = Pick<Flow, "local" | "remote" | "localPort" | "remotePort">;

/** Sends a segment without text for a record that is no connection. */
function send(
  context: TcpContext,
  network: IpLayer,
  flow: Tuple,
  sequence: number,
  acknowledgment: number,
  flags: number,
  window: number,
  windowScale: number,
  now: Millis,
  how: SendOptions = context.replyOptions,
): Verdict {
  const route = network.route(flow.remote, flow.local);
  if (route === null) return context.sent.count(Verdict.NoRoute);
  const packet = context.outgoing;
  const syn = (flags & TcpFlag.Syn) !== 0;
  const headerLength = TcpHeader.Length + (syn ? synOptionsLength(windowScale) : 0);
  const start = route.headroom;
  makeRoom(packet, start + headerLength);
  packet.reset(start, start + headerLength);
  packet.payload = packet.end;
  if (syn) {
    const segment = announcedSegment(route, network.family);
    writeSynOptions(packet.view, start + TcpHeader.Length, segment, windowScale);
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
  context.statistics.outSegments++;
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
    send(context, network, flow, segment.acknowledgment, 0, TcpFlag.Rst, 0, -1, now);
  } else {
    const acknowledgment = (segment.sequence + segment.length) | 0;
    send(context, network, flow, 0, acknowledgment, TcpFlag.Rst | TcpFlag.Ack, 0, -1, now);
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
  windowScale: number,
  now: Millis,
): void {
  const acknowledgment = flags & TcpFlag.Ack ? (half.initialReceive + 1) | 0 : 0;
  const how = half.queue.settings.options;
  send(context, half.network, half, sequence, acknowledgment, flags, window, windowScale, now, how);
}

/** <SEQ=SEG.ACK><CTL=RST>: the handshake's acknowledgment is not ours (RFC 9293 3.10.7.4, fifth). */
export function resetUnacceptable(
  context: TcpContext,
  half: HalfOpen,
  acknowledgment: number,
  now: Millis,
): void {
  if (context.mayReset(now)) sendHalfOpen(context, half, acknowledgment, TcpFlag.Rst, 0, -1, now);
}

/** The SYN-ACK of a half-open connection; offers window scale only if the SYN did (RFC 7323 2.2). */
export function sendSynAck(context: TcpContext, half: HalfOpen, now: Millis): void {
  const { settings } = half.queue;
  const window = Math.min(MAXIMUM_UNSCALED_WINDOW, settings.receiveLimit);
  const scale = half.peerScale < 0 ? -1 : settings.windowScale;
  sendHalfOpen(context, half, half.initialSend, TcpFlag.Syn | TcpFlag.Ack, window, scale, now);
}

/** An acknowledgment for a half-open connection: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>. */
export function acknowledgeHalfOpen(context: TcpContext, half: HalfOpen, now: Millis): void {
  const { settings } = half.queue;
  const scale = half.peerScale < 0 ? 0 : settings.windowScale;
  const window = Math.min(MAXIMUM_UNSCALED_WINDOW, settings.receiveLimit >> scale);
  sendHalfOpen(context, half, (half.initialSend + 1) | 0, TcpFlag.Ack, window, -1, now);
}

/** Tells the peer that a half-open connection is gone. */
export function resetHalfOpen(context: TcpContext, half: HalfOpen, now: Millis): void {
  sendHalfOpen(context, half, (half.initialSend + 1) | 0, TcpFlag.Rst | TcpFlag.Ack, 0, -1, now);
}

/** The acknowledgment of a record in TIME-WAIT. */
export function acknowledgeTimeWait(context: TcpContext, record: TimeWaitRecord, now: Millis): void {
  const { network, sendNext, receiveNext, window } = record;
  send(context, network, record, sendNext, receiveNext, TcpFlag.Ack, window, -1, now);
}

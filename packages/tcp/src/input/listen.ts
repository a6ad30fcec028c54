import { IpAddress, type IpInfo, type IpLayer, type Millis, Verdict } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import { asksForEcn } from "../ecn/ecn.ts";
import { type Segment, TcpFlag } from "../header.ts";
import type { TcpListener } from "../listener.ts";
import { replyReset, sendSynAck } from "../output/reply.ts";
import { answerWithCookie, arriveWithCookie, usesCookie } from "./cookie.ts";
import { isSynFin } from "./synchronize.ts";

/**
 * SEGMENT ARRIVES in LISTEN (RFC 9293 3.10.7.2). Text on the SYN is not kept and not acknowledged: the peer sends it again (3.4 allows it).
 * @param after the sequence number our ISS has to be beyond, `null` for none (a 4-tuple fresh out of TIME-WAIT).
 */
export function arriveListen(
  context: TcpContext,
  network: IpLayer,
  listener: TcpListener,
  info: IpInfo,
  segment: Segment,
  after: number | null,
  now: Millis,
): Verdict {
  // First, check for a RST; second, for an ACK; third, for a SYN; fourth, anything else is dropped.
  if (segment.has(TcpFlag.Rst)) return Verdict.Ignored;
  if (segment.has(TcpFlag.Ack)) {
    const cookie = segment.has(TcpFlag.Syn)
      ? null
      : arriveWithCookie(context, network, listener, info, segment, now);
    return cookie ?? replyReset(context, network, info, segment, now);
  }
  if (!segment.has(TcpFlag.Syn) || isSynFin(context, segment)) return Verdict.BadFlags;
  if (listener.full) {
    context.statistics.listenOverflows++;
    return Verdict.BacklogFull;
  }
  if (context.slabs.exhausted) {
    context.statistics.refusedOnMemory++;
    return Verdict.NoBuffers;
  }
  const remote = IpAddress.fromWords(info.source);
  // MUST-63: IP should have dropped it.
  if (remote.isMulticast || remote.isLimitedBroadcast || remote.isUnspecified) return Verdict.BadSource;
  const route = network.route(remote, IpAddress.fromWords(info.destination));
  if (route === null) return Verdict.NoRoute;
  const local = route.source;
  const remotePort = segment.sourcePort;
  let iss = context.initialSequence.choose(local, segment.destinationPort, remote, remotePort, now);
  // RFC 9293 3.6.1 (MAY-2): larger than anything the last incarnation sent.
  if (after !== null && ((iss - after) | 0) <= 0) iss = (after + 65_538) | 0;
  const fields = {
    local,
    remote,
    remotePort,
    initialSend: iss,
    initialReceive: segment.sequence,
    peerSegment: segment.maximumSegment,
    peerScale: segment.windowScale,
    sackPermitted: segment.sackPermitted && context.params.selectiveAcknowledgments,
    timestamps: segment.hasTimestamp && context.params.timestamps,
    ecn: listener.settings.ecn !== "off" && asksForEcn(segment),
    timestampRecent: segment.timestampValue,
  };
  if (after === null && usesCookie(context, listener)) {
    return answerWithCookie(context, network, listener, fields, now);
  }
  context.statistics.passiveOpens++;
  sendSynAck(context, listener.synQueue.keep(fields, now + context.params.initialTimeout), now);
  return Verdict.Handled;
}

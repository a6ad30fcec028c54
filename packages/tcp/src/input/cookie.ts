import { IpAddress, type IpInfo, type IpLayer, type Millis, Verdict } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import type { HalfOpen } from "../half-open.ts";
import type { HalfOpenFields } from "../half-open-table.ts";
import type { Segment } from "../header.ts";
import type { TcpListener } from "../listener.ts";
import { sendSynAck } from "../output/reply.ts";
import { COOKIE_LIFETIME } from "../syn-cookies/cookie.ts";
import { optionsIn } from "../syn-cookies/timestamp-options.ts";
import { completeHandshake } from "./complete.ts";

/** Whether a SYN is answered without a record of it. */
export function usesCookie(context: TcpContext, listener: TcpListener): boolean {
  const { synCookies } = context.params;
  return synCookies === "always" || (synCookies === "overflow" && listener.synQueue.isFull);
}

/**
 * Answers a SYN with a cookie (RFC 4987 3.6) in place of a record. What it said beyond its MSS comes back with our timestamp; without
 * timestamps the connection has to do without.
 */
export function answerWithCookie(
  context: TcpContext,
  network: IpLayer,
  listener: TcpListener,
  fields: HalfOpenFields & { readonly local: IpAddress; readonly remote: IpAddress },
  now: Millis,
): Verdict {
  const { local, remote, remotePort, initialReceive, timestamps } = fields;
  const localPort = listener.local.port;
  const segment = fields.peerSegment || listener.settings.defaultPeerSegment(network.family);
  const initialSend = context.synCookies.make(
    local,
    localPort,
    remote,
    remotePort,
    initialReceive,
    segment,
    now,
  );
  const kept = timestamps ? {} : { peerScale: -1, sackPermitted: false, ecn: false };
  const half = { ...fields, ...kept, initialSend, network, localPort };
  listener.synQueue.cookieAt = now;
  context.statistics.cookiesSent++;
  sendSynAck(context, withoutRecord(half, listener), now);
  return Verdict.Handled;
}

/**
 * An acknowledgment without a record: if cookies were sent lately it may bring one back, and opens the connection.
 * @returns `null` when it does not, and is answered as any acknowledgment to a listener.
 */
export function arriveWithCookie(
  context: TcpContext,
  network: IpLayer,
  listener: TcpListener,
  info: IpInfo,
  segment: Segment,
  now: Millis,
): Verdict | null {
  if (now - listener.synQueue.cookieAt > COOKIE_LIFETIME) return null;
  const local = IpAddress.fromWords(info.destination);
  const remote = IpAddress.fromWords(info.source);
  const localPort = listener.local.port;
  const remotePort = segment.sourcePort;
  const initialReceive = (segment.sequence - 1) | 0;
  const initialSend = (segment.acknowledgment - 1) | 0;
  const { synCookies, statistics, params } = context;
  const peerSegment = synCookies.check(
    local,
    localPort,
    remote,
    remotePort,
    initialReceive,
    initialSend,
    now,
  );
  if (peerSegment < 0) {
    statistics.cookiesFailed++;
    return null;
  }
  const timestamps = segment.hasTimestamp && params.timestamps;
  const options = timestamps
    ? optionsIn(segment.timestampEcho)
    : { windowScale: -1, sackPermitted: false, ecn: false };
  const half = {
    ...{ network, local, remote, localPort, remotePort, initialSend, initialReceive, peerSegment },
    peerScale: options.windowScale,
    sackPermitted: options.sackPermitted && params.selectiveAcknowledgments,
    ecn: options.ecn && listener.settings.ecn !== "off",
    timestamps,
    timestampRecent: segment.timestampValue,
  };
  const verdict = completeHandshake(context, withoutRecord(half, listener), segment, now);
  if (verdict !== Verdict.BacklogFull && verdict !== Verdict.NoBuffers) {
    statistics.cookiesReceived++;
    statistics.passiveOpens++;
  }
  return verdict;
}

function withoutRecord(
  half: Omit<HalfOpen, "queue" | "at" | "retries" | "deadline">,
  listener: TcpListener,
): HalfOpen {
  return { ...half, queue: listener.synQueue, at: -1, retries: 0, deadline: 0 };
}

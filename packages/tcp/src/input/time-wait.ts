import { type IpInfo, type Millis, Verdict } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { acknowledgeTimeWait } from "../output/reply.ts";
import type { TimeWaitRecord } from "../timers/time-wait.ts";
import { isOutdated } from "../timestamps/paws.ts";
import { arriveListen } from "./listen.ts";

/** SEGMENT ARRIVES in TIME-WAIT (RFC 9293 3.10.7.4). */
export function arriveTimeWait(
  context: TcpContext,
  record: TimeWaitRecord,
  info: IpInfo,
  segment: Segment,
  now: Millis,
): Verdict {
  // A reset would end TIME-WAIT before old segments have died out (RFC 1337 3, fix F1).
  if (segment.has(TcpFlag.Rst)) return Verdict.Ignored;
  const outdated = isOutdated(record.timestamps, segment, now);
  if (outdated) context.statistics.outdatedTimestamps++;
  if (segment.has(TcpFlag.Syn)) {
    const listener = context.listeners.find(record.local, record.localPort);
    if (outdated || listener === null || listener.full || !isNewIncarnation(record, segment)) {
      // RFC 5961 4.2: whoever lost the connection learns it by the acknowledgment, and answers with a reset.
      return answer(context, record, Verdict.BadFlags, now);
    }
    const verdict = arriveListen(context, record.network, listener, info, segment, record.sendNext, now);
    // A SYN that is refused opens nothing, and the old incarnation is not over.
    if (verdict !== Verdict.Handled) return verdict;
    context.statistics.timeWaitReuses++;
    context.timeWait.remove(record);
    return verdict;
  }
  // First, check the sequence number. The FIN again: our acknowledgment was lost, and the 2 MSL begin anew.
  const offset = (segment.sequence - record.receiveNext) | 0;
  if (segment.has(TcpFlag.Fin) && ((offset + segment.length) | 0) === 0) {
    context.timeWait.restart(record, now);
    acknowledgeTimeWait(context, record, now);
    return Verdict.Duplicate;
  }
  if (outdated || !isInWindow(record, offset, segment.length)) {
    return answer(context, record, Verdict.OutOfWindow, now);
  }
  // Fifth, check the ACK bit.
  if (!segment.has(TcpFlag.Ack)) return Verdict.BadFlags;
  if (record.timestamps.enabled && segment.hasTimestamp && offset <= 0) {
    record.timestamps.take(segment.timestampValue, now);
  }
  // Seventh and eighth: behind the FIN there is neither text nor another FIN.
  return segment.length > 0 ? answer(context, record, Verdict.OutOfWindow, now) : Verdict.Ignored;
}

/**
 * Whether a SYN that is not outdated opens a new incarnation although the old one has not died out: with a later timestamp than any of the old
 * one (RFC 6191 2), or else a sequence number beyond it (RFC 9293 3.6.1, MAY-2).
 */
function isNewIncarnation(record: TimeWaitRecord, segment: Segment): boolean {
  if (segment.has(TcpFlag.Ack)) return false;
  const { timestamps } = record;
  const isStamped = timestamps.enabled && segment.hasTimestamp;
  if (isStamped && ((segment.timestampValue - timestamps.recent) | 0) > 0) return true;
  return ((segment.sequence - record.receiveNext) | 0) > 0;
}

function isInWindow(record: TimeWaitRecord, offset: number, length: number): boolean {
  const window = record.window << record.scale;
  if (window === 0) return length === 0 && offset === 0;
  return offset < window && (length === 0 ? offset >= 0 : offset + length > 0);
}

/** An acknowledgment, but not so often that two ends could keep each other busy (RFC 5961 7). */
function answer(context: TcpContext, record: TimeWaitRecord, verdict: Verdict, now: Millis): Verdict {
  if (now - record.answeringSince >= 1000) {
    record.answeringSince = now;
    record.answersLeft = context.params.challengesPerSecond;
  }
  if (record.answersLeft <= 0) return Verdict.RateLimited;
  record.answersLeft--;
  acknowledgeTimeWait(context, record, now);
  return verdict;
}

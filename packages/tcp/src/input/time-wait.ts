import { type IpInfo, type Millis, Verdict } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { acknowledgeTimeWait } from "../output/reply.ts";
import type { TimeWaitRecord } from "../timers/time-wait.ts";
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
  const offset = (segment.sequence - record.receiveNext) | 0;
  if (isNewSyn(segment, offset)) {
    const listener = context.listeners.find(record.local, record.localPort);
    if (listener !== null && !listener.full) {
      context.statistics.timeWaitReuses++;
      context.timeWait.remove(record);
      return arriveListen(context, record.network, listener, info, segment, record.sendNext, now);
    }
  }
  // "The only thing that can arrive in this state is a retransmission of the remote FIN": acknowledge it, restart the 2 MSL timeout.
  if (segment.has(TcpFlag.Fin) && ((offset + segment.length) | 0) === 0) {
    context.timeWait.restart(record, now);
    acknowledgeTimeWait(context, record, now);
    return Verdict.Duplicate;
  }
  // Whatever else is not just an acknowledgment is answered, but not so often that two ends could keep each other busy.
  if (segment.length > 0 || offset !== 0) {
    if (now - record.answeredAt < 500) return Verdict.RateLimited;
    record.answeredAt = now;
    acknowledgeTimeWait(context, record, now);
    return Verdict.OutOfWindow;
  }
  return Verdict.Ignored;
}

/** RFC 9293 3.6.1 (MAY-2) and RFC 6191 without timestamps: a SYN beyond everything of the old incarnation opens a new one. */
function isNewSyn(segment: Segment, offset: number): boolean {
  return segment.has(TcpFlag.Syn) && !segment.has(TcpFlag.Ack) && offset > 0;
}

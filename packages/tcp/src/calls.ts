import { type Millis, NetError } from "@mnet/core";
import type { ControlBlock } from "./control-block.ts";
import { abort, boundFinWait2, finish, setState } from "./lifecycle.ts";
import { discardOutOfOrder } from "./memory/reclaim.ts";
import { announcedSegment } from "./output/path.ts";
import { updateDue } from "./output/window.ts";
import { raise } from "./signals.ts";
import { TcpState } from "./state.ts";
import { startUserTimeout } from "./timers/user-timeout.ts";
import { passUrgent } from "./urgent.ts";

/** The user calls of RFC 9293 3.10 on one connection; `TcpConnection` documents them. */

/** SEND (3.10.2). */
export function send(block: ControlBlock, bytes: Uint8Array, from: number, to: number, now: Millis): number {
  if (block.error !== null) throw failure(block, "write");
  if (block.finQueued || block.fullyClosed) throw new NetError("EPIPE", { syscall: "write" });
  if (block.state === TcpState.Closed) throw new NetError("ENOTCONN", { syscall: "write" });
  const taken = block.sendRing.append(bytes, from, to);
  if (taken < to - from) block.wantsRoom = true;
  if (taken === 0) return 0;
  block.sendEnd = (block.sendEnd + taken) | 0;
  startUserTimeout(block, now);
  wake(block);
  return taken;
}

/** Part of RECEIVE (3.10.3): the application has taken `octets`; the peer is told once that opens the window by enough. */
export function consume(block: ControlBlock, octets: number, now: Millis): void {
  block.receiveRing.consume(octets, block.ranges.count === 0);
  passUrgent(block);
  block.progressAt = now;
  block.receiveTuning.read(block, octets, announcedSegment(block.route, block.network.family), now);
  acknowledgeRead(block);
  offerRoom(block);
}

/** The application has read: whether there is nothing left to wait with the acknowledgment for, as Linux judges it. */
function acknowledgeRead(block: ControlBlock): void {
  if (block.acknowledgeDeadline === Number.POSITIVE_INFINITY || block.receiveRing.readable > 0) return;
  if (!block.acknowledgmentPace.drained()) return;
  block.acknowledgeNow = true;
  block.context.markDirty(block);
}

/** Tells the peer that the window is open by more, once that is worth a segment of its own. */
export function offerRoom(block: ControlBlock): void {
  if (!isOpen(block) || block.endOfText || !updateDue(block)) return;
  block.acknowledgeNow = true;
  block.context.markDirty(block);
}

/** Half a CLOSE (3.10.4): a FIN follows what has been written. */
export function shutdownWrite(block: ControlBlock, now: Millis): void {
  if (!isOpen(block) || block.finQueued) return;
  block.finQueued = true;
  if (block.state === TcpState.Established) setState(block, TcpState.FinWait1);
  else if (block.state === TcpState.CloseWait) setState(block, TcpState.LastAck);
  // SYN-SENT and SYN-RECEIVED: queued until ESTABLISHED.
  startUserTimeout(block, now);
  wake(block);
}

/** What is unread is discarded, and so is what comes later; it is acknowledged all the same. */
export function shutdownRead(block: ControlBlock, now: Millis): void {
  if (block.readShutdown) return;
  block.readShutdown = true;
  discardOutOfOrder(block);
  const unread = block.receiveRing.readable;
  if (unread > 0) consume(block, unread, now);
}

/** CLOSE (3.10.4) of both directions. */
export function close(block: ControlBlock, now: Millis): void {
  if (block.fullyClosed) return;
  const unread = block.receiveRing.readable;
  block.fullyClosed = true;
  if (block.state === TcpState.SynSent) {
    finish(block, "ECONNABORTED");
    raise(block);
    return;
  }
  if (unread > 0 && isOpen(block)) {
    // RFC 9293 3.6.1, MUST-12 and RFC 2525 2.17: what was acknowledged is lost, and the peer has to know.
    block.context.statistics.abortedOnData++;
    abort(block, null, now);
    return;
  }
  shutdownRead(block, now);
  shutdownWrite(block, now);
  if (isOpen(block)) {
    boundFinWait2(block, now);
    block.context.timers.arm(block);
  }
  raise(block);
}

/** The error of a call on a connection that failed. */
export function failure(block: ControlBlock, syscall: string): NetError {
  return new NetError(block.error ?? "ENOTCONN", {
    syscall,
    address: block.remote.toString(),
    port: block.remotePort,
  });
}

/** The record exists and is not in TIME-WAIT. */
export function isOpen(block: ControlBlock): boolean {
  return block.state !== TcpState.Closed && block.state !== TcpState.TimeWait;
}

/** Something to do at the next flush. */
function wake(block: ControlBlock): void {
  block.context.markDirty(block);
  block.context.timers.arm(block);
}

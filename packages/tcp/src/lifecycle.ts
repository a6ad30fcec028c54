import type { Millis, NetErrorCode } from "@mnet/core";
import type { ControlBlock } from "./control-block.ts";
import { TcpFlag } from "./header.ts";
import { acceptableSequence, emit } from "./output/emit.ts";
import { windowField } from "./output/window.ts";
import { raise, Signal } from "./signals.ts";
import { countsAsEstablished, TcpState } from "./state.ts";
import { TimeWaitRecord } from "./timers/time-wait.ts";

/** Every change of state goes through here, so that the count of established connections is right and who observes hears of it. */
export function setState(block: ControlBlock, state: TcpState): void {
  const { statistics, observer } = block.context;
  const from = block.state;
  if (countsAsEstablished(block.state)) statistics.currentlyEstablished--;
  if (countsAsEstablished(state)) statistics.currentlyEstablished++;
  block.state = state;
  observer?.stateChanged(block.connection, from, state);
}

/** FIN-WAIT-2 lasts as long as the peer likes while we read, but not after a full close (as Linux: 60 s). */
export function boundFinWait2(block: ControlBlock, now: Millis): void {
  if (block.state !== TcpState.FinWait2 || !block.fullyClosed) return;
  block.finWaitDeadline = now + block.context.params.finWait2;
}

/** Both FINs are acknowledged: a compact record takes over, and the application's last event follows. */
export function enterTimeWait(block: ControlBlock, now: Millis): void {
  const { context } = block;
  // The acknowledgment of the FIN leaves now: the block will not see another flush. When it is lost the FIN comes again.
  if (block.acknowledgeNow) emit(block, block.sendNext, TcpFlag.Ack, 0, 0, now);
  detach(block);
  const record = new TimeWaitRecord(
    block.network,
    block,
    block.sendNext,
    block.receiveNext,
    windowField(block),
    Math.max(0, block.receiveScale),
    block.timestamps,
  );
  block.timeWait = record;
  context.flows.add(record);
  context.timeWait.add(record, now);
  context.statistics.timeWaits++;
  setState(block, TcpState.TimeWait);
  block.signals |= Signal.Closed;
}

/** The record is deleted; `error` is what the application learns. */
export function finish(block: ControlBlock, error: NetErrorCode | null): void {
  if (block.state === TcpState.Closed || block.state === TcpState.TimeWait) return;
  const { statistics } = block.context;
  if (block.state === TcpState.SynSent || block.state === TcpState.SynReceived) statistics.attemptFails++;
  else if (countsAsEstablished(block.state)) statistics.establishedResets++;
  detach(block);
  block.error = error;
  setState(block, TcpState.Closed);
  block.signals |= error === null ? Signal.Closed : Signal.Closed | Signal.Readable;
}

/** The connection gave up waiting: a remembered soft error says more than ETIMEDOUT (RFC 9293 3.9.2.2). */
export function timeOut(block: ControlBlock): void {
  block.context.statistics.abortedOnTimeout++;
  finish(block, block.softError ?? "ETIMEDOUT");
}

/** RFC 9293 3.10.5, ABORT: tells the peer with a reset where the state asks for it, and deletes the record. */
export function abort(block: ControlBlock, error: NetErrorCode | null, now: Millis): void {
  if (needsReset(block)) sendReset(block, now);
  finish(block, error);
  raise(block);
}

/** <SEQ=SND.NXT><CTL=RST,ACK>, inside the window: the acknowledgment lets the peer check it as any other segment. */
export function sendReset(block: ControlBlock, now: Millis): void {
  emit(block, acceptableSequence(block), TcpFlag.Rst | TcpFlag.Ack, 0, 0, now);
}

/** SYN-RECEIVED to CLOSE-WAIT (3.10.5); and where our FIN is due but not sent, because the peer could not tell the end. */
function needsReset(block: ControlBlock): boolean {
  switch (block.state) {
    case TcpState.SynReceived:
    case TcpState.Established:
    case TcpState.FinWait1:
    case TcpState.FinWait2:
    case TcpState.CloseWait:
      return true;
    case TcpState.Closing:
    case TcpState.LastAck:
      return !block.finSent;
    default:
      return false;
  }
}

function detach(block: ControlBlock): void {
  const { context } = block;
  context.flows.remove(block);
  context.timers.remove(block);
  block.stopTimers();
  block.acknowledgeNow = false;
  block.duplicatesOwed = 0;
  block.sendRing.clear();
  block.ranges.clear();
  // What is readable stays so, unless nobody will read it: closed, or never accepted.
  const unread = block.fullyClosed || block.events === null;
  block.receiveRing.consume(unread ? block.receiveRing.readable : 0, true);
  block.receiveRing.disown();
}

import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { enterTimeWait, setState } from "../lifecycle.ts";
import { Signal } from "../signals.ts";
import { TcpState } from "../state.ts";

/**
 * RFC 9293 3.10.7.4, eighth: check the FIN bit. A FIN whose text has not all arrived is remembered, and takes effect when RCV.NXT gets there.
 */
export function arriveFin(block: ControlBlock, segment: Segment, now: Millis): void {
  if (segment.has(TcpFlag.Fin)) {
    block.remoteFin = true;
    block.remoteFinSequence = (segment.sequence + segment.textLength) | 0;
    if (block.remoteFinSequence !== block.receiveNext && segment.textLength === 0) block.duplicatesOwed++;
    block.context.markDirty(block);
  }
  if (!block.remoteFin) return;
  const missing = (block.remoteFinSequence - block.receiveNext) | 0;
  if (missing > 0) return;
  block.remoteFin = false;
  // Text went on behind a FIN that was remembered: it was never the peer's.
  if (missing < 0) return;
  block.receiveNext = (block.receiveNext + 1) | 0;
  block.endOfText = true;
  block.acknowledgeNow = true;
  block.context.markDirty(block);
  block.signals |= Signal.Readable;
  switch (block.state) {
    case TcpState.Established:
      setState(block, TcpState.CloseWait);
      break;
    case TcpState.FinWait1:
      // If the segment acknowledged our FIN the state is FIN-WAIT-2 by now.
      setState(block, TcpState.Closing);
      break;
    case TcpState.FinWait2:
      enterTimeWait(block, now);
      break;
    default:
  }
}

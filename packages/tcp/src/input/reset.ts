import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import type { Segment } from "../header.ts";
import { finish } from "../lifecycle.ts";
import { TcpState } from "../state.ts";
import { challenge } from "./challenge.ts";

/**
 * RFC 9293 3.10.7.4, second: check the RST bit. Only a reset exactly at RCV.NXT is believed; elsewhere in the window it is answered with a
 * challenge (RFC 5961 3.2). The window itself was checked before.
 */
export function arriveReset(block: ControlBlock, segment: Segment, now: Millis): Verdict {
  if (segment.sequence !== block.receiveNext && !block.context.params.acceptResetInWindow) {
    challenge(block, now);
    return Verdict.OutOfWindow;
  }
  switch (block.state) {
    case TcpState.SynReceived:
      // Reached only from SYN-SENT: passive opens are half-open records.
      finish(block, "ECONNREFUSED");
      break;
    case TcpState.Closing:
    case TcpState.LastAck:
      // The application has closed; it is told only if text was lost with it.
      finish(block, block.sendRing.length > 0 ? "ECONNRESET" : null);
      break;
    default:
      finish(block, "ECONNRESET");
  }
  return Verdict.Handled;
}

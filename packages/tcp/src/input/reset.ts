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
  // SYN-RECEIVED is reached only from SYN-SENT here: passive opens are half-open records. In CLOSING and LAST-ACK, where RFC 9293 tells the
  // application nothing, it is told as by Linux and BSD: our FIN, and what was before it, may not have been taken.
  finish(block, block.state === TcpState.SynReceived ? "ECONNREFUSED" : "ECONNRESET");
  return Verdict.Handled;
}

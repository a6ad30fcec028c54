import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { noticeMark } from "../ecn/ecn.ts";
import type { Segment } from "../header.ts";
import { abort } from "../lifecycle.ts";
import { receivesText } from "../state.ts";
import { acceptText, trim } from "./data.ts";
import { arriveFin } from "./fin.ts";

/** Seventh, process the segment text; eighth, check the FIN bit. */
export function textAndFin(block: ControlBlock, segment: Segment, now: Millis): Verdict {
  if (!receivesText(block.state)) return Verdict.Handled;
  if (segment.length === 0) return Verdict.Handled;
  noticeMark(block, segment);
  trim(block, segment, now);
  if (block.fullyClosed && segment.textLength > 0) {
    // RFC 9293 3.6.1: nobody will ever read it, and the peer should learn that (SHLD-3).
    block.context.statistics.abortedOnData++;
    abort(block, "ECONNRESET", now);
    return Verdict.Handled;
  }
  acceptText(block, segment, now);
  arriveFin(block, segment, now);
  return Verdict.Handled;
}

import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { TIMESTAMP_VALIDITY } from "../params.ts";
import type { Timestamps } from "./timestamps.ts";

/**
 * Protection against wrapped sequence numbers (RFC 7323 5): whether the timestamp is older than one already seen, so that the segment has
 * to be one of long ago. Resets are exempt (5.2): their sender may know no better. A segment without the option is let through although
 * timestamps are agreed on: RFC 7323 3.2 would drop it, Linux does not, and hosts that forget it, mostly on keep-alive probes, are older
 * than sequence numbers that wrap within a connection.
 */
export function isOutdated(timestamps: Timestamps, segment: Segment, now: Millis): boolean {
  if (!timestamps.enabled || !segment.hasTimestamp || segment.has(TcpFlag.Rst)) return false;
  if (!isOlder(segment.timestampValue, timestamps.recent)) return false;
  // 5.5: after 24 days of silence the peer's clock may have gone once around.
  return !isStale(timestamps, now);
}

/**
 * Whether a TSval is older than TS.Recent, which zero is no value of: some hosts have it on their SYN whatever their clock says, and half of all
 * clocks would be older. Linux does the same.
 */
export function isOlder(value: number, recent: number): boolean {
  return recent !== 0 && ((value - recent) | 0) < 0;
}

/**
 * Acknowledgments may overtake each other without being of long ago. As Linux does, one that only repeats what is known is let through:
 * its selective acknowledgments may still tell something.
 */
export function isOvertakenAcknowledgment(block: ControlBlock, segment: Segment): boolean {
  return (
    segment.length === 0 &&
    segment.has(TcpFlag.Ack) &&
    segment.sequence === block.receiveNext &&
    segment.acknowledgment === block.sendUnacknowledged &&
    segment.window << block.sendScale === block.sendWindow &&
    ((block.timestamps.recent - segment.timestampValue) | 0) <= block.roundTrip.timeout
  );
}

/**
 * TS.Recent (RFC 7323 4.3, step 2): the timestamp of the segment that Last.ACK.sent is in, so that an acknowledgment echoes the first of the
 * segments it is for, and one in front of a gap the last before the gap. The segment is in the window, and its ACK was believed.
 */
export function takeRecent(block: ControlBlock, segment: Segment, now: Millis): void {
  const { timestamps } = block;
  if (!timestamps.enabled || !segment.hasTimestamp) return;
  if (((segment.sequence - block.lastAcknowledgment) | 0) > 0) return;
  if (isOlder(segment.timestampValue, timestamps.recent) && !isStale(timestamps, now)) return;
  timestamps.take(segment.timestampValue, now);
}

function isStale(timestamps: Timestamps, now: Millis): boolean {
  return now - timestamps.recentAt > TIMESTAMP_VALIDITY;
}

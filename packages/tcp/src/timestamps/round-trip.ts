import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import type { Segment } from "../header.ts";

/**
 * The round trip that an acknowledgment measures by its TSecr (RFC 7323 4.1), whatever was sent how often: -1 for none. Only one that moves
 * SND.UNA counts, and only a time at which this connection was there: the echo is the peer's word, and zero is what old stacks send for nothing.
 */
export function echoedRoundTrip(block: ControlBlock, segment: Segment, now: Millis): Millis {
  const { timestamps } = block;
  if (!timestamps.enabled || !segment.hasTimestamp || segment.timestampEcho === 0) return -1;
  const roundTrip = (timestamps.value(now) - segment.timestampEcho) | 0;
  // One tick more than the connection is old: both ends of the interval are whole milliseconds.
  return roundTrip >= 0 && roundTrip <= now - block.openedAt + 1 ? roundTrip : -1;
}

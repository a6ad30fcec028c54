import type { ControlBlock } from "../control-block.ts";
import { Signal } from "../signals.ts";

/**
 * Acknowledged text has left the send ring: tells an application that waits for room once there is a good part of the buffer. One that is
 * limited by its buffer rather than by the path gets twice the congestion window, so that a whole one can be outstanding while the next is
 * written, as Linux does.
 */
export function roomAgain(block: ControlBlock): void {
  if (!block.wantsRoom) return;
  const ring = block.sendRing;
  if (ring.limit < block.largestSendBuffer && !block.context.slabs.pressed) {
    const wanted = Math.min(block.largestSendBuffer, 2 * block.congestion.window);
    if (wanted > ring.limit) ring.limit = wanted;
  }
  if (ring.free < Math.min(ring.limit, block.context.slabs.largest) >> 2) return;
  block.wantsRoom = false;
  block.signals |= Signal.Writable;
}

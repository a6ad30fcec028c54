/**
 * The layers of a stack, composed and configured, without sockets and without a host: for simulators and runners that pass the packets and
 * the time themselves. Pass every packet to `receive`, call `onDeadline` of what is due in `timed`, and `flush` after each.
 */

import type { Millis } from "@mnet/core";
import { Layers, type LayersEvents } from "./engine/layers.ts";
import type { StackOptions } from "./engine/options.ts";
import { resolveOptions } from "./engine/resolve-options.ts";

export type { Family, FamilyEvents } from "./engine/family.ts";
export { Layers, type LayersEvents } from "./engine/layers.ts";
export type { StackOptions, StackParameters } from "./engine/options.ts";

/**
 * Composes the layers as `createStack` does. The addresses given are usable at once, not checked for conflicts, and the only ones; the
 * device is not started.
 * @param now the time that is passed to the layers from here on.
 * @throws TypeError or RangeError naming the option that is wrong.
 */
export function composeLayers(options: StackOptions, events: LayersEvents, now: Millis): Layers {
  const resolved = resolveOptions(options);
  const layers = new Layers(resolved, events);
  layers.ipv4?.assume(now);
  layers.ipv6?.assume(now);
  return layers;
}

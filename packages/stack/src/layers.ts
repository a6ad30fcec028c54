/**
 * The layers of a stack, composed and configured, without sockets and without a host: for simulators and runners that pass the packets and
 * the time themselves. Pass every packet to `receive`, call `onDeadline` of what is due in `timed`, and `flush` after each.
 */

import { Layers, type LayersEvents } from "./engine/layers.ts";
import { resolveOptions, type StackOptions } from "./engine/options.ts";

export { Layers, type LayersEvents } from "./engine/layers.ts";
export type { StackOptions, StackParameters } from "./engine/options.ts";

/**
 * Composes the layers as `createStack` does. IPv4 addresses are usable at once and not announced; the device is not started.
 * @throws TypeError or RangeError naming the option that is wrong.
 */
export function composeLayers(options: StackOptions, events: LayersEvents): Layers {
  const resolved = resolveOptions(options);
  const layers = new Layers(resolved, events);
  for (const prefix of resolved.ipv4) layers.ipv4.addAddress(prefix);
  if (resolved.gateway !== null) layers.ipv4.setGateway(resolved.gateway);
  return layers;
}

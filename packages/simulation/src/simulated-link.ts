import { MacAddress, toMacAddress } from "@mnet/core";
import type { LinkConditions } from "./link-conditions.ts";
import { DEFAULT_MTU } from "./params.ts";
import { type Segment, SimulatedPort } from "./simulated-port.ts";
import type { Timeline } from "./timeline.ts";

export interface SimulatedLinkOptions extends LinkConditions {
  /** Default `02:00:00:00:00:01` and `02:00:00:00:00:02`. */
  readonly macs?: readonly [MacAddress | string, MacAddress | string];
  /** The MTU both devices announce. Default: `mtu`. A link whose `mtu` is smaller is a black hole for what is between. */
  readonly deviceMtu?: number;
}

/**
 * Two Ethernet devices on one cable with the given conditions in both directions; `impair` on an end changes what it sends from then on.
 * When one end is unplugged or closed, the other is told `linkChanged(false)`.
 * @throws RangeError naming the option that cannot be.
 */
export function simulatedLink(
  timeline: Timeline,
  options: SimulatedLinkOptions = {},
): [SimulatedPort, SimulatedPort] {
  const { macs, deviceMtu, ...conditions } = options;
  const [macA, macB] = macs ?? [new MacAddress(0x020000, 1), new MacAddress(0x020000, 2)];
  const mtu = deviceMtu ?? conditions.mtu ?? DEFAULT_MTU;
  const cable = new SimulatedCable();
  const a = new SimulatedPort(timeline, cable, { mac: toMacAddress(macA), mtu, index: 0, conditions });
  const b = new SimulatedPort(timeline, cable, { mac: toMacAddress(macB), mtu, index: 1, conditions });
  cable.connect(a, b);
  return [a, b];
}

class SimulatedCable implements Segment {
  #ends: readonly SimulatedPort[] = [];
  /** Who receives from each end; one array each, so that sending makes none. */
  #others: readonly (readonly SimulatedPort[])[] = [];

  connect(a: SimulatedPort, b: SimulatedPort): void {
    this.#ends = [a, b];
    this.#others = [[b], [a]];
  }

  receivers(from: SimulatedPort): readonly SimulatedPort[] {
    return this.#others[from.index]!;
  }

  linked(port: SimulatedPort): boolean {
    return this.#others[port.index]![0]!.connected;
  }

  linkChanged(): void {
    for (const end of this.#ends) end.checkLink();
  }
}

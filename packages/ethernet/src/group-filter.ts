import { type MacAddress, NetError } from "@mnet/core";
import { MAX_GROUPS } from "./params.ts";

/**
 * The group addresses that were joined, each with the number of its joins. Parallel arrays of 24-bit halves: asking for a frame's
 * destination neither allocates nor hashes.
 */
export class GroupFilter {
  readonly #high = new Int32Array(MAX_GROUPS);
  readonly #low = new Int32Array(MAX_GROUPS);
  readonly #joins = new Int32Array(MAX_GROUPS);
  #size = 0;

  /** @throws RangeError when `group` is no group address. @throws NetError ENOBUFS when {@link MAX_GROUPS} are joined. */
  join(group: MacAddress): void {
    if (!group.isMulticast) throw new RangeError(`group ${group} is not a multicast address`);
    const at = this.#find(group.high, group.low);
    if (at >= 0) {
      this.#joins[at]! += 1;
      return;
    }
    if (this.#size === MAX_GROUPS) {
      throw new NetError("ENOBUFS", { address: `${group}`, reason: `${MAX_GROUPS} groups are joined` });
    }
    this.#high[this.#size] = group.high;
    this.#low[this.#size] = group.low;
    this.#joins[this.#size] = 1;
    this.#size += 1;
  }

  /** @throws RangeError when `group` is not joined. */
  leave(group: MacAddress): void {
    const at = this.#find(group.high, group.low);
    if (at < 0) throw new RangeError(`group ${group} is not joined`);
    this.#joins[at]! -= 1;
    if (this.#joins[at] !== 0) return;
    // The last one takes the free place: order does not matter.
    const last = this.#size - 1;
    this.#high[at] = this.#high[last]!;
    this.#low[at] = this.#low[last]!;
    this.#joins[at] = this.#joins[last]!;
    this.#size = last;
  }

  has(high: number, low: number): boolean {
    return this.#find(high, low) >= 0;
  }

  #find(high: number, low: number): number {
    for (let at = 0; at < this.#size; at++) {
      if (this.#low[at] === low && this.#high[at] === high) return at;
    }
    return -1;
  }
}

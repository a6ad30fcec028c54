import type { IpAddress } from "../address/ip.ts";
import type { Words } from "../address/words.ts";
import { WordsMap } from "../table/words-map.ts";

/** The groups we are members of, with a count of joins each: every join needs its leave. */
export class GroupCounts {
  readonly #joins = new WordsMap<number>();

  /** Groups joined at least once. */
  get size(): number {
    return this.#joins.size;
  }

  has(group: Readonly<Words>): boolean {
    return this.#joins.has(group);
  }

  /** @returns whether this is the first join. @throws RangeError when `group` is no group. */
  join(group: IpAddress): boolean {
    if (!group.isMulticast) throw new RangeError(`group ${group} is not a multicast address`);
    const joins = this.#joins.get(group) ?? 0;
    this.#joins.set(group, joins + 1);
    return joins === 0;
  }

  /** @returns whether that was the last join. @throws RangeError when the group was left as often as it was joined. */
  leave(group: IpAddress): boolean {
    const joins = this.#joins.get(group);
    if (joins === null) throw new RangeError(`group ${group} was not joined`);
    if (joins > 1) this.#joins.set(group, joins - 1);
    else this.#joins.delete(group);
    return joins === 1;
  }
}

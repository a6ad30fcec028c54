import type { IpPrefix, Millis, Words } from "@mnet/core";
import { ExpiringList } from "./expiring-list.ts";

interface OnLinkPrefix {
  readonly prefix: IpPrefix;
  validUntil: Millis;
}

/** The prefixes that routers say are on the link (RFC 4861 5.1, 6.3.4). What is in none of them is not (RFC 5942 4). */
export class PrefixList {
  readonly #prefixes: ExpiringList<OnLinkPrefix>;

  constructor(capacity: number) {
    this.#prefixes = new ExpiringList(capacity);
  }

  /** The prefixes, without host bits. */
  list(): readonly { readonly prefix: IpPrefix; readonly validUntil: Millis }[] {
    return this.#prefixes.items;
  }

  /** The length of the longest prefix with `destination` in it; -1 when there is none. */
  onLinkLength(destination: Readonly<Words>): number {
    let longest = -1;
    for (const { prefix } of this.#prefixes.items) {
      if (prefix.length > longest && prefix.contains(destination)) longest = prefix.length;
    }
    return longest;
  }

  /**
   * A Prefix Information option with the on-link flag (RFC 4861 6.3.4). One more than there may be is refused.
   * @param prefix without host bits.
   * @returns whether what is on the link has changed.
   */
  advertised(prefix: IpPrefix, lifetime: Millis, now: Millis): boolean {
    const known = this.#prefixes.find((item) => item.prefix.equals(prefix));
    if (known === null) return lifetime > 0 && this.#prefixes.add({ prefix, validUntil: now + lifetime });
    if (lifetime > 0) {
      this.#prefixes.extend(known, now + lifetime);
      return false;
    }
    this.#prefixes.remove(known);
    return true;
  }

  nextDeadline(): Millis {
    return this.#prefixes.nextDeadline();
  }

  /** @returns whether a prefix has gone. */
  expire(now: Millis): boolean {
    return this.#prefixes.expire(now) > 0;
  }
}

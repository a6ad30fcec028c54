import type { Millis } from "@mnet/core";

/** Something with a lifetime. */
export interface Expiring {
  /** `Infinity` for ever. */
  validUntil: Millis;
}

/** A short list of things with lifetimes, bounded, in the order of being added. */
export class ExpiringList<T extends Expiring> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  #next: Millis = Number.POSITIVE_INFINITY;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get items(): readonly T[] {
    return this.#items;
  }

  get full(): boolean {
    return this.#items.length >= this.#capacity;
  }

  find(test: (item: T) => boolean): T | null {
    return this.#items.find(test) ?? null;
  }

  /** @returns whether there was room. */
  add(item: T): boolean {
    if (this.full) return false;
    this.#items.push(item);
    this.#next = Math.min(this.#next, item.validUntil);
    return true;
  }

  remove(item: T): void {
    const at = this.#items.indexOf(item);
    if (at >= 0) this.#items.splice(at, 1);
    this.#rearm();
  }

  /** Gives an item another lifetime. */
  extend(item: T, validUntil: Millis): void {
    item.validUntil = validUntil;
    this.#rearm();
  }

  nextDeadline(): Millis {
    return this.#next;
  }

  /** Removes what has expired; returns how many that were. */
  expire(now: Millis): number {
    if (now < this.#next) return 0;
    let count = 0;
    for (const item of [...this.#items]) {
      if (item.validUntil > now) continue;
      this.#items.splice(this.#items.indexOf(item), 1);
      count += 1;
    }
    this.#rearm();
    return count;
  }

  #rearm(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const item of this.#items) next = Math.min(next, item.validUntil);
    this.#next = next;
  }
}

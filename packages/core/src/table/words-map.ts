import { sameWords, type Words } from "../address/words.ts";
import type { Random } from "../random/random.ts";

/** One key with its value, in a chain of its bucket and in a list by age. */
class WordsEntry<V> implements Words {
  w0: number;
  w1: number;
  w2: number;
  w3: number;
  value: V;
  next: WordsEntry<V> | null = null;
  older: WordsEntry<V> | null = null;
  newer: WordsEntry<V> | null = null;

  constructor(key: Readonly<Words>, value: V) {
    this.w0 = key.w0;
    this.w1 = key.w1;
    this.w2 = key.w2;
    this.w3 = key.w3;
    this.value = value;
  }
}

/** Buckets of an empty map; they double as it grows. */
const FIRST_BUCKETS = 16;

/**
 * A map from addresses of either family, in the order in which keys were set. Looking up allocates nothing and compares four integers.
 * The owner bounds it: {@link WordsMap.oldest} is who goes. Given a {@link Random}, nobody outside can choose keys that fall together.
 */
export class WordsMap<V> {
  #buckets: (WordsEntry<V> | null)[] = new Array<WordsEntry<V> | null>(FIRST_BUCKETS).fill(null);
  #size = 0;
  #oldest: WordsEntry<V> | null = null;
  #newest: WordsEntry<V> | null = null;
  readonly #seed: number;

  /** @param random seeds the hash; leave it out where the wire cannot bring keys. */
  constructor(random: Random | null = null) {
    this.#seed = random === null ? 0 : random.u32() | 0;
  }

  get size(): number {
    return this.#size;
  }

  has(key: Readonly<Words>): boolean {
    return this.#find(key) !== null;
  }

  /** The value, or `null`. */
  get(key: Readonly<Words>): V | null {
    const entry = this.#find(key);
    return entry === null ? null : entry.value;
  }

  /** Stores a value; its key becomes the newest. The words are copied. */
  set(key: Readonly<Words>, value: V): void {
    const known = this.#find(key);
    if (known !== null) {
      known.value = value;
      this.#unlinkAge(known);
      this.#linkAge(known);
      return;
    }
    if (this.#size >= this.#buckets.length) this.#grow();
    const entry = new WordsEntry(key, value);
    const bucket = this.#bucket(key);
    entry.next = this.#buckets[bucket]!;
    this.#buckets[bucket] = entry;
    this.#linkAge(entry);
    this.#size++;
  }

  /** @returns whether the key was there. */
  delete(key: Readonly<Words>): boolean {
    const bucket = this.#bucket(key);
    let before: WordsEntry<V> | null = null;
    let entry: WordsEntry<V> | null = this.#buckets[bucket]!;
    while (entry !== null && !sameWords(entry, key)) {
      before = entry;
      entry = entry.next;
    }
    if (entry === null) return false;
    if (before === null) this.#buckets[bucket] = entry.next;
    else before.next = entry.next;
    entry.next = null;
    this.#unlinkAge(entry);
    this.#size--;
    return true;
  }

  clear(): void {
    this.#buckets.fill(null);
    this.#oldest = null;
    this.#newest = null;
    this.#size = 0;
  }

  /** The key that was set the longest time ago, valid until it is deleted; `null` when the map is empty. */
  oldest(): Readonly<Words> | null {
    return this.#oldest;
  }

  /** The value of {@link WordsMap.oldest}, or `null`. */
  oldestValue(): V | null {
    return this.#oldest === null ? null : this.#oldest.value;
  }

  /** The values from the oldest to the newest. The current one may be deleted meanwhile. */
  *values(): IterableIterator<V> {
    for (let entry: WordsEntry<V> | null = this.#oldest; entry !== null; ) {
      const { newer } = entry;
      yield entry.value;
      entry = newer;
    }
  }

  #find(key: Readonly<Words>): WordsEntry<V> | null {
    let entry: WordsEntry<V> | null = this.#buckets[this.#bucket(key)]!;
    while (entry !== null && !sameWords(entry, key)) entry = entry.next;
    return entry;
  }

  #bucket(key: Readonly<Words>): number {
    let mixed = Math.imul(key.w3 ^ this.#seed, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ key.w2, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13) ^ key.w1, 0xc2b2ae35);
    mixed = Math.imul(mixed ^ (mixed >>> 16) ^ key.w0, 0x27d4eb2f);
    return (mixed ^ (mixed >>> 15)) & (this.#buckets.length - 1);
  }

  #grow(): void {
    this.#buckets = new Array<WordsEntry<V> | null>(this.#buckets.length * 2).fill(null);
    for (let entry = this.#oldest; entry !== null; entry = entry.newer) {
      const bucket = this.#bucket(entry);
      entry.next = this.#buckets[bucket]!;
      this.#buckets[bucket] = entry;
    }
  }

  #linkAge(entry: WordsEntry<V>): void {
    entry.older = this.#newest;
    entry.newer = null;
    if (this.#newest === null) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlinkAge(entry: WordsEntry<V>): void {
    if (entry.older === null) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === null) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    entry.older = null;
    entry.newer = null;
  }
}

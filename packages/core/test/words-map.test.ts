import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GroupCounts, IpAddress, SeededRandom, WordsMap } from "../src/index.ts";

const address = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 }))
  .map(([w0, w2, w3]) => new IpAddress(6, w0, 0, w2, w3));

describe("a map of addresses", () => {
  it("does what a Map of their text does, in the order in which keys were set last", () => {
    const step = fc.record({ key: address, what: fc.constantFrom("set", "set", "delete"), value: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.boolean(), (steps, seeded) => {
        const map = new WordsMap<number>(seeded ? new SeededRandom(1) : null);
        const model = new Map<string, number>();
        for (const { key, what, value } of steps) {
          const text = `${key}`;
          const there = model.delete(text);
          if (what === "set") {
            map.set(key, value);
            model.set(text, value);
          } else {
            expect(map.delete(key)).toBe(there);
          }
          expect(map.size).toBe(model.size);
          expect(map.get(key)).toBe(model.get(text) ?? null);
          expect([...map.values()]).toEqual([...model.values()]);
          expect(map.oldestValue()).toBe([...model.values()][0] ?? null);
          const oldest = map.oldest();
          expect(oldest === null ? null : `${IpAddress.fromWords(oldest)}`).toBe(
            [...model.keys()][0] ?? null,
          );
        }
      }),
      { numRuns: 100, seed: 6724 },
    );
  });

  it("tells keys apart by every word, and the families", () => {
    const map = new WordsMap<string>();
    for (const text of ["::a", "::1:0:a", "0:0:1::a", "1::a", "0.0.0.10"])
      map.set(IpAddress.parse(text), text);
    for (const text of ["::a", "::1:0:a", "0:0:1::a", "1::a", "0.0.0.10"]) {
      expect(map.get(IpAddress.parse(text))).toBe(text);
    }
    map.clear();
    expect([map.size, map.oldest(), map.has(IpAddress.parse("::a"))]).toEqual([0, null, false]);
  });

  it("lets the current one be deleted while its values are walked", () => {
    const map = new WordsMap<IpAddress>();
    for (let i = 0; i < 40; i++) map.set(IpAddress.v4(i), IpAddress.v4(i));
    for (const value of map.values()) if ((value.w3 & 1) === 0) map.delete(value);
    expect([...map.values()].map(({ w3 }) => w3)).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i + 1));
  });
});

describe("group counts", () => {
  it("say which join is the first and which leave the last", () => {
    const groups = new GroupCounts();
    const group = IpAddress.parse("ff02::fb");
    expect([groups.has(group), groups.join(group), groups.join(group)]).toEqual([false, true, false]);
    expect([groups.leave(group), groups.has(group), groups.size]).toEqual([false, true, 1]);
    expect([groups.leave(group), groups.has(group), groups.size]).toEqual([true, false, 0]);
  });

  it("refuse what is no group, and a leave too many", () => {
    const groups = new GroupCounts();
    expect(() => groups.join(IpAddress.parse("fe80::1"))).toThrow(/fe80::1 is not a multicast address/);
    expect(() => groups.leave(IpAddress.parse("224.0.0.251"))).toThrow(/224\.0\.0\.251 was not joined/);
  });
});

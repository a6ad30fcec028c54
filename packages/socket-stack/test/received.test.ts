import { SeededRandom, Slice } from "@mnet/core";
import { expect, it } from "vitest";
import { Received } from "../src/tcp/received.ts";

it("is a queue of octets, however they come and go", () => {
  const random = new SeededRandom(1);
  const below = (limit: number): number => random.u32() % limit;
  for (let round = 0; round < 200; round++) {
    const received = new Received();
    let next = 0;
    let expected: number[] = [];
    for (let step = 0; step < 60; step++) {
      const chunk = Uint8Array.from({ length: 1 + below(9) }, () => next++ & 255);
      switch (below(5)) {
        case 0: {
          const into = new Uint8Array(1 + below(12));
          const octets = received.take(into);
          expect([...into.subarray(0, octets)]).toEqual(expected.splice(0, octets));
          expect(octets === into.length || expected.length === 0).toBe(true);
          break;
        }
        case 1: {
          if (received.octets === 0) break;
          const taken = [...received.takeChunk(1 + below(6))];
          expect(taken.length).toBeGreaterThan(0);
          expect(taken).toEqual(expected.splice(0, taken.length));
          break;
        }
        case 2: {
          const slices: [Slice, Slice] = [new Slice(), new Slice()];
          const count = received.aim(slices);
          const seen = slices
            .slice(0, count)
            .flatMap((slice) => [...slice.bytes.subarray(slice.start, slice.end)]);
          expect(seen).toEqual(expected.slice(0, seen.length));
          expect(seen.length > 0).toBe(expected.length > 0);
          received.drop(seen.length);
          expected = expected.slice(seen.length);
          break;
        }
        default:
          received.push(chunk);
          expected.push(...chunk);
      }
      expect(received.octets).toBe(expected.length);
      expect(received.cost >= received.octets).toBe(true);
    }
    received.clear();
    expect([received.octets, received.cost]).toEqual([0, 0]);
  }
});

it("single octets cost as much as the arrays they come in", () => {
  const received = new Received();
  for (let i = 0; i < 1000; i++) received.push(new Uint8Array(1));
  expect(received.octets).toBe(1000);
  expect(received.cost).toBeGreaterThan(100_000);
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { isAfter, isBefore, sequenceAdd, sequenceDistance, sequenceLater } from "../../src/sequence.ts";

const sequence = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const near = fc.integer({ min: 1, max: 2 ** 31 - 1 });

it("order is that of the circle, at every wrap (RFC 9293 3.4)", () => {
  fc.assert(
    fc.property(sequence, near, (start, octets) => {
      const end = sequenceAdd(start, octets);
      expect(sequenceDistance(start, end)).toBe(octets);
      expect(isBefore(start, end)).toBe(true);
      expect(isAfter(end, start)).toBe(true);
      expect(isBefore(end, start)).toBe(false);
      expect(sequenceLater(start, end)).toBe(end);
      expect(sequenceLater(end, start)).toBe(end);
    }),
  );
});

it.each([
  [0x7fffffff, -0x80000000],
  [-1, 0],
])("%i is just before %i", (before, after) => {
  expect(sequenceAdd(before, 1)).toBe(after);
  expect(isBefore(before, after)).toBe(true);
});

it("a number is neither before nor after itself", () => {
  expect(isBefore(5, 5) || isAfter(5, 5)).toBe(false);
});

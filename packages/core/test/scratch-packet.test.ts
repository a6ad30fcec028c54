import { expect, it } from "vitest";
import { ScratchPacket } from "../src/index.ts";

it("aims one buffer for each use, and grows it for the largest", () => {
  const scratch = new ScratchPacket();
  const small = scratch.prepare(34, 100);
  expect(small).toMatchObject({ start: 34, end: 134, length: 100 });
  small.tails = 2;
  small.checksumStart = 34;
  const again = scratch.prepare(20, 8);
  expect(again).toBe(small);
  expect(again).toMatchObject({ start: 20, end: 28, tails: 0, checksumStart: -1 });
  const large = scratch.prepare(34, 65_535);
  expect(large).toMatchObject({ start: 34, end: 65_569 });
  expect(large.bytes.length).toBeGreaterThanOrEqual(65_569);
  expect(scratch.prepare(34, 65_535)).toBe(large);
});

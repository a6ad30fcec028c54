import { expect, it } from "vitest";
import { WindowUsage } from "../../src/congestion/usage.ts";

/** Whether a congestion window is in use (RFC 7661 4.2): by the largest flight of this round trip and the one before. */

it("ten segments acknowledged two by two use a window of up to twenty", () => {
  const usage = new WindowUsage();
  for (let una = 2; una <= 10; una += 2) usage.acknowledged(una, 10, 12 - una);
  expect([usage.isInUse(20), usage.isInUse(21)]).toEqual([true, false]);
});

it("a flight counts for its own round trip and the next, not longer", () => {
  const usage = new WindowUsage();
  usage.acknowledged(100, 200, 100);
  usage.acknowledged(201, 210, 5);
  expect(usage.isInUse(200)).toBe(true);
  usage.acknowledged(211, 220, 5);
  expect(usage.isInUse(200)).toBe(false);
  expect(usage.isInUse(10)).toBe(true);
});

it("nothing of it counts after a restart", () => {
  const usage = new WindowUsage();
  usage.acknowledged(100, 200, 100);
  usage.restarted();
  usage.acknowledged(201, 210, 5);
  expect(usage.isInUse(20)).toBe(false);
});

it("across the wrap of sequence numbers", () => {
  const usage = new WindowUsage();
  usage.acknowledged(0x7fffff00 | 0, 0x80000010 | 0, 100);
  usage.acknowledged(0x80000000 | 0, 0x80000020 | 0, 50);
  usage.acknowledged(0x80000011 | 0, 0x80000030 | 0, 10);
  expect(usage.isInUse(200)).toBe(true);
  usage.acknowledged(0x80000031 | 0, 0x80000040 | 0, 10);
  expect(usage.isInUse(200)).toBe(false);
});

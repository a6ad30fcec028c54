import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derivedMac } from "../src/index.ts";

describe("the address made from a name", () => {
  test("is the same every time, also in the next release", () => {
    expect(derivedMac("tap0").toString()).toBe("0a:48:b5:b7:c9:d4");
    expect(derivedMac("tap1").equals(derivedMac("tap0"))).toBe(false);
  });

  test("is locally administered and of one station", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect((derivedMac(name).high >>> 16) & 0x03).toBe(0x02);
      }),
    );
  });

  test("is never the one that is taken", () => {
    const first = derivedMac("tap0");
    const second = derivedMac("tap0", first);
    expect(second.equals(first)).toBe(false);
    expect(derivedMac("tap0", second).equals(first)).toBe(true);
  });
});

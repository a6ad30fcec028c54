import { describe, expect, it } from "vitest";
import { accepted, fromHex, toHex, Verdict, VerdictCounters, verdictName } from "../src/index.ts";

describe("Verdict", () => {
  it("has a name and a number of its own for each outcome, within the counters", () => {
    const values = Object.values(Verdict);
    expect(new Set(values).size).toBe(values.length);
    for (const [name, value] of Object.entries(Verdict)) {
      expect(verdictName(value)).toBe(name);
      expect(value).toBeLessThan(64);
    }
    expect(verdictName(63 as Verdict)).toBe("Verdict63");
  });

  it("accepts what was handled or queued, and nothing else", () => {
    const taken = Object.entries(Verdict).filter(([, value]) => accepted(value));
    expect(taken.map(([name]) => name)).toEqual(["Handled", "Queued"]);
  });
});

describe("VerdictCounters", () => {
  it("counts by verdict, passes it on, and shows what is not zero", () => {
    const counters = new VerdictCounters();
    expect(counters.count(Verdict.BadChecksum)).toBe(Verdict.BadChecksum);
    counters.count(Verdict.BadChecksum);
    counters.count(Verdict.Handled);
    expect(counters.of(Verdict.BadChecksum)).toBe(2);
    expect(counters.of(Verdict.NoRoute)).toBe(0);
    expect(counters.snapshot()).toEqual({ Handled: 1, BadChecksum: 2 });
  });
});

describe("hexadecimal", () => {
  it("is written in lower case and read in either, with white space anywhere between", () => {
    expect(toHex(Uint8Array.of(0, 10, 255))).toBe("000aff");
    expect(toHex(Uint8Array.of(0, 10, 255), ":")).toBe("00:0a:ff");
    expect([...fromHex(" 00 0A\n fF")]).toEqual([0, 10, 255]);
    expect(fromHex("")).toEqual(new Uint8Array(0));
  });

  it.each(["0", "000", "0g", "0x00", "-1"])("%j is refused", (text) => {
    expect(() => fromHex(text)).toThrow(RangeError);
  });
});

import { describe, expect, it } from "vitest";
import { parseArguments } from "../src/arguments.ts";

describe("the arguments of the benchmark", () => {
  it("default to five rounds of a second", () => {
    expect(parseArguments([])).toEqual({
      rounds: 5,
      scale: { duration: 1000, crowd: 10_000 },
      quick: false,
      check: false,
      json: null,
      only: [],
    });
  });

  it("make it quick, choose subjects, and keep results", () => {
    const options = parseArguments(["--quick", "--check", "--json", "out.json", "tap", "veth"]);
    expect(options).toMatchObject({ quick: true, check: true, rounds: 2, json: "out.json" });
    expect(options.only).toEqual(["tap", "veth"]);
    expect(parseArguments(["--quick", "--rounds", "7"]).rounds).toBe(7);
  });

  it("are refused when they mean nothing", () => {
    expect(() => parseArguments(["--rounds", "0"])).toThrow(RangeError);
    expect(() => parseArguments(["--rounds", "many"])).toThrow(RangeError);
    expect(() => parseArguments(["--faster"])).toThrow(TypeError);
  });
});

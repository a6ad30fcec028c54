import { describe, expect, it } from "vitest";
import { checkPort, formatEndpoint, parseEndpoint } from "../src/index.ts";

describe("endpoints", () => {
  it.each(["10.0.0.2:80", "0.0.0.0:0", "[fd00::2]:65535", "[::]:1"])("%s is read and written", (text) => {
    expect(formatEndpoint(parseEndpoint(text))).toBe(text);
  });

  it.each([
    "10.0.0.2",
    "10.0.0.2:",
    ":80",
    "fd00::2:80",
    "[fd00::2]",
    "[]:80",
    "10.0.0.2:-1",
    "10.0.0.2:80 ",
  ])("%j is refused with a RangeError", (text) => {
    expect(() => parseEndpoint(text)).toThrow(RangeError);
  });

  it("has a port of 16 bits", () => {
    expect(() => parseEndpoint("10.0.0.2:65536")).toThrow(
      "port must be an integer from 0 to 65535, not 65536",
    );
    expect(checkPort(0)).toBe(0);
    expect(() => checkPort(0, "remote.port", 1)).toThrow(
      "remote.port must be an integer from 1 to 65535, not 0",
    );
    for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "80" as unknown as number]) {
      expect(() => checkPort(bad)).toThrow(RangeError);
    }
  });
});

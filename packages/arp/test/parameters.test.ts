import { FakeLink } from "@mnet/conformance";
import { SeededRandom } from "@mnet/core";
import { expect, it } from "vitest";
import { type ArpParameters, ArpResolver, defaultArpParameters } from "../src/index.ts";

const make = (parameters: Partial<ArpParameters>, link: FakeLink = new FakeLink()): ArpResolver =>
  new ArpResolver({ link, random: new SeededRandom(1), parameters });

it.each([
  [{ capacity: 0 }, "capacity must be a positive integer, not 0"],
  [{ queuePackets: 1.5 }, "queuePackets must be a positive integer, not 1.5"],
  [{ requestInterval: -1 }, "requestInterval must be a time in milliseconds, not -1"],
  [{ reachableTime: Number.POSITIVE_INFINITY }, "reachableTime must be a time in milliseconds, not Infinity"],
  [{ probeWait: Number.NaN }, "probeWait must be a time in milliseconds, not NaN"],
  [{ probeMin: 3000 }, "probeMax must be at least probeMin, not 2000"],
])("refuses %o", (parameters, message) => {
  expect(() => make(parameters)).toThrow(new RangeError(message));
});

it("has the constants of RFC 5227 1.1 as defaults", () => {
  expect(defaultArpParameters).toMatchObject({
    probeWait: 1000,
    probeCount: 3,
    probeMin: 1000,
    probeMax: 2000,
    announceWait: 2000,
    announceCount: 2,
    announceInterval: 2000,
    maxConflicts: 10,
    rateLimitInterval: 60_000,
    defendInterval: 10_000,
  });
});

it("needs a link with a MAC address, and to be alone on it", () => {
  expect(() => make({}, new FakeLink({ mac: null }))).toThrow(TypeError);
  const link = new FakeLink();
  make({}, link);
  expect(() => make({}, link)).toThrow();
});

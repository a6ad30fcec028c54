import { describe, expect, it } from "vitest";
import { defaultParameters } from "../../src/defaults.ts";
import type { ConnectionOptions } from "../../src/events.ts";
import { FlowSettings } from "../../src/settings.ts";

const settings = (options: ConnectionOptions = {}): FlowSettings =>
  new FlowSettings(options, defaultParameters);

describe("options of a connection", () => {
  it.each([
    [1, 0],
    [65_535, 0],
    [65_536, 1],
    [262_144, 3],
    [1_048_576, 5],
    [67_108_864, 11],
  ])("a receive buffer of %i offers a window shift of %i (RFC 7323 2.3)", (receiveBuffer, scale) => {
    const { windowScale, receiveLimit, largestReceiveLimit } = settings({ receiveBuffer });
    expect(windowScale).toBe(scale);
    expect(receiveLimit >> windowScale).toBeLessThanOrEqual(65_535);
    // Whoever asks for a size gets that size, for ever.
    expect([receiveLimit, largestReceiveLimit]).toEqual([receiveBuffer, receiveBuffer]);
  });

  it("buffers nobody asked for may grow, and the window shift is for the largest (RFC 7323 2.3)", () => {
    const { windowScale, receiveLimit, largestReceiveLimit, sendBuffer, largestSendBuffer } = settings();
    expect([receiveLimit, largestReceiveLimit]).toEqual([262_144, 6_291_456]);
    expect([sendBuffer, largestSendBuffer]).toEqual([262_144, 4_194_304]);
    expect(windowScale).toBe(7);
    const off = { ...defaultParameters, windowScaling: false };
    expect(new FlowSettings({}, off).windowScale).toBe(-1);
  });

  it("the ECN bits of the traffic class are not the application's", () => {
    expect(settings({ trafficClass: 0xbb }).sendOptions()).toMatchObject({
      trafficClass: 0xb8,
      dontFragment: "yes",
    });
  });

  it.each<[string, ConnectionOptions]>([
    ["sendBuffer", { sendBuffer: 0 }],
    ["sendBuffer", { sendBuffer: 67_108_865 }],
    ["receiveBuffer", { receiveBuffer: 1.5 }],
    ["hopLimit", { hopLimit: 0 }],
    ["hopLimit", { hopLimit: 256 }],
    ["trafficClass", { trafficClass: -1 }],
    ["userTimeout", { userTimeout: 0 }],
    ["userTimeout", { userTimeout: Number.NaN }],
    ["keepAlive.idle", { keepAlive: { idle: 0 } }],
    ["keepAlive.interval", { keepAlive: { interval: 0.1 } }],
    ["keepAlive.probes", { keepAlive: { probes: 0 } }],
  ])("a wrong %s is a RangeError that names it", (name, options) => {
    expect(() => settings(options)).toThrow(RangeError);
    expect(() => settings(options)).toThrow(name);
  });

  it("keep-alive is off unless asked for, then two hours, 75 s, nine times (MUST-25, MUST-28)", () => {
    expect(settings().keepAlive).toBeNull();
    expect(settings({ keepAlive: false }).keepAlive).toBeNull();
    expect(settings({ keepAlive: {} }).keepAlive).toEqual({ idle: 7_200_000, interval: 75_000, probes: 9 });
  });
});

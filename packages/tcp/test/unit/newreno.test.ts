import { describe, expect, it } from "vitest";
import { NewReno } from "../../src/congestion/newreno.ts";

const SMSS = 1000;

function started(initial = 10 * SMSS): NewReno {
  const controller = new NewReno();
  controller.start(SMSS, initial);
  return controller;
}

describe("slow start (RFC 5681 3.1, RFC 3465)", () => {
  it("begins at the initial window, with no threshold", () => {
    const controller = started();
    expect([controller.window, controller.threshold]).toEqual([10_000, Number.POSITIVE_INFINITY]);
  });

  it("grows by what was acknowledged, two segments per acknowledgment at most", () => {
    const controller = started();
    controller.acknowledged(400, false);
    expect(controller.window).toBe(10_400);
    controller.acknowledged(50_000, false);
    expect(controller.window).toBe(12_400);
  });

  it("by one segment while what a timeout lost is sent again (RFC 3465 2.3)", () => {
    const controller = started();
    controller.timedOut(10_000, false);
    controller.acknowledged(3000, true);
    expect(controller.window).toBe(2000);
  });

  it("a peer that divides its acknowledgments gains nothing", () => {
    const [divided, whole] = [started(), started()];
    for (let i = 0; i < 10; i++) divided.acknowledged(100, false);
    whole.acknowledged(1000, false);
    expect(divided.window).toBe(whole.window);
  });
});

describe("congestion avoidance (RFC 3465 2.1)", () => {
  it("grows by one segment per acknowledged window", () => {
    const controller = started();
    controller.recoveryStarted(16_000);
    controller.recoveryEnded(8000);
    expect(controller.window).toBe(8000);
    for (let i = 0; i < 7; i++) controller.acknowledged(1000, false);
    expect(controller.window).toBe(8000);
    controller.acknowledged(1000, false);
    expect(controller.window).toBe(9000);
  });
});

describe("a loss", () => {
  it("seen by duplicates halves the flight and adds the three segments that left (RFC 5681 3.2)", () => {
    const controller = started();
    controller.recoveryStarted(9001);
    expect([controller.threshold, controller.window]).toEqual([4500, 7500]);
    controller.duplicateAcknowledged();
    expect(controller.window).toBe(8500);
  });

  it("of little leaves two segments", () => {
    const controller = started();
    controller.recoveryStarted(1000);
    expect(controller.threshold).toBe(2000);
  });

  it("acknowledged in part deflates by that, plus the segment sent again (RFC 6582 3.2)", () => {
    const controller = started();
    controller.recoveryStarted(10_000);
    controller.partiallyAcknowledged(3000);
    expect(controller.window).toBe(6000);
    controller.partiallyAcknowledged(400);
    expect(controller.window).toBe(5600);
    controller.partiallyAcknowledged(100_000);
    expect(controller.window).toBe(1000);
  });

  it("acknowledged in full ends at ssthresh, without a burst", () => {
    const controller = started();
    controller.recoveryStarted(10_000);
    controller.recoveryEnded(2000);
    expect(controller.window).toBe(3000);
  });
});

describe("a timeout (RFC 5681 3.1)", () => {
  it("leaves one segment, and half the flight as threshold", () => {
    const controller = started();
    controller.timedOut(10_000, false);
    expect([controller.window, controller.threshold]).toEqual([1000, 5000]);
  });

  it("the second time for one segment keeps the threshold", () => {
    const controller = started();
    controller.timedOut(10_000, false);
    controller.timedOut(1000, true);
    expect(controller.threshold).toBe(5000);
  });
});

describe("otherwise", () => {
  it("idleness returns to the initial window, never beyond (RFC 5681 4.1)", () => {
    const controller = started();
    for (let i = 0; i < 10; i++) controller.acknowledged(2000, false);
    controller.restarted();
    expect(controller.window).toBe(10_000);
    controller.timedOut(10_000, false);
    controller.restarted();
    expect(controller.window).toBe(1000);
  });

  it("a smaller path keeps the number of segments", () => {
    const controller = started();
    controller.segmentChanged(500);
    expect(controller.window).toBe(5000);
  });

  it("the window is bounded", () => {
    const controller = started(2 ** 29);
    controller.acknowledged(2000, false);
    expect(controller.window).toBe(2 ** 29);
  });
});

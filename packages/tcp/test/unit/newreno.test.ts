import { describe, expect, it } from "vitest";
import { NewReno } from "../../src/congestion/newreno.ts";
import { delivery } from "../support/delivery.ts";

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

  it("grows by what was delivered, two segments per acknowledgment at most", () => {
    const controller = started();
    controller.delivered(delivery({ octets: 400 }));
    expect(controller.window).toBe(10_400);
    controller.delivered(delivery({ octets: 50_000 }));
    expect(controller.window).toBe(12_400);
  });

  it("by one segment while what a timeout lost is sent again (RFC 3465 2.3)", () => {
    const controller = started();
    controller.timedOut(10_000, false);
    controller.delivered(delivery({ octets: 3000, afterTimeout: true }));
    expect(controller.window).toBe(2000);
  });

  it("a peer that divides its acknowledgments gains nothing", () => {
    const [divided, whole] = [started(), started()];
    for (let i = 0; i < 10; i++) divided.delivered(delivery({ octets: 100 }));
    whole.delivered(delivery({ octets: 1000 }));
    expect(divided.window).toBe(whole.window);
  });

  it("a window that is not in use does not grow (RFC 7661 3)", () => {
    const controller = started();
    controller.delivered(delivery({ octets: 1000, windowLimited: false }));
    expect(controller.window).toBe(10_000);
  });
});

describe("congestion avoidance (RFC 3465 2.1)", () => {
  it("grows by one segment per acknowledged window", () => {
    const controller = started();
    controller.congested("loss", 16_000);
    controller.recovered();
    expect(controller.window).toBe(8000);
    for (let i = 0; i < 7; i++) controller.delivered(delivery({ octets: 1000 }));
    expect(controller.window).toBe(8000);
    controller.delivered(delivery({ octets: 1000 }));
    expect(controller.window).toBe(9000);
  });
});

describe("congestion (RFC 5681 3.1 equation 4, 3.2)", () => {
  it.each(["loss", "ecn"] as const)("%s halves the flight", (kind) => {
    const controller = started();
    controller.congested(kind, 9001);
    expect([controller.threshold, controller.window]).toEqual([4500, 4500]);
  });

  it("with little in flight leaves two segments", () => {
    const controller = started();
    controller.congested("loss", 1000);
    expect(controller.threshold).toBe(2000);
  });

  it("marked, one: RFC 3168 6.1.2", () => {
    const controller = started(2 * SMSS);
    controller.congested("ecn", 2000);
    controller.recovered();
    expect([controller.threshold, controller.window]).toEqual([2000, 1000]);
    controller.congested("ecn", 1000);
    controller.recovered();
    expect([controller.threshold, controller.window]).toEqual([2000, 1000]);
  });

  it("taken back, the window is what it was", () => {
    const controller = started();
    controller.congested("loss", 9001);
    controller.undo();
    expect([controller.threshold, controller.window]).toEqual([Number.POSITIVE_INFINITY, 10_000]);
  });
});

describe("a timeout (RFC 5681 3.1)", () => {
  it("leaves one segment, and half the flight as threshold", () => {
    const controller = started();
    controller.timedOut(10_000, false);
    expect([controller.window, controller.threshold]).toEqual([1000, 5000]);
  });

  it("the second time for one segment keeps the threshold, and what undoing returns to", () => {
    const controller = started();
    controller.timedOut(10_000, false);
    controller.timedOut(1000, true);
    expect(controller.threshold).toBe(5000);
    controller.undo();
    expect([controller.threshold, controller.window]).toEqual([Number.POSITIVE_INFINITY, 10_000]);
  });
});

describe("otherwise", () => {
  it("idleness returns to the initial window, never beyond (RFC 5681 4.1)", () => {
    const controller = started();
    for (let i = 0; i < 10; i++) controller.delivered(delivery({ octets: 2000 }));
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
    controller.delivered(delivery({ octets: 2000 }));
    expect(controller.window).toBe(2 ** 29);
  });
});

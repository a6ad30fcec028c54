import type { Host, Millis, Timed, Wake } from "@mnet/core";
import { Verdict } from "@mnet/core";
import { describe, expect, test } from "vitest";
import { Driver } from "../../src/engine/driver.ts";

/** A host whose wake-ups the test makes, and what it was asked for. */
class HandHost implements Host {
  readonly asked: string[] = [];
  wake: Wake = () => {};
  now(): Millis {
    return 0;
  }
  start(wake: Wake): void {
    this.wake = wake;
  }
  arm(at: Millis): void {
    this.asked.push(`arm ${at}`);
  }
  defer(): void {
    this.asked.push("defer");
  }
  hold(): void {}
  stop(): void {}
}

/** A layer whose deadline is `at`, and when its work was done. */
class Layer implements Timed {
  readonly done: Millis[] = [];
  at: Millis;
  constructor(at: Millis) {
    this.at = at;
  }
  nextDeadline(): Millis {
    return this.at;
  }
  onDeadline(now: Millis): void {
    this.done.push(now);
    this.at = Number.POSITIVE_INFINITY;
  }
}

function driven(at: Millis): { host: HandHost; driver: Driver; layer: Layer } {
  const host = new HandHost();
  const layer = new Layer(at);
  const driver = new Driver(host, {
    receive: () => Verdict.Handled,
    timed: [layer],
    flush() {},
    linkChanged() {},
    capabilitiesChanged() {},
    failed() {},
  });
  return { host, driver, layer };
}

describe("deadlines", () => {
  test("are met when the host says no more than the time", () => {
    const { host, layer } = driven(10);
    host.wake(9);
    expect([layer.done, host.asked]).toEqual([[], ["arm 10"]]);
    host.wake(10);
    expect([layer.done, host.asked]).toEqual([[10], ["arm 10", "arm Infinity"]]);
  });

  test("wait for one more turn while what would meet them may lie in a device", () => {
    const { host, layer } = driven(10);
    host.wake(300, 5);
    expect([layer.done, host.asked]).toEqual([[], ["defer"]]);
    host.wake(301, 300);
    expect(layer.done).toEqual([301]);
  });

  test("moved by what was heard meanwhile are not due any more", () => {
    const { host, layer } = driven(10);
    host.wake(300, 5);
    layer.at = 500;
    host.wake(301, 300);
    expect([layer.done, host.asked]).toEqual([[], ["defer", "arm 500"]]);
  });

  test("of the stack's own alarms wait in the same way", () => {
    const { host, driver } = driven(Number.POSITIVE_INFINITY);
    const rung: Millis[] = [];
    driver.alarm((now) => rung.push(now)).set(10);
    host.wake(300, 5);
    expect(rung).toEqual([]);
    host.wake(301, 300);
    expect(rung).toEqual([301]);
  });
});

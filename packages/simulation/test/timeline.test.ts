import { describe, expect, it } from "vitest";
import { Timeline } from "../src/index.ts";

describe("events", () => {
  it("happen by time, equally early ones in the order they were scheduled", () => {
    const timeline = new Timeline();
    const log: string[] = [];
    const note = (name: string) => () => log.push(`${name}@${timeline.now()}`);
    timeline.at(20, note("late"));
    timeline.at(10, note("first"));
    timeline.at(10, note("second"));
    timeline.after(5, note("early"));
    timeline.advance(15);
    expect(log).toEqual(["early@5", "first@10", "second@10"]);
    expect(timeline.now()).toBe(15);
    timeline.advance(5);
    expect(log.at(-1)).toBe("late@20");
  });

  it("that lie in the past happen now", () => {
    const timeline = new Timeline({ start: 100 });
    let at = 0;
    const event = timeline.at(7, () => {
      at = timeline.now();
    });
    expect(event.time).toBe(100);
    timeline.advance(0);
    expect(at).toBe(100);
  });

  it("can be cancelled, also when they have happened", () => {
    const timeline = new Timeline();
    const log: number[] = [];
    const events = [3, 1, 2, 5, 4].map((time) => timeline.at(time, () => log.push(time)));
    events[0]!.cancel();
    events[3]!.cancel();
    timeline.advance(10);
    for (const event of events) event.cancel();
    expect(log).toEqual([1, 2, 4]);
  });

  it("that are scheduled by an event happen in the same run when they are due", () => {
    const timeline = new Timeline();
    const log: number[] = [];
    const tick = (): void => {
      log.push(timeline.now());
      timeline.after(10, tick);
    };
    timeline.after(10, tick);
    timeline.advance(35);
    expect(log).toEqual([10, 20, 30]);
  });

  it("that throw stop the run at their time, and the timeline goes on after them", async () => {
    const timeline = new Timeline();
    timeline.at(5, () => {
      throw new Error("boom");
    });
    await expect(timeline.run(10)).rejects.toThrow("boom");
    expect(timeline.now()).toBe(5);
    await timeline.run(10);
    expect(timeline.now()).toBe(15);
  });

  it("without end at one instant are an error, not a hang", () => {
    const timeline = new Timeline();
    const again = (): void => void timeline.after(0, again);
    again();
    expect(() => timeline.advance(1)).toThrow(/time does not pass/);
  });

  it("stay in order among thousands that come and go", () => {
    const timeline = new Timeline({ seed: 5 });
    const { random } = timeline;
    const expected: [number, number][] = [];
    const seen: [number, number][] = [];
    for (let i = 0; i < 5000; i++) {
      const time = random.u32() % 1000;
      const event = timeline.at(time, () => seen.push([time, i]));
      if (random.u32() % 3 === 0) event.cancel();
      else expected.push([time, i]);
    }
    expected.sort(([timeA, orderA], [timeB, orderB]) => timeA - timeB || orderA - orderB);
    timeline.advance(1000);
    expect(seen).toEqual(expected);
  });
});

describe("run", () => {
  it("lets applications act at the virtual time that woke them", async () => {
    const timeline = new Timeline();
    const log: string[] = [];
    const sleep = (delay: number) => new Promise<void>((resolve) => timeline.after(delay, resolve));
    const application = async (name: string, delay: number): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        await sleep(delay);
        // Any number of microtasks later it is still the same time.
        for (let i = 0; i < 50; i++) await null;
        log.push(`${name}@${timeline.now()}`);
      }
    };
    const both = [application("a", 10), application("b", 15)];
    await timeline.run(1000);
    await Promise.all(both);
    expect(log).toEqual(["a@10", "b@15", "a@20", "b@30", "a@30", "b@45"]);
    expect(timeline.now()).toBe(1000);
  });

  it("begins with what was started just before, and ends with what the last event woke", async () => {
    const timeline = new Timeline();
    const log: string[] = [];
    void Promise.resolve().then(() => timeline.after(0, () => log.push("begin")));
    timeline.at(10, () => void Promise.resolve().then(() => timeline.after(0, () => log.push("end"))));
    await timeline.run(10);
    expect(log).toEqual(["begin", "end"]);
  });

  it("refuses to run twice at once", async () => {
    const timeline = new Timeline();
    const first = timeline.run(10);
    await expect(timeline.run(10)).rejects.toThrow("already running");
    expect(() => timeline.advance(1)).toThrow("already running");
    await first;
    expect(timeline.now()).toBe(10);
  });

  it("names an argument that cannot be", async () => {
    const timeline = new Timeline();
    await expect(timeline.run(-1)).rejects.toThrow(RangeError);
    await expect(timeline.runUntil(() => true, Number.NaN)).rejects.toThrow("limit must be finite");
    expect(() => timeline.advance(Number.POSITIVE_INFINITY)).toThrow("duration must be finite");
    expect(() => timeline.at(Number.NaN, () => {})).toThrow("time must be finite");
    expect(() => new Timeline({ start: Number.NaN })).toThrow("start must be finite");
  });
});

describe("runUntil", () => {
  it("stops at the time its condition became true", async () => {
    const timeline = new Timeline();
    let done = false;
    timeline.at(30, () => void Promise.resolve().then(() => (done = true)));
    timeline.at(40, () => expect.unreachable("nothing happens after that"));
    await timeline.runUntil(() => done, 1000);
    expect(timeline.now()).toBe(30);
  });

  it("does nothing when the condition already holds", async () => {
    const timeline = new Timeline();
    timeline.at(0, () => expect.unreachable());
    await timeline.runUntil(() => true, 10);
    expect(timeline.now()).toBe(0);
  });

  it("rejects when the limit passes", async () => {
    const timeline = new Timeline();
    await expect(timeline.runUntil(() => false, 250)).rejects.toThrow("250 ms of virtual time");
    expect(timeline.now()).toBe(250);
  });
});

describe("randomness", () => {
  it("comes from the seed alone", () => {
    const draw = (seed?: number): number[] => {
      const { random } = new Timeline(seed === undefined ? {} : { seed });
      return [random.u32(), random.u32(), random.fork().u32()];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw()).toEqual(draw());
  });
});

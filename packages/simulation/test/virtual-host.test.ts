import { describe, expect, it } from "vitest";
import { Timeline } from "../src/index.ts";

function hosted() {
  const timeline = new Timeline();
  const host = timeline.host();
  const wakes: number[] = [];
  host.start((now) => wakes.push(now));
  return { timeline, host, wakes };
}

describe("a virtual host", () => {
  it("wakes once when it is armed, at that time", () => {
    const { timeline, host, wakes } = hosted();
    host.arm(25);
    expect(host.armed).toBe(25);
    timeline.advance(100);
    expect(wakes).toEqual([25]);
    expect(host.armed).toBe(Number.POSITIVE_INFINITY);
  });

  it("has one timer: the last arm counts, earlier, later or never", () => {
    const { timeline, host, wakes } = hosted();
    host.arm(50);
    host.arm(10);
    timeline.advance(20);
    host.arm(60);
    host.arm(90);
    timeline.advance(60);
    host.arm(Number.POSITIVE_INFINITY);
    timeline.advance(100);
    expect(wakes).toEqual([10]);
  });

  it("wakes at once for a time that is past", () => {
    const { timeline, host, wakes } = hosted();
    timeline.advance(30);
    host.arm(Number.NEGATIVE_INFINITY);
    timeline.advance(0);
    host.arm(7);
    timeline.advance(0);
    expect(wakes).toEqual([30, 30]);
  });

  it("defers to the end of the turn: after the applications that were woken, once", async () => {
    const timeline = new Timeline();
    const host = timeline.host();
    const log: string[] = [];
    host.start((now) => log.push(`wake@${now}`));
    timeline.at(10, () => {
      void Promise.resolve().then(() => {
        log.push("application");
        host.defer();
      });
      host.defer();
      host.defer();
      log.push("event");
    });
    await timeline.run(20);
    expect(log).toEqual(["event", "application", "wake@10"]);
  });

  it("shares the time line with others, in the order they armed", () => {
    const timeline = new Timeline();
    const log: string[] = [];
    const hosts = ["a", "b", "c"].map((name) => {
      const host = timeline.host();
      host.start((now) => log.push(`${name}@${now}`));
      return host;
    });
    hosts[2]!.arm(10);
    hosts[0]!.arm(10);
    hosts[1]!.arm(5);
    timeline.advance(10);
    expect(log).toEqual(["b@5", "c@10", "a@10"]);
  });

  it("says whether the stack would keep a process alive", () => {
    const { host } = hosted();
    expect(host.held).toBe(false);
    host.hold(true);
    expect(host.held).toBe(true);
  });

  it("is silent when stopped, whatever is armed before or after", () => {
    const { timeline, host, wakes } = hosted();
    host.hold(true);
    host.arm(10);
    host.defer();
    host.stop();
    host.arm(20);
    host.defer();
    timeline.advance(100);
    expect(wakes).toEqual([]);
    expect(host.held).toBe(false);
  });

  it("starts once", () => {
    const { host } = hosted();
    expect(() => host.start(() => {})).toThrow("already started");
  });
});

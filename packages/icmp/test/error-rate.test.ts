import { udpDatagram } from "@mnet/conformance";
import { IcmpErrorKind, IpProtocol, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import type { IcmpParameters } from "../src/index.ts";
import { IcmpHarness, Refuser } from "./harness.ts";

/** A stack that refuses every datagram, and asks how many errors each source got. */
class Refusing extends IcmpHarness {
  constructor(parameters: Partial<IcmpParameters> = {}) {
    super({ parameters });
    this.ip.handle(IpProtocol.Udp, new Refuser(this.icmp, IcmpErrorKind.PortUnreachable));
  }

  /** Sends `count` datagrams from one source at one time; returns how many errors it got. */
  offer(source: string, count: number, now: number): number {
    const ports = { sourcePort: 4000, destinationPort: 9 };
    const datagram = udpDatagram({ source, destination: "10.0.0.1", ...ports });
    for (let sent = 0; sent < count; sent++) this.ip.deliver(IpProtocol.Udp, datagram, { source }, now);
    return this.ip.take().length;
  }
}

const unlimited = { errorRate: 1e9, errorBurst: 1e9 };

describe("rate of errors", () => {
  it("is bounded for one destination: 6 at once, then 10 per second", () => {
    const stack = new Refusing();
    expect(stack.offer("10.0.0.2", 100, 0)).toBe(6);
    expect(stack.offer("10.0.0.2", 100, 99)).toBe(0);
    expect(stack.offer("10.0.0.2", 100, 100)).toBe(1);
    expect(stack.offer("10.0.0.2", 100, 400)).toBe(3);
    expect(stack.offer("10.0.0.2", 100, 60_000)).toBe(6);
    expect(stack.icmp.sent.of(Verdict.RateLimited)).toBe(94 + 100 + 99 + 97 + 94);
  });

  it("does not let one destination use up what others get", () => {
    const stack = new Refusing();
    stack.offer("10.0.0.2", 10_000, 0);
    expect(stack.offer("10.0.0.3", 1, 0)).toBe(1);
  });

  it("is bounded for all destinations together: about 50 at once, about 1000 per second", () => {
    const stack = new Refusing();
    let host = 0;
    const newSourcesAt = (now: number, count: number): number => {
      let errors = 0;
      for (const last = host + count; host < last; host++) {
        errors += stack.offer(`172.16.${host >> 8}.${host & 255}`, 1, now);
      }
      return errors;
    };
    const atOnce = newSourcesAt(0, 200);
    expect(atOnce).toBeGreaterThanOrEqual(30);
    expect(atOnce).toBeLessThanOrEqual(90);
    let inOneSecond = 0;
    for (let now = 10; now <= 1000; now += 10) inOneSecond += newSourcesAt(now, 40);
    expect(inOneSecond).toBeGreaterThan(800);
    expect(inOneSecond).toBeLessThan(1300);
  });

  it("is not exact in what it lets through, so that counting errors says little (CVE-2020-25705)", () => {
    const bursts = new Set<number>();
    const stack = new Refusing();
    for (let round = 1; round <= 20; round++) {
      let errors = 0;
      for (let host = 0; host < 100; host++)
        errors += stack.offer(`10.${round}.0.${host}`, 1, round * 10_000);
      bursts.add(errors);
    }
    expect(bursts.size).toBeGreaterThan(5);
  });

  it("is remembered for the destinations that are at their limit before idle ones", () => {
    const stack = new Refusing(unlimited);
    stack.offer("10.0.0.2", 100, 0);
    for (let host = 0; host < 1000; host++) stack.offer(`172.16.${host >> 8}.${host & 255}`, 1, 0);
    expect(stack.offer("10.0.0.2", 1, 0)).toBe(0);
  });

  it("is remembered for a bounded number of destinations", () => {
    const stack = new Refusing(unlimited);
    stack.offer("10.0.0.2", 100, 0);
    // A millisecond later this one is nearer to an error than a thousand others, so its place was taken.
    for (let host = 0; host < 1000; host++) stack.offer(`172.16.${host >> 8}.${host & 255}`, 6, 1);
    expect(stack.offer("10.0.0.2", 1, 1)).toBe(1);
  });
});

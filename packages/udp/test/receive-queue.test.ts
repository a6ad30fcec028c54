import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { DATAGRAM_OVERHEAD } from "../src/index.ts";
import { pattern, UdpHarness } from "./harness.ts";

describe("the receive queue", () => {
  it("holds three of the largest datagrams by default, and drops the newest", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    const verdicts = [1, 2, 3, 4].map(() => stack.arrive(pattern(65507)));
    expect(verdicts).toEqual([Verdict.Handled, Verdict.Handled, Verdict.Handled, Verdict.QueueFull]);
    expect(bound.port.dropped).toBe(1);
    expect(stack.udp.counters.snapshot()).toEqual({ Handled: 3, QueueFull: 1 });
    expect(bound.port.receive()!.data).toHaveLength(65507);
    expect(stack.arrive("room again")).toBe(Verdict.Handled);
    expect(bound.port.pending).toBe(3);
  });

  it("counts an overhead for each datagram, so that empty ones are bounded too", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9, receiveBuffer: 10 * DATAGRAM_OVERHEAD });
    for (let count = 0; count < 1000; count++) stack.arrive();
    expect(bound.port.pending).toBe(10);
    expect(bound.port.dropped).toBe(990);
    expect(bound.readableCount).toBe(10);
  });

  it("takes any datagram while it is empty: none is too large to be received", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9, receiveBuffer: 1 });
    expect(stack.arrive(pattern(65507))).toBe(Verdict.Handled);
    expect(stack.arrive("x")).toBe(Verdict.QueueFull);
    expect(bound.receiveAll()).toHaveLength(1);
  });

  it("keeps the order through a long run of arrivals and receptions", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    const received: string[] = [];
    for (let count = 0; count < 1000; count++) {
      stack.arrive(`${count}`);
      if (count % 3 !== 0) received.push(String.fromCharCode(...bound.port.receive()!.data));
    }
    received.push(...bound.texts());
    expect(received).toEqual(Array.from({ length: 1000 }, (_, count) => `${count}`));
  });

  it("of one port does not concern another", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9, receiveBuffer: 1 });
    const other = stack.bind({ port: 10 });
    for (let count = 0; count < 5; count++) stack.arrive("flood");
    stack.arrive("calm", { destinationPort: 10 });
    expect(other.texts()).toEqual(["calm"]);
  });
});

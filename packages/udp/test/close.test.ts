import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { at, codeOf, UdpHarness } from "./harness.ts";

const peer = at("10.0.0.2:4000");

describe("a closed port", () => {
  it("receives nothing more, keeps nothing, and says so to whoever sends", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    stack.arrive("late");
    bound.port.close();
    expect(bound.port.receive()).toBeNull();
    expect(stack.arrive("later")).toBe(Verdict.PortUnreachable);
    expect(bound.failures).toEqual([]);
    for (const use of [
      () => bound.port.send(new Uint8Array(0), peer, 0),
      () => bound.port.connect(peer),
      () => bound.port.joinGroup(at("239.1.2.3:1").address, 0),
    ]) {
      expect(codeOf(use)).toBe("EINVAL");
    }
  });
});

describe("a closed layer", () => {
  it("fails every port with ENETDOWN, and drops what arrives without a word", () => {
    const stack = new UdpHarness();
    const [first, second, gone] = [stack.bind({ port: 9 }), stack.bind(), stack.bind()];
    gone.port.close();
    stack.udp.close();
    stack.udp.close();
    expect([first.failures, second.failures, gone.failures]).toEqual([["ENETDOWN"], ["ENETDOWN"], []]);
    expect(first.port.takeError()).toBe("ENETDOWN");
    expect(codeOf(() => first.port.send(new Uint8Array(0), peer, 0))).toBe("ENETDOWN");
    expect(codeOf(() => stack.bind())).toBe("ENETDOWN");
    expect(stack.arrive("x")).toBe(Verdict.Closed);
    expect(stack.ip.sent).toEqual([]);
  });
});

import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { at, UdpHarness } from "./harness.ts";

const ours = ["10.0.0.1/24", "10.0.0.5/24"];
const address = IpAddress.parse("10.0.0.5");

describe("a unicast datagram goes to", () => {
  it("nobody when no port fits: IP answers port unreachable", () => {
    const stack = new UdpHarness({ addresses: ours });
    expect(stack.arrive("x")).toBe(Verdict.PortUnreachable);
    stack.bind({ port: 9, address });
    expect(stack.arrive("x")).toBe(Verdict.PortUnreachable);
    expect(stack.arrive("x", { destinationPort: 0 })).toBe(Verdict.PortUnreachable);
    expect(stack.udp.counters.of(Verdict.PortUnreachable)).toBe(3);
  });

  it("the connected port, then the one bound to the address, then the one bound to all of them", () => {
    const stack = new UdpHarness({ addresses: ours });
    const options = { port: 9, reuse: true };
    const connected = stack.bind({ ...options, address });
    connected.port.connect(at("10.0.0.2:4000"));
    const bound = stack.bind({ ...options, address });
    const wildcard = stack.bind(options);
    stack.arrive("peer", {}, { destination: address });
    stack.arrive("other port", { sourcePort: 4001 }, { destination: address });
    stack.arrive("other host", {}, { destination: address, source: "10.0.0.3" });
    stack.arrive("other address", {}, { destination: "10.0.0.1" });
    expect(connected.texts()).toEqual(["peer"]);
    expect(bound.texts()).toEqual(["other port", "other host"]);
    expect(wildcard.texts()).toEqual(["other address"]);
  });

  it("the one bound last when several fit equally", () => {
    const stack = new UdpHarness();
    const first = stack.bind({ port: 9, reuse: true });
    const second = stack.bind({ port: 9, reuse: true });
    stack.arrive("1");
    second.port.close();
    stack.arrive("2");
    expect([first.texts(), second.texts()]).toEqual([["2"], []]);
  });

  it("nobody when the only port is connected to somebody else", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    bound.port.connect(at("10.0.0.2:4000"));
    expect(stack.arrive("x", { sourcePort: 4001 })).toBe(Verdict.PortUnreachable);
    bound.port.disconnect();
    expect(stack.arrive("x", { sourcePort: 4001 })).toBe(Verdict.Handled);
  });

  it("not to a port of the other family", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9, family: 4 });
    expect(stack.arrive("x")).toBe(Verdict.Handled);
    const six = new UdpHarness({ family: 6 });
    six.bind({ port: 9, family: 6 });
    expect(six.arrive("x")).toBe(Verdict.Handled);
  });
});

describe("a broadcast goes to", () => {
  it.each(["10.0.0.255", "255.255.255.255"])(
    "every port bound to all addresses or to %s itself",
    (destination) => {
      const stack = new UdpHarness();
      const options = { port: 9, reuse: true };
      const [first, second] = [stack.bind(options), stack.bind(options)];
      const itself = stack.bind({ ...options, address: IpAddress.parse(destination) });
      const host = stack.bind({ ...options, address: IpAddress.parse("10.0.0.1") });
      const connected = stack.bind(options);
      connected.port.connect(at("10.0.0.77:1"));
      expect(stack.arrive("all", {}, { destination })).toBe(Verdict.Handled);
      expect([first, second, itself, host, connected].map((bound) => bound.texts())).toEqual([
        ["all"],
        ["all"],
        ["all"],
        [],
        [],
      ]);
    },
  );

  it("nobody, silently, when no port fits (RFC 1122 3.2.2)", () => {
    const stack = new UdpHarness();
    expect(stack.arrive("x", {}, { destination: "10.0.0.255" })).toBe(Verdict.NotForUs);
    expect(stack.arrive("x", {}, { destination: "224.0.0.1" })).toBe(Verdict.NotForUs);
  });

  it("the ports that have room, and is dropped only when none has", () => {
    const stack = new UdpHarness();
    const small = stack.bind({ port: 9, reuse: true, receiveBuffer: 1 });
    const large = stack.bind({ port: 9, reuse: true });
    const how = { destination: "10.0.0.255" };
    for (let count = 0; count < 3; count++) expect(stack.arrive("x", {}, how)).toBe(Verdict.Handled);
    expect([small.port.dropped, large.port.dropped]).toEqual([2, 0]);
    large.port.close();
    expect(stack.arrive("x", {}, how)).toBe(Verdict.QueueFull);
  });
});

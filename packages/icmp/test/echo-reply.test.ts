import { icmpV4EchoReply, icmpV4EchoRequest, icmpV4Message } from "@mnet/conformance";
import { RxChecksum, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { IcmpHarness, pattern } from "./harness.ts";

describe("echo reply (RFC 792, RFC 1122 3.2.2.6)", () => {
  it.each([0, 1, 56, 1472, 1473, 9000, 65507])(
    "returns identifier, sequence number and %i octets of data",
    (size) => {
      const { ip, icmp } = new IcmpHarness();
      const data = pattern(size);
      const request = icmpV4EchoRequest({ identifier: 0xbeef, sequence: 0xffff }, data);
      expect(ip.deliver(1, request, {}, 5)).toBe(Verdict.Handled);
      expect(ip.sent).toHaveLength(1);
      expect(ip.sent[0]!.octets).toEqual(icmpV4EchoReply({ identifier: 0xbeef, sequence: 0xffff }, data));
      expect(ip.sent[0]!.at).toBe(5);
      expect(icmp.sent.of(Verdict.Handled)).toBe(1);
    },
  );

  it("answers from the address that was asked, to the one who asked", () => {
    const { ip } = new IcmpHarness({ addresses: ["10.0.0.1/24", "192.168.7.1/24"] });
    const request = icmpV4EchoRequest({ identifier: 1, sequence: 1 });
    ip.deliver(1, request, { source: "10.0.0.9", destination: "192.168.7.1" }, 0);
    ip.deliver(1, request, { source: "10.0.0.8", destination: "10.0.0.1" }, 0);
    expect(ip.sent.map(({ source, destination }) => [source, destination])).toEqual([
      ["192.168.7.1", "10.0.0.9"],
      ["10.0.0.1", "10.0.0.8"],
    ]);
  });

  it("has IP's own TTL, may be fragmented, and reflects the DSCP but not the ECN field", () => {
    const harness = new IcmpHarness();
    harness.arrive(icmpV4EchoRequest({ identifier: 1, sequence: 1 }), { hopLimit: 3, trafficClass: 0xbb });
    expect(harness.ip.sent[0]).toMatchObject({ hopLimit: 0, trafficClass: 0xb8, dontFragment: "no" });
  });

  it("answers pings to itself over the loopback", () => {
    const harness = new IcmpHarness();
    const request = icmpV4EchoRequest({ identifier: 1, sequence: 1 });
    harness.arrive(request, { source: "127.0.0.1", destination: "127.0.0.1", loopback: true });
    expect(harness.ip.sent[0]).toMatchObject({ source: "127.0.0.1", destination: "127.0.0.1" });
  });

  it("answers reassembled requests, and those with a code", () => {
    const harness = new IcmpHarness();
    harness.arrive(icmpV4EchoRequest({ identifier: 1, sequence: 1 }, pattern(3000)), { reassembled: true });
    harness.arrive(icmpV4Message({ type: 8, code: 5, rest: 0x00010002 }));
    const [first, second] = harness.messages();
    expect(first).toMatchObject({ type: 0, code: 0, checksumValid: true });
    expect(second).toMatchObject({ type: 0, code: 5, checksumValid: true, rest: 0x00010002 });
  });

  it.each([
    ["to a multicast group", { destination: "224.0.0.1" }, Verdict.BadDestination],
    ["to the directed broadcast", { destination: "10.0.0.255" }, Verdict.BadDestination],
    ["to the limited broadcast", { destination: "255.255.255.255" }, Verdict.BadDestination],
    ["in a broadcast frame", { linkCast: "broadcast" }, Verdict.BadDestination],
    ["in a multicast frame", { linkCast: "multicast" }, Verdict.BadDestination],
    ["from 0.0.0.0", { source: "0.0.0.0" }, Verdict.BadSource],
    ["from loopback, but off the wire", { source: "127.0.0.1" }, Verdict.BadSource],
    ["from a group", { source: "224.0.0.1" }, Verdict.BadSource],
    ["from class E", { source: "240.0.0.1" }, Verdict.BadSource],
    ["from our network's broadcast address", { source: "10.0.0.255" }, Verdict.BadSource],
  ] as const)("ignores requests %s", (_, how, verdict) => {
    const harness = new IcmpHarness();
    expect(harness.arrive(icmpV4EchoRequest({ identifier: 1, sequence: 1 }), how)).toBe(verdict);
    expect(harness.ip.sent).toEqual([]);
    expect(harness.icmp.counters.of(verdict)).toBe(1);
  });

  it("verifies the checksum unless the device did", () => {
    const harness = new IcmpHarness();
    const request = icmpV4EchoRequest({ identifier: 1, sequence: 1, checksum: 0x1234 }, pattern(9));
    expect(harness.arrive(request)).toBe(Verdict.BadChecksum);
    expect(harness.ip.sent).toEqual([]);
    expect(harness.arrive(request, { rxChecksum: RxChecksum.Verified })).toBe(Verdict.Handled);
    expect(harness.messages()[0]).toMatchObject({ type: 0, checksumValid: true });
  });

  it("drops what is shorter than its header", () => {
    const harness = new IcmpHarness();
    for (let length = 0; length < 8; length++) {
      expect(harness.arrive(icmpV4EchoRequest({ identifier: 1, sequence: 1 }).subarray(0, length))).toBe(
        Verdict.TooShort,
      );
    }
  });

  it("drops the reply, and counts it, when there is no way back or no room below", () => {
    const harness = new IcmpHarness({ routes: ["10.0.0.0/24"] });
    const request = icmpV4EchoRequest({ identifier: 1, sequence: 1 });
    expect(harness.arrive(request, { source: "192.0.2.1" })).toBe(Verdict.NoRoute);
    harness.ip.refuse = Verdict.DeviceBusy;
    expect(harness.arrive(request)).toBe(Verdict.DeviceBusy);
    expect(harness.icmp.sent.snapshot()).toEqual({ NoRoute: 1, DeviceBusy: 1 });
  });

  it("notices that routes changed between two requests", () => {
    const harness = new IcmpHarness({ gateway: "10.0.0.254" });
    const request = icmpV4EchoRequest({ identifier: 1, sequence: 1 });
    harness.arrive(request, { source: "192.0.2.1" });
    harness.ip.setRoutes(["10.0.0.0/24"]);
    expect(harness.arrive(request, { source: "192.0.2.1" })).toBe(Verdict.NoRoute);
  });
});

describe("echo reply rate", () => {
  const request = icmpV4EchoRequest({ identifier: 1, sequence: 1 });

  it("loses none of a flood ping of 10 000, at once", () => {
    const harness = new IcmpHarness();
    for (let sent = 0; sent < 10_000; sent++) harness.arrive(request);
    expect(harness.icmp.counters.of(Verdict.Handled)).toBe(10_000);
  });

  it("bounds a flood", () => {
    const harness = new IcmpHarness({ parameters: { echoReplyRate: 100, echoReplyBurst: 20 } });
    const answered = (): number => harness.ip.take().length;
    for (let sent = 0; sent < 50; sent++) harness.arrive(request, {}, 1000);
    expect(answered()).toBe(20);
    expect(harness.icmp.counters.of(Verdict.RateLimited)).toBe(30);
    for (let sent = 0; sent < 50; sent++) harness.arrive(request, {}, 1050);
    expect(answered()).toBe(5);
  });
});

import { FakeLink, FakeResolver } from "@mnet/conformance";
import { SeededRandom, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Ipv4Layer, type Ipv4Parameters } from "../src/index.ts";
import { OURS, PEER, pattern, TestHost } from "./support.ts";

describe("an IPv4 layer", () => {
  const make = (link: FakeLink, parameters: Partial<Ipv4Parameters> = {}): Ipv4Layer =>
    new Ipv4Layer({ link, resolver: new FakeResolver({ link }), random: new SeededRandom(1), parameters });

  it("needs a link of 68 octets at least", () => {
    expect(() => make(new FakeLink({ mtu: 67 }))).toThrow(RangeError);
    expect(() => make(new FakeLink({ mtu: 68 }))).not.toThrow();
  });

  it("needs a resolver on Ethernet", () => {
    const random = new SeededRandom(1);
    expect(() => new Ipv4Layer({ link: new FakeLink(), resolver: null, random })).toThrow("resolver");
    expect(() => new Ipv4Layer({ link: new FakeLink({ mac: null }), resolver: null, random })).not.toThrow();
  });

  const wrong: Partial<Ipv4Parameters>[] = [
    { routeCacheSlots: 1000 },
    { reassemblyTimeout: 0 },
    { reassemblyOctets: -1 },
    { reassemblySourceShare: 1.5 },
    { loopbackPackets: 1.5 },
    { pathMtuEntries: Number.POSITIVE_INFINITY },
  ];
  it.each(wrong)("cannot have %o", (parameters) => {
    expect(() => make(new FakeLink(), parameters)).toThrow(Object.keys(parameters)[0]!);
  });

  it("sends the same octets for the same seed and calls", () => {
    const run = (): string => {
      const host = new TestHost({ seed: 42 });
      for (let i = 0; i < 20; i++) host.send(pattern(100 * i), PEER, { trafficClass: i });
      return host.link
        .take()
        .map(({ frame }) => frame.join())
        .join("|");
    };
    expect(run()).toBe(run());
  });

  it("has nothing to do while nothing happens", () => {
    const host = new TestHost();
    host.receive();
    host.send(pattern(8));
    expect(host.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    host.layer.onDeadline(1e9);
    expect(host.layer.counters.snapshot()).toEqual({ Handled: 1 });
  });

  it("tells its numbers", () => {
    const host = new TestHost();
    host.send(pattern(8), OURS);
    expect(host.layer.statistics()).toEqual({
      reassemblyQueues: 0,
      reassemblyOctets: 0,
      reassemblyTimeouts: 0,
      reassemblyEvictions: 0,
      partlySent: 0,
      loopbackQueued: 1,
      pathMtus: 0,
    });
    expect(host.layer.sent.of(Verdict.Queued)).toBe(1);
  });
});

import { sourceLinkAddress, targetLinkAddress } from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OWN, PEER, PEER_MAC } from "./bench.ts";

const address = (host: number): string => `${IpAddress.parse(`fe80::${host.toString(16)}`)}`;
const mac = (host: number): string => `02:00:00:01:${hex(host >> 8)}:${hex(host & 255)}`;
const hex = (octet: number): string => octet.toString(16).padStart(2, "0");

class Crowd extends Bench {
  /** Neighbour `host` asks for us: it is learned, and nothing was sent to it by the IP layer. */
  asks(host: number): void {
    this.ns({ source: address(host), options: [sourceLinkAddress(mac(host))] });
  }

  /** We send to `host`, which answers. */
  meets(host: number): void {
    this.send(address(host));
    this.na({ target: address(host), solicited: true, options: [targetLinkAddress(mac(host))] });
  }

  hosts(): string[] {
    return this.nd.resolver!.table().map((entry) => `${entry.address}`);
  }
}

describe("a full cache (C-S17)", () => {
  it("keeps those that packets are sent to in a scan by 10 000 addresses, and answers all of them", () => {
    const bench = new Crowd();
    const live = Array.from({ length: 100 }, (_, index) => 0x1000 + index);
    for (const host of live) bench.meets(host);
    bench.log();
    for (let host = 0x2000; host < 0x2000 + 10_000; host++) bench.asks(host);
    const hosts = bench.hosts();
    expect(hosts).toHaveLength(1024);
    expect(hosts).toEqual(expect.arrayContaining(live.map(address)));
    const sent = bench.lines();
    expect(sent).toHaveLength(10_000);
    expect(sent.every((line) => line.startsWith(`NA ${OWN}`))).toBe(true);
    // Being asked is no use: nobody of them is probed later.
    bench.advance(60_000);
    expect(bench.lines().filter((line) => line.startsWith("NS")).length).toBeLessThanOrEqual(3 * live.length);
  });

  it("gives up the one used least recently when all are in use", () => {
    const bench = new Crowd({ parameters: { neighborCapacity: 3 } });
    for (const host of [11, 12, 13]) bench.meets(host);
    bench.send(address(11));
    bench.send(address(13));
    bench.meets(14);
    expect(bench.hosts()).toEqual([11, 13, 14].map(address));
  });

  it("forgets what a scan left behind", () => {
    const bench = new Crowd();
    for (let host = 0x2000; host < 0x2100; host++) bench.asks(host);
    bench.advance(600_000);
    expect(bench.hosts()).toEqual([]);
    expect(bench.nd.statistics()).toMatchObject({ neighbors: 0, resolving: 0, heldOctets: 0 });
  });
});

describe("neighbours being resolved (RFC 6583 6.2)", () => {
  it("are 64 at most; one more displaces the oldest, which is remembered for the rate limit", () => {
    const bench = new Crowd();
    for (let host = 100; host < 165; host++) expect(bench.send(address(host))).toBe(Verdict.Queued);
    const states = bench.nd.resolver!.table().map((entry) => entry.state);
    expect(states.filter((state) => state === "incomplete")).toHaveLength(64);
    expect(bench.neighbors()[0]).toBe(`${address(100)} ? displaced`);
    bench.log();
    expect(bench.send(address(100))).toBe(Verdict.NeighborFailed);
    expect(bench.log()).toEqual([]);
    bench.advance(1000);
    expect(bench.send(address(100))).toBe(Verdict.Queued);
  });

  it("never ask for one address more than once a second, whatever the pressure", () => {
    const bench = new Crowd();
    for (let round = 0; round < 30; round++) {
      for (let host = 100; host < 200; host++) bench.send(address(host));
      bench.advance(100);
    }
    const last = new Map<string, number>();
    for (const line of bench.log()) {
      const [at, who] = [Number.parseInt(line, 10), /NS (\S+)/.exec(line)![1]!];
      expect(at - (last.get(who) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1000);
      last.set(who, at);
    }
    expect(last.size).toBe(100);
  });

  it("do not push live neighbours out when we scan the whole prefix", () => {
    const bench = new Crowd();
    for (let host = 500; host < 1000; host++) bench.meets(host);
    for (let host = 2000; host < 4000; host++) {
      bench.send(address(host));
      bench.advance(10);
    }
    const live = Array.from({ length: 500 }, (_, index) => address(500 + index));
    expect(bench.hosts()).toEqual(expect.arrayContaining(live));
    expect(bench.hosts().length).toBeLessThanOrEqual(1024);
  });

  it("take a late answer also after they were displaced", () => {
    const bench = new Crowd({ parameters: { neighborPendingCapacity: 1 } });
    bench.send(PEER, "01");
    bench.send("fe80::9");
    bench.na({ solicited: true });
    expect(bench.neighbors()[0]).toBe(`${PEER} ${PEER_MAC} reachable`);
    expect(bench.send(PEER, "02")).toBe(Verdict.Handled);
    expect(bench.nd.resolver!.held.snapshot()).toEqual({ Queued: 2, QueueFull: 1 });
  });

  it("hold no more octets than they may together, and give the room back", () => {
    const bench = new Crowd({ parameters: { queueOctets: 2 * (14 + 1500) } });
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.send("fe80::9")).toBe(Verdict.NoBuffers);
    bench.na({ solicited: true });
    expect(bench.send("fe80::9")).toBe(Verdict.Queued);
    bench.advance(3000);
    expect(bench.nd.statistics()["heldOctets"]).toBe(0);
  });
});

it("static neighbours have a bound of their own", () => {
  const bench = new Crowd({ parameters: { neighborCapacity: 2 } });
  const add = (host: number): void =>
    bench.nd.resolver!.addStatic(IpAddress.parse(address(host)), bench.link.mac!);
  add(1);
  add(2);
  expect(() => add(3)).toThrow(expect.objectContaining({ code: "ENOBUFS" }));
  bench.meets(4);
  bench.meets(5);
  expect(bench.hosts()).toHaveLength(4);
});

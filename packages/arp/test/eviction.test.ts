import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, PEER, PEER_MAC } from "./support.ts";

const address = (host: number): string => `10.0.${host >> 8}.${host & 255}`;
const mac = (host: number): string => `02:00:00:01:${hex(host >> 8)}:${hex(host & 255)}`;
const hex = (octet: number): string => octet.toString(16).padStart(2, "0");

/** A bench on a /16, and what the neighbours do to it. */
class Crowd extends Bench {
  constructor(parameters: { capacity?: number; pendingCapacity?: number } = {}) {
    super({ own: ["10.0.0.1/16"], parameters });
  }

  /** Neighbour `host` asks for us: it is learned, and nothing was sent to it yet. */
  asks(host: number): void {
    this.receive({ operation: "request", senderAddress: address(host), senderMac: mac(host) });
  }

  /** We send to `host`, which answers. */
  meets(host: number): void {
    this.send(address(host));
    this.receive({ senderAddress: address(host), senderMac: mac(host) });
  }

  hosts(): string[] {
    return this.arp.table().map((entry) => entry.address.toString());
  }
}

describe("a full table (C-A4, A3)", () => {
  it("is never larger than it may be, and keeps those that packets are sent to in a flood of requests", () => {
    const bench = new Crowd();
    const live = Array.from({ length: 100 }, (_, index) => 1000 + index);
    for (const host of live) bench.meets(host);
    for (let host = 2000; host < 7000; host++) bench.asks(host);
    const hosts = bench.hosts();
    expect(hosts).toHaveLength(1024);
    expect(hosts).toEqual(expect.arrayContaining(live.map(address)));
    expect(hosts.at(-1)).toBe(address(6999));
  });

  it("gives up the one used least recently when all are in use", () => {
    const bench = new Crowd({ capacity: 3 });
    for (const host of [11, 12, 13]) bench.meets(host);
    bench.send(address(11));
    bench.send(address(13));
    bench.meets(14);
    expect(bench.hosts()).toEqual([11, 13, 14].map(address));
    bench.meets(15);
    expect(bench.hosts()).toEqual([13, 14, 15].map(address));
  });

  it("gives up learned entries oldest first", () => {
    const bench = new Crowd({ capacity: 3 });
    for (const host of [11, 12, 13, 14]) bench.asks(host);
    expect(bench.hosts()).toEqual([12, 13, 14].map(address));
  });

  it("survives a scan of the whole network: unanswered requests do not push live neighbours out", () => {
    const bench = new Crowd();
    for (let host = 500; host < 1000; host++) bench.meets(host);
    for (let host = 2000; host < 4000; host++) {
      bench.send(address(host));
      bench.advance(10);
    }
    expect(bench.hosts()).toEqual(
      expect.arrayContaining(Array.from({ length: 500 }, (_, index) => address(500 + index))),
    );
    expect(bench.hosts().length).toBeLessThanOrEqual(1024);
  });
});

describe("neighbours being resolved", () => {
  it("are 64 at most; one more gives up the oldest, which is remembered for the rate limit", () => {
    const bench = new Crowd();
    for (let host = 100; host < 164; host++) expect(bench.send(address(host))).toBe(Verdict.Queued);
    expect(bench.send(address(164))).toBe(Verdict.Queued);
    const states = bench.arp.table().map((entry) => entry.state);
    expect(states.filter((state) => state === "incomplete")).toHaveLength(64);
    expect(bench.table()[0]).toBe(`${address(100)} ? failed`);
    bench.log();
    // Asking again at once would break the limit of one request a second.
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
      const [at, who] = [Number.parseInt(line, 10), /who has (\S+),/.exec(line)![1]!];
      expect(at - (last.get(who) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1000);
      last.set(who, at);
    }
    expect(last.size).toBe(100);
  });

  it("take a late answer also after they were given up", () => {
    const bench = new Crowd({ pendingCapacity: 1 });
    bench.send(PEER, "01");
    bench.send("10.0.0.9");
    bench.receive();
    expect(bench.table()[0]).toBe(`${PEER} ${PEER_MAC} reachable`);
    expect(bench.send(PEER, "02")).toBe(Verdict.Handled);
    expect(bench.arp.held.snapshot()).toEqual({ Queued: 2, QueueFull: 1 });
  });
});

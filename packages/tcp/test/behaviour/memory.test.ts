import { NetError, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import type { Application } from "../support/application.ts";
import { TcpHarness } from "../support/harness.ts";
import type { Peer } from "../support/peer.ts";

/** `TcpParameters.memory`: what all connections of a layer hold together, and who pays when it is too much. */

const KIB = 1024;
const memory = { low: 128 * KIB, pressure: 192 * KIB, limit: 256 * KIB, outOfOrder: 96 * KIB };

interface Flow {
  readonly peer: Peer;
  readonly application: Application;
}

/** A layer with little memory, and connections to it as they are wanted. */
function small(): { host: TcpHarness; open: (port: number, window?: number) => Flow; held: () => number } {
  const host = new TcpHarness({ parameters: { memory, timestamps: false } });
  const server = host.listen();
  return {
    host,
    held: () => host.tcp.statistics()["ringOctets"]!,
    open: (port, window = 65_535) => {
      const peer = host.peer({ port, window }).open({ window });
      return { peer, application: server.accept() };
    },
  };
}

const count = (host: TcpHarness, name: string): number => host.tcp.statistics()[name]!;

describe("a connection holds what its octets need", () => {
  it("idle ones hold nothing, one octet the smallest ring, and it goes back", () => {
    const { host, open, held } = small();
    const flows = Array.from({ length: 50 }, (_, i) => open(1000 + i));
    expect(held()).toBe(0);
    const { peer, application } = flows[0]!;
    peer.send({ flags: "A", payload: 1 });
    expect(held()).toBe(4096);
    application.read();
    expect(held()).toBe(0);
    application.write(1);
    expect(held()).toBe(4096);
    peer.send({ flags: "A" });
    expect(held()).toBe(0);
    host.outbox.length = 0;
  });
});

describe("under pressure", () => {
  /** Four connections whose peers take nothing hold 64 KiB each. */
  const pressed = () => {
    const all = small();
    const holders = [1, 2, 3, 4].map((port) => all.open(port, 0));
    for (const { application } of holders.slice(0, 3)) application.write(50_000);
    holders[3]!.application.write(10_000);
    expect(all.held()).toBe(208 * KIB);
    all.host.outbox.length = 0;
    return { ...all, holders };
  };

  it("windows cover four segments at most, but what was offered stays", () => {
    const { host, open, holders } = pressed();
    expect(count(host, "memoryPressures")).toBe(1);
    const { peer, application } = open(10);
    for (let i = 0; i < 45; i++) {
      peer.send({ flags: "A", payload: 1460 });
      application.read();
    }
    host.advance(100);
    // 65535 octets were offered on the SYN-ACK.
    expect(peer.takeAll().at(-1)!.window).toBe(4 * 1460);
    for (const { peer: other } of holders) other.send({ flags: "R", sequence: 1 });
    peer.send({ flags: "A", payload: 1460 });
    application.read();
    peer.send({ flags: "A", payload: 1460 });
    expect(peer.takeAll().at(-1)!.window).toBeGreaterThan(60_000);
  });

  it("send buffers take 16 KiB, and say so", () => {
    const { open } = pressed();
    const { application } = open(10, 0);
    expect(application.connection.writableOctets).toBe(16 * KIB);
    expect(application.write(50_000)).toBe(16 * KIB);
  });

  it("text far out of order is not kept; the gap gets acknowledged all the same", () => {
    const { host, open } = pressed();
    const { peer } = open(10);
    peer.send({ flags: "A", sequence: 20_001, payload: 1000 });
    peer.expect({ flags: "A", acknowledgment: 1 });
    expect(count(host, "outOfOrderDrops")).toBe(1);
    peer.send({ flags: "A", sequence: 10_001, payload: 1000 });
    expect(count(host, "outOfOrderOctets")).toBe(11_000);
  });
});

describe("nobody will read", () => {
  it.each([
    ["shutdownRead", 0],
    ["shutdownRead", 500],
    ["close", 0],
  ] as const)("%s with %i octets readable gives back what is held out of order", (how, readable) => {
    const { host, open, held } = small();
    const { peer, application } = open(1);
    if (readable > 0) peer.send({ flags: "A", payload: readable });
    peer.send({ flags: "A", sequence: 10_001, payload: 1000 });
    peer.send({ flags: "A", sequence: 20_001, payload: 1000 });
    expect(held()).toBeGreaterThan(20_000);
    application[how]();
    expect([held(), count(host, "outOfOrderOctets")]).toEqual([0, 0]);
    // It was not for want of memory.
    expect(count(host, "outOfOrderPrunes")).toBe(0);
  });
});

describe("at the limit", () => {
  it("no more is lent than the limit and the smallest ring for each", () => {
    const { host, open, held } = small();
    const flows: Flow[] = [];
    for (let i = 0; i < 30; i++) {
      if (held() >= memory.limit) break;
      flows.push(open(1 + i, 0));
      flows.at(-1)!.application.write(200_000);
    }
    expect(held()).toBeGreaterThan(memory.pressure);
    expect(held()).toBeLessThanOrEqual(memory.limit + flows.length * 4096);
    host.outbox.length = 0;
  });

  it("SYNs are dropped and connect is refused with ENOBUFS", () => {
    const { host, open, held } = small();
    for (let i = 0; held() < memory.limit; i++) open(1 + i, 0).application.write(200_000);
    host.outbox.length = 0;
    expect(host.peer({ port: 900 }).send({ flags: "S", mss: 1460 })).toBe(Verdict.NoBuffers);
    host.expectNothing();
    expect(() => host.connect()).toThrow(NetError);
    expect(() => host.connect()).toThrow(/ENOBUFS/);
    expect(count(host, "refusedOnMemory")).toBe(3);
  });

  it("who made no progress for longest is reset until there is enough, and the others go on", () => {
    const { host, open, held } = small();
    const reader = open(10);
    const holders = [1, 2, 3, 4].map((port) => {
      host.advance(10);
      return open(port, 0);
    });
    for (const { application } of holders) application.write(65_536);
    expect(held()).toBe(memory.limit);
    host.advance(6000);
    reader.peer.send({ flags: "A", payload: 100 });
    reader.application.read();
    host.outbox.length = 0;
    // What the reader needs now is more than the smallest ring.
    for (let i = 0; i < 5; i++) reader.peer.send({ flags: "A", sequence: 101 + i * 1024, payload: 1024 });
    expect(count(host, "receiveDrops")).toBe(1);
    expect(count(host, "abortedOnMemory")).toBe(2);
    expect(holders.map(({ application }) => application.outcome)).toEqual([
      "ENOBUFS",
      "ENOBUFS",
      undefined,
      undefined,
    ]);
    expect(holders[0]!.peer.takeAll().at(-1)!.flags).toBe("RA");
    // The text that was dropped comes again.
    reader.peer.send({ flags: "A", sequence: 4197, payload: 1024 });
    expect(reader.application.read()).toBe(5 * 1024);
    expect(held()).toBe(128 * KIB);
    host.outbox.length = 0;
  });

  it("nobody is looked for again within a quarter of a second, or when nobody is stalled", () => {
    const { host, open } = small();
    const reader = open(10);
    for (const port of [1, 2, 3, 4]) open(port, 0).application.write(65_536);
    for (let i = 0; i < 50; i++) reader.peer.send({ flags: "A", payload: 1024 });
    expect(count(host, "abortedOnMemory")).toBe(0);
    expect(reader.application.read()).toBe(4096);
    host.outbox.length = 0;
  });
});

describe("text out of order", () => {
  it("of all connections together has a share of its own, gaps included", () => {
    const { host, open } = small();
    for (let i = 0; i < 10; i++) open(1 + i).peer.send({ flags: "A", sequence: 30_001, payload: 100 });
    expect(count(host, "outOfOrderOctets")).toBe(3 * 30_100);
    expect(count(host, "outOfOrderDrops")).toBe(7);
    host.outbox.length = 0;
  });

  it("12 000 islands of one octet: 1024 ranges, and memory no larger than the window", () => {
    const host = new TcpHarness();
    const server = host.listen({ receiveBuffer: 262_144 });
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460, windowScale: 2, sackPermitted: true });
    peer.send({ flags: "A" });
    const application = server.accept();
    peer.send({ flags: "A", sequence: 1, payload: 100 });
    application.read();
    for (let i = 0; i < 12_000; i++) {
      peer.sendInBatch({ flags: "A", sequence: 103 + 2 * i, payload: 1 });
      if (i % 64 === 0) {
        host.flush();
        host.outbox.length = 0;
        host.network.sent.length = 0;
        host.trace.length = 0;
      }
    }
    host.flush();
    host.outbox.length = 0;
    expect(count(host, "outOfOrderSegments")).toBe(1024);
    expect(count(host, "outOfOrderDrops")).toBe(12_000 - 1024);
    expect(count(host, "ringOctets")).toBe(4096);
    // In order it goes on as if nothing had been.
    peer.send({ flags: "A", sequence: 101, payload: 1401 });
    expect(application.read()).toBe(1401);
    host.outbox.length = 0;
  });
});

import { describe, expect, it } from "vitest";
import { exchange } from "../support/exchange.ts";
import { TcpHarness } from "../support/harness.ts";
import type { opened } from "../support/opened.ts";
import { Pair, type PairOptions } from "../support/pair.ts";

/**
 * Sequence numbers wrap at 2^32 and their signed difference changes sign at 2^31 (RFC 9293 3.4, T29). Our initial number follows a clock
 * (RFC 6528), so the time at which a test starts decides it.
 */

const INTO_STREAM = 50_000;
const OCTETS = 150_000;
const wholeStream = {
  octets: OCTETS,
  writes: [20_000],
  reads: [20_000],
  pause: 1,
  readsAfter: 0,
  answers: false,
};
const nothing = { ...wholeStream, octets: 0 };

/** The initial numbers of client and server when everything starts at `start`. */
function initialNumbers(start: number): { client: number; server: number } {
  const numbers = { client: 0, server: 0 };
  const pair: Pair = new Pair({
    start,
    filter: (octets, from) => {
      const synchronises = (octets[13]! & 2) !== 0;
      if (synchronises)
        numbers[from === pair.client ? "client" : "server"] = new DataView(octets.buffer).getUint32(4);
      return true;
    },
  });
  pair.open();
  pair.timeline.advance(10);
  return numbers;
}

/** When to start so that the initial number of `who` is `INTO_STREAM` before `boundary`. */
function startFor(who: "client" | "server", boundary: number): number {
  const missing = (boundary - INTO_STREAM - initialNumbers(0)[who]) >>> 0;
  return missing / 250;
}

describe.each([
  ["2^31", 0x8000_0000],
  ["2^32", 0x1_0000_0000],
])("across %s", (_, boundary) => {
  it.each(["client", "server"] as const)(
    "the %s's stream: whole, and nothing is retransmitted (acceptance test 21)",
    (who) => {
      const start = startFor(who, boundary);
      expect(Math.abs((initialNumbers(start)[who] - (boundary - INTO_STREAM)) | 0)).toBeLessThan(1000);
      const behaviours =
        who === "client" ? ([wholeStream, nothing] as const) : ([nothing, wholeStream] as const);
      const { pair, client, server } = exchange({ start, latency: 10 }, ...behaviours, 600_000);
      expect(client.application.wasRead + server!.application.wasRead).toBe(OCTETS);
      expect(client.application.outcome).toBeNull();
      expect(server!.application.outcome).toBeNull();
      for (const host of [pair.client, pair.server]) {
        expect(host.tcp.statistics()["retransmittedSegments"]).toBe(0);
      }
    },
  );

  it.each([0.02, 0.1])("with a loss of %f both ways", (loss) => {
    const o: PairOptions = {
      start: startFor("client", boundary),
      latency: 10,
      loss,
      reordering: 0.1,
      seed: 1,
    };
    const { server } = exchange(o, wholeStream, nothing, 3_600_000);
    expect(server!.application.wasRead).toBe(OCTETS);
  });

  it("the peer's stream across it, in and out of order", () => {
    for (let before = 0; before <= 2100; before += 300) {
      const { host, peer, application } = open(boundary - before);
      peer.send({ flags: "A", sequence: 1001, payload: 1000 });
      peer.expect({ flags: "A", acknowledgment: 1 });
      peer.send({ flags: "A", sequence: 1, payload: 1000 });
      peer.expect({ flags: "A", acknowledgment: 2001 });
      expect(application.read()).toBe(2000);
      peer.send({ flags: "A", sequence: 1, payload: 1000 });
      peer.expect({ flags: "A", acknowledgment: 2001 });
      peer.send({ flags: "FA", sequence: 2001 });
      peer.expect({ flags: "A", acknowledgment: 2002 });
      expect(application.connection.endOfStream).toBe(true);
      host.expectNothing();
    }
  });
});

describe("comparisons are modulo 2^32", () => {
  it("a window update of the peer counts across its wrap (SND.WL1)", () => {
    const { peer, application } = open(0x1_0000_0000 - 5);
    peer.send({ flags: "PA", payload: 10, window: 1000 });
    peer.takeAll();
    application.write(3000);
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBe(1000);
  });

  it("challenge and reset count across it too", () => {
    const { host, peer, application } = open(0xffff_ffff);
    peer.send({ flags: "R", sequence: 0 });
    host.expectNothing();
    peer.send({ flags: "R", sequence: 2 });
    peer.expect({ flags: "A", acknowledgment: 1 });
    peer.send({ flags: "R", sequence: 1 });
    expect(application.outcome).toBe("ECONNRESET");
  });
});

function open(isn: number): Omit<ReturnType<typeof opened>, "server"> {
  const host = new TcpHarness();
  const server = host.listen();
  const peer = host.peer({ isn: isn >>> 0 }).open({ mss: 1000 });
  return { host, peer, application: server.accept() };
}

import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import type { Opened } from "../support/opened.ts";
import type { Received } from "../support/peer.ts";

/** Explicit congestion notification (RFC 3168). In the flags E is ECE, C is CWR; in the IP header 0 is Not-ECT, 2 ECT(0), 3 CE. */

const CE = { trafficClass: 3 };

/** A connection to our listener, with the flags of the peer's SYN. */
function accepted(ecn: "off" | "passive" | "on", syn: string, sackPermitted = false): Opened {
  const host = new TcpHarness();
  const server = host.listen({ ecn, congestion: "newreno" });
  const peer = host.peer();
  peer.send({ flags: syn, mss: 1000, sackPermitted });
  peer.expect({ flags: ecn !== "off" && syn === "SEC" ? "SAE" : "SA" });
  host.advance(100);
  peer.send({ flags: "A" });
  return { host, peer, server, application: server.accept() };
}

const capable = (sackPermitted = false): Opened => accepted("passive", "SEC", sackPermitted);

/** Traffic class and flags of segments. */
const marks = (segments: readonly Received[]): [number, string][] =>
  segments.map(({ trafficClass, flags }) => [trafficClass, flags]);

describe("negotiation (6.1.1)", () => {
  it.each(["off", "passive", "on"] as const)("a listener with `%s`: an ECN-setup SYN", (ecn) => {
    const { peer, application } = accepted(ecn, "SEC");
    application.write(1000);
    expect(peer.expect({ flags: "A", length: 1000 }).trafficClass).toBe(ecn === "off" ? 0 : 2);
  });

  it.each(["S", "SE", "SC"])("SYN with %s asks for nothing", (syn) => {
    const { peer, application } = accepted("on", syn);
    application.write(1000);
    expect(peer.expect({ flags: "A", length: 1000 }).trafficClass).toBe(0);
  });

  it.each([
    ["on", "SEC"],
    ["passive", "S"],
    ["off", "S"],
  ] as const)("a connection we open with `%s` begins with %s, Not-ECT itself", (ecn, flags) => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40_000 });
    host.connect({ ecn });
    expect(peer.expect({ flags }).trafficClass).toBe(0);
  });

  it.each([
    ["SAE", 2],
    ["SA", 0],
    ["SAEC", 0],
  ])("the answer %s: text goes with %i (both bits are only our own, reflected)", (answer, expected) => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40_000 });
    const application = host.connect({ ecn: "on" });
    peer.expect({ flags: "SEC" });
    peer.send({ flags: answer, mss: 1000 });
    peer.expect({ flags: "A" });
    application.write(1000);
    expect(peer.expect({ length: 1000 }).trafficClass).toBe(expected);
  });

  it("a SYN that nobody answers goes again without (6.1.1.1), and then there is no ECN", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40_000 });
    const application = host.connect({ ecn: "on" });
    peer.expect({ flags: "SEC" });
    host.advance(1000);
    peer.expect({ flags: "S" });
    peer.send({ flags: "SAE", mss: 1000 });
    peer.expect({ flags: "A" });
    application.write(1000);
    expect(peer.expect({ length: 1000 }).trafficClass).toBe(0);
  });

  it("a SYN that comes again without takes it back from the half-open connection", () => {
    const host = new TcpHarness();
    const server = host.listen({ ecn: "passive" });
    const peer = host.peer();
    peer.send({ flags: "SEC", mss: 1000 });
    peer.expect({ flags: "SAE" });
    peer.send({ flags: "S", mss: 1000, sequence: 0 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A", sequence: 1 });
    server.accept().write(1000);
    expect(peer.expect({ length: 1000 }).trafficClass).toBe(0);
  });

  it.each([
    ["on", "SEC", "SAE", 2],
    ["passive", "SEC", "SAE", 2],
    ["off", "SEC", "SA", 0],
    ["on", "S", "SA", 0],
  ] as const)(
    "simultaneous open with `%s`: a crossing %s is answered with %s, text goes with %i",
    (ecn, syn, answer, expected) => {
      const host = new TcpHarness();
      const peer = host.peer({ to: 40_000 });
      const application = host.connect({ ecn });
      peer.take();
      peer.send({ flags: syn, mss: 1000 });
      peer.expect({ flags: answer });
      peer.send({ flags: "A" });
      application.write(1000);
      expect(peer.expect({ length: 1000 }).trafficClass).toBe(expected);
    },
  );

  it("the SYN-ACK keeps its bit when it goes again", () => {
    const host = new TcpHarness();
    host.listen({ ecn: "passive" });
    const peer = host.peer();
    peer.send({ flags: "SEC", mss: 1000 });
    peer.expect({ flags: "SAE" });
    host.advance(1000);
    peer.expect({ flags: "SAE" });
  });
});

describe("what is ECN-capable (6.1.4 to 6.1.6)", () => {
  it("the DSCP stays the application's", () => {
    const host = new TcpHarness();
    const server = host.listen({ ecn: "passive", trafficClass: 0xb8 });
    const peer = host.peer();
    peer.send({ flags: "SEC", mss: 1000 });
    peer.expect({ flags: "SAE" });
    peer.send({ flags: "A" });
    server.accept().write(1000);
    expect(peer.expect({ length: 1000 }).trafficClass).toBe(0xba);
  });

  it("a retransmission is not", () => {
    const { host, peer, application } = capable();
    application.write(1000);
    expect(peer.expect({ length: 1000 }).trafficClass).toBe(2);
    host.advance(400);
    expect(peer.expect({ sequence: 1 }).trafficClass).toBe(0);
  });

  it("a pure acknowledgment is not", () => {
    const { peer } = capable();
    peer.send({ flags: "A", payload: 2000 });
    expect(peer.expect({ flags: "A", length: 0 }).trafficClass).toBe(0);
  });

  it("a window probe is not", () => {
    const { host, peer, application } = capable();
    peer.send({ flags: "A", window: 0 });
    application.write(1000);
    host.advance(400);
    expect(peer.expect({ length: 1 }).trafficClass).toBe(0);
  });

  it("a FIN and a reset are not", () => {
    const { peer, application } = capable();
    application.shutdownWrite();
    expect(peer.expect({ flags: "FA" }).trafficClass).toBe(0);
    application.abort();
    expect(peer.expect({ flags: "RA" }).trafficClass).toBe(0);
  });
});

describe("receiving (6.1.3)", () => {
  it("a mark is answered at once and with ECE until the peer says CWR", () => {
    const { host, peer, application } = capable();
    peer.send({ flags: "A", payload: 100 }, CE);
    peer.expect({ flags: "AE", length: 0 });
    peer.send({ flags: "A", payload: 2000 });
    peer.expect({ flags: "AE", length: 0 });
    application.write(10);
    peer.expect({ flags: "AE", length: 10 });
    peer.send({ flags: "AC", payload: 4000 });
    host.advance(40);
    peer.expect({ flags: "A", length: 0 });
  });

  it("a mark on the segment that says CWR is a new one", () => {
    const { peer } = capable();
    peer.send({ flags: "A", payload: 100 }, CE);
    peer.expect({ flags: "AE" });
    peer.send({ flags: "AC", payload: 100 }, CE);
    peer.expect({ flags: "AE" });
  });

  it("a mark outside the window means nothing (6.1.5)", () => {
    const { peer } = capable();
    peer.send({ flags: "A", payload: 100, sequence: 2 ** 30 }, CE);
    peer.expect({ flags: "A" });
    peer.send({ flags: "A", payload: 2000 });
    peer.expect({ flags: "A" });
  });

  it("without ECN marks mean nothing", () => {
    const { peer } = accepted("off", "SEC");
    peer.send({ flags: "A", payload: 2000 }, CE);
    peer.expect({ flags: "A" });
  });

  it("is counted", () => {
    const { host, peer } = capable();
    peer.send({ flags: "A", payload: 2000 }, CE);
    expect(host.tcp.statistics()["congestionExperienced"]).toBe(1);
  });
});

describe("sending (6.1.2)", () => {
  /** Ten segments are in flight. */
  function sending(): Opened {
    const flow = capable();
    flow.application.write(100_000);
    expect(marks(flow.peer.takeAll())).toEqual(Array(10).fill([2, "A"]));
    return flow;
  }

  const windowOf = ({ host, application }: Opened): number =>
    application.connection.info(host.now).slowStartThreshold;

  it("an echoed mark halves the window like a loss, and nothing is sent again", () => {
    const flow = sending();
    const { host, peer } = flow;
    peer.send({ flags: "AE", acknowledgment: 1001 });
    expect(windowOf(flow)).toBeLessThanOrEqual(5000);
    for (const { sequence } of peer.takeAll()) expect(sequence).toBeGreaterThan(10_000);
    expect(host.tcp.statistics()["retransmittedSegments"]).toBe(0);
  });

  it("once per window: echoes until the end of that window tell of the same congestion", () => {
    const flow = sending();
    const { host, peer } = flow;
    peer.send({ flags: "AE", acknowledgment: 1001 });
    const reduced = windowOf(flow);
    // The segment with CWR begins at 10001: whoever acknowledges up to there has not seen it.
    for (let segment = 2; segment <= 10; segment++) {
      peer.send({ flags: "AE", acknowledgment: 1 + segment * 1000 });
    }
    expect(windowOf(flow)).toBe(reduced);
    expect(host.tcp.statistics()["markedWindows"]).toBe(1);
    const [first, ...others] = peer.takeAll();
    expect(first).toMatchObject({ sequence: 10_001, flags: "AC" });
    peer.send({ flags: "AE", acknowledgment: others.at(-1)!.sequence });
    expect(windowOf(flow)).toBeLessThan(reduced);
    expect(host.tcp.statistics()["markedWindows"]).toBe(2);
  });

  it("nor after a recovery, which has reduced for the same window", () => {
    const flow = capable(true);
    const { host, peer, application } = flow;
    application.write(100_000);
    peer.takeAll();
    for (const right of [2001, 3001, 4001, 5001]) {
      peer.send({ flags: "AE", acknowledgment: 1, sack: [[1001, right]] });
    }
    const reduced = windowOf(flow);
    peer.send({ flags: "AE", acknowledgment: 10_001 });
    expect(windowOf(flow)).toBe(reduced);
    expect(host.tcp.statistics()["markedWindows"]).toBe(0);
  });

  it("nor with nothing outstanding, however often the peer's text repeats it", () => {
    const flow = capable();
    const { host, peer, application } = flow;
    application.write(8000);
    peer.takeAll();
    peer.send({ flags: "AE", acknowledgment: 8001 });
    const reduced = windowOf(flow);
    for (let i = 0; i < 3; i++) peer.send({ flags: "AE", acknowledgment: 8001, payload: 100 });
    expect(windowOf(flow)).toBe(reduced);
    expect(host.tcp.statistics()["markedWindows"]).toBe(1);
  });

  it("the first new text afterwards says CWR, once", () => {
    const { peer } = sending();
    const sent: Received[] = [];
    peer.send({ flags: "AE", acknowledgment: 1001 });
    for (let segment = 2; segment <= 10; segment++) {
      peer.send({ flags: "A", acknowledgment: 1 + segment * 1000 });
      sent.push(...peer.takeAll());
    }
    expect(sent.length).toBeGreaterThan(2);
    expect(marks(sent.slice(0, 1))).toEqual([[2, "AC"]]);
    expect(marks(sent.slice(1))).toEqual(Array(sent.length - 1).fill([2, "A"]));
  });

  describe.each(["cubic", "newreno"] as const)("every segment is marked, with %s", (congestion) => {
    /** A peer answers what has come in 100 ms with an echo. @returns of each flight how long after the answer before it left, and how many segments. */
    function marked(pacing: boolean): { flow: Opened; flights: [number, number][] } {
      const host = new TcpHarness();
      const server = host.listen({ ecn: "passive", noDelay: true, congestion, pacing });
      const peer = host.peer();
      peer.send({ flags: "SEC", mss: 1000 });
      peer.expect({ flags: "SAE" });
      host.advance(100);
      peer.send({ flags: "A" });
      const application = server.accept();
      application.write(60_000);
      const flights: [number, number][] = [];
      let answered = host.now;
      for (let i = 0; i < 60; i++) {
        host.advance(100);
        const text = peer.takeAll().filter(({ length }) => length > 0);
        if (text.length === 0) continue;
        flights.push([text[0]!.at - answered, text.length]);
        peer.send({ flags: "AE", acknowledgment: peer.received });
        answered = host.now;
      }
      return { flow: { host, peer, application, server }, flights };
    }

    it.each([false, true])(
      "one segment per retransmission timeout is left of the window, paced: %s (MUST)",
      (pacing) => {
        const { flow, flights } = marked(pacing);
        const { host, application } = flow;
        const { congestionWindow, retransmissionTimeout } = application.connection.info(host.now);
        expect(congestionWindow).toBe(1000);
        for (const [waited, segments] of flights.slice(-5)) {
          expect(segments).toBe(1);
          // 200 ms and the round trip.
          expect(waited).toBeGreaterThan(240);
          expect(Math.abs(waited - retransmissionTimeout)).toBeLessThan(20);
        }
        const { timeouts, windowProbes, retransmittedSegments } = host.tcp.statistics();
        expect([timeouts, windowProbes, retransmittedSegments]).toEqual([0, 0, 0]);
      },
    );

    it("the window opens again when the marks end", () => {
      const { flow } = marked(false);
      const { host, peer, application } = flow;
      for (let i = 0; i < 20; i++) {
        host.advance(100);
        peer.takeAll();
        peer.send({ flags: "A" });
      }
      expect(application.connection.info(host.now).congestionWindow).toBeGreaterThanOrEqual(3000);
    });
  });

  it("without ECN an echo means nothing", () => {
    const flow = accepted("off", "SEC");
    flow.application.write(100_000);
    flow.peer.takeAll();
    flow.peer.send({ flags: "AE", acknowledgment: 1001 });
    expect(windowOf(flow)).toBe(Number.POSITIVE_INFINITY);
  });
});

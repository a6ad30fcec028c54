import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import { type Opened, opened } from "../support/opened.ts";
import type { Peer, Received } from "../support/peer.ts";

/** With `congestion: "newreno"`: RFC 5681, 6582 (NewReno), 3042 (limited transmit), 3465 (byte counting) and 6928 (IW10), with an MSS of 1000 octets. */

const MSS = 1000;

function sending(octets: number): Opened {
  const flow = opened({ windowScale: 7, connection: { sendBuffer: 1 << 20, congestion: "newreno" } });
  flow.peer.window = 8000;
  flow.peer.send({ flags: "A" });
  flow.application.write(octets);
  return flow;
}

/** First sequence numbers of the segments, in thousands: 0 is the first segment of the stream. */
function numbers(segments: readonly Received[]): number[] {
  return segments.map(({ sequence }) => (sequence - 1) / MSS);
}

/** The peer acknowledges segments up to, not including, number `segment`. */
function acknowledge(peer: Peer, segment: number): number[] {
  peer.send({ flags: "A", acknowledgment: 1 + segment * MSS });
  return numbers(peer.takeAll());
}

describe("initial window (RFC 6928)", () => {
  it.each([
    [1000, 10_000],
    [1460, 14_600],
    [536, 5360],
  ])("MSS %i: %i octets at once", (mss, window) => {
    const { peer, application } = opened({ mss });
    application.write(60_000);
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBe(window);
  });

  it("MSS 8960: max(2 MSS, 14600)", () => {
    const { peer, application } = opened({ mss: 8960, mtu: 9000 });
    application.write(60_000);
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBe(17_920);
  });

  it.each([
    { repeats: 0, segments: 10 },
    { repeats: 1, segments: 10 },
    { repeats: 2, segments: 1 },
  ])(
    "a SYN-ACK repeated $repeats times: $segments segments (RFC 5681 3.1, RFC 6928 2)",
    ({ repeats, segments }) => {
      const host = new TcpHarness();
      const server = host.listen();
      const peer = host.peer();
      peer.send({ flags: "S", mss: MSS });
      peer.expect({ flags: "SA" });
      for (let i = 0; i < repeats; i++) {
        host.advance(1000 * 2 ** i);
        peer.expect({ flags: "SA" });
      }
      peer.send({ flags: "A" });
      server.accept().write(20_000);
      expect(peer.takeAll()).toHaveLength(segments);
    },
  );
});

describe("slow start (RFC 5681 3.1, RFC 3465)", () => {
  it("an ACK of two segments opens the window by two: four go out", () => {
    const { peer } = sending(100_000);
    expect(numbers(peer.takeAll())).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(acknowledge(peer, 2)).toEqual([10, 11, 12, 13]);
    expect(acknowledge(peer, 4)).toEqual([14, 15, 16, 17]);
  });

  it("an ACK of one segment opens it by one", () => {
    const { peer } = sending(100_000);
    peer.takeAll();
    expect(acknowledge(peer, 1)).toEqual([10, 11]);
  });

  it("a stretch ACK opens it by two segments at most (L = 2)", () => {
    const { peer } = sending(100_000);
    peer.takeAll();
    expect(acknowledge(peer, 10)).toHaveLength(12);
  });

  it("an ACK split into ten opens it no further than one (ACK division, Savage 1999)", () => {
    const { peer } = sending(100_000);
    peer.takeAll();
    const sent: Received[] = [];
    for (let part = 1; part <= 10; part++) {
      peer.send({ flags: "A", acknowledgment: 1 + part * 100 });
      sent.push(...peer.takeAll());
    }
    expect(numbers(sent)).toEqual([10, 11]);
  });

  it("a window that is not used does not grow (RFC 5681 4.1 with RFC 7661's reason)", () => {
    const { host, peer, application } = sending(0);
    for (let i = 0; i < 100; i++) {
      application.write(100);
      peer.expect({ length: 100 });
      peer.send({ flags: "A" });
    }
    application.write(200_000);
    expect(peer.takeAll().length).toBeLessThanOrEqual(12);
    host.expectNothing();
  });
});

describe("fast retransmit and fast recovery (RFC 5681 3.2, RFC 6582)", () => {
  /** Segments 0..9 are sent, the first is lost, the others cause duplicate ACKs. */
  function firstLost(duplicates: number): { flow: Opened; sent: number[][] } {
    const flow = sending(100_000);
    flow.peer.takeAll();
    const sent: number[][] = [];
    for (let i = 0; i < duplicates; i++) sent.push(acknowledge(flow.peer, 0));
    return { flow, sent };
  }

  it("limited transmit: each of the first two duplicates sends one new segment (RFC 3042)", () => {
    expect(firstLost(2).sent).toEqual([[10], [11]]);
  });

  it("the third sends the lost segment at once", () => {
    expect(firstLost(3).sent).toEqual([[10], [11], [0]]);
  });

  it("the window is half the flight, without what limited transmit sent; one segment leaves for two that arrive (PRR)", () => {
    // ssthresh 5 against a flight of 10: half of what duplicates tell of is sent until the pipe is 5, then as much as they tell of.
    const { sent } = firstLost(9);
    expect(sent).toEqual([[10], [11], [0], [], [], [12], [], [], [13]]);
  });

  it("a full ACK ends it: the window is ssthresh, and grows by about a segment per round trip (congestion avoidance)", () => {
    const { flow } = firstLost(9);
    const { peer } = flow;
    // 14 segments were sent; the peer has 0..11 now. 12 and 13 are in flight; three (step 3, option 1) or five (option 2) may be.
    expect([1, 3]).toContain(acknowledge(peer, 12).length);
    let acknowledged = 12;
    // Drains to the steady state: every ACK of one segment sends one, and once per window one more.
    const perWindow: number[] = [];
    for (let round = 0; round < 4; round++) {
      const inFlight = (peer.received - 1) / MSS - acknowledged;
      let sent = 0;
      for (let i = 0; i < inFlight; i++) sent += acknowledge(peer, ++acknowledged).length;
      perWindow.push(sent - inFlight);
    }
    for (const extra of perWindow) {
      expect(extra).toBeGreaterThanOrEqual(0);
      expect(extra).toBeLessThanOrEqual(2);
    }
    expect(perWindow.reduce((sum, extra) => sum + extra, 0)).toBeGreaterThanOrEqual(2);
  });

  it("a partial ACK sends the next hole at once, without three more duplicates", () => {
    const { flow } = firstLost(3);
    const { peer } = flow;
    // Segment 4 was lost too: the retransmission of 0 brings the ACK to 4.
    const sent = acknowledge(peer, 4);
    expect(sent[0]).toBe(4);
    // Still in recovery: another partial ACK, another hole.
    expect(acknowledge(peer, 7)[0]).toBe(7);
  });

  it("a segment that goes again does not carry a FIN that the window has no room for", () => {
    const { peer, application } = opened({ window: 5000 });
    application.write(5000);
    application.shutdownWrite();
    expect(peer.takeAll().map(({ flags }) => flags)).toEqual(["A", "A", "A", "A", "A"]);
    // 0 and 4 are lost; the window ends where the text does.
    for (let i = 0; i < 3; i++) peer.send({ flags: "A", acknowledgment: 1, window: 5000 });
    peer.expect({ flags: "A", sequence: 1, length: 1000 });
    peer.send({ flags: "A", acknowledgment: 4001, window: 1000 });
    peer.expect({ flags: "A", sequence: 4001, length: 1000 });
    peer.send({ flags: "A", acknowledgment: 5001, window: 5000 });
    peer.expect({ flags: "FA", sequence: 5001, length: 0 });
  });

  it("one reduction per window of data: losses of the same flight halve once", () => {
    const { flow } = firstLost(9);
    const { peer } = flow;
    acknowledge(peer, 4);
    acknowledge(peer, 7);
    acknowledge(peer, 14);
    expect(flow.application.connection.info(flow.host.now).slowStartThreshold).toBe(5 * MSS);
  });

  it("a lost retransmission is repaired by the timer", () => {
    const { flow } = firstLost(9);
    const { host, peer } = flow;
    peer.takeAll();
    host.advance(1000);
    expect(numbers(peer.takeAll())[0]).toBe(0);
  });

  it.each([
    ["with data", { payload: 10 }],
    ["with another window", { window: 7000 }],
    ["with SYN", { flags: "SA" }],
  ])("what is %s is no duplicate ACK (RFC 5681 2)", (_, change) => {
    const { peer } = sending(10_000);
    expect(peer.takeAll()).toHaveLength(10);
    for (let i = 0; i < 6; i++) {
      const window = "window" in change ? 7000 + i : 8000;
      peer.send({ flags: "A", acknowledgment: 1, ...change, window });
    }
    expect(peer.takeAll().filter(({ length }) => length > 0)).toEqual([]);
  });

  it("duplicates with nothing in flight mean nothing", () => {
    const { host, peer } = sending(0);
    for (let i = 0; i < 10; i++) peer.send({ flags: "A" });
    host.advance(1000);
    host.expectNothing();
  });

  it("two duplicates from reordering do not retransmit", () => {
    const { peer } = sending(10_000);
    peer.takeAll();
    expect(acknowledge(peer, 0)).toEqual([]);
    expect(acknowledge(peer, 0)).toEqual([]);
    expect(acknowledge(peer, 10)).toEqual([]);
  });
});

describe("after a timeout (RFC 5681 3.1 equation 4, acceptance test 17)", () => {
  /** Segments sent in answer to each ACK of one segment after the timeout, starting from a flight of `flight` segments. */
  function recover(flight: number): number[] {
    const { host, peer } = sending(Math.min(flight, 10) * MSS);
    expect(peer.takeAll()).toHaveLength(flight);
    host.advance(301);
    expect(numbers(peer.takeAll())).toEqual([0]);
    return Array.from({ length: flight }, (_, i) => acknowledge(peer, i + 1).length);
  }

  it("slow start up to half the flight: each ACK sends two, beyond it one and one more per window", () => {
    // Flight 10: ssthresh 5 MSS, not 1 and not 2. cwnd 1 -> 2 -> 3 -> 4 -> 5, then congestion avoidance.
    expect(recover(10)).toEqual([2, 2, 2, 2, 1, 0, 0, 0, 0, 0]);
  });

  it("is at least two segments", () => {
    // Flight 2: half of it is 1, ssthresh is 2 MSS.
    expect(recover(2)).toEqual([1, 0]);
  });

  it("repeated timeouts of the same segment do not lower it again (RFC 5681 4.3)", () => {
    const { host, peer } = sending(10 * MSS);
    peer.takeAll();
    host.advance(301);
    expect(numbers(peer.takeAll())).toEqual([0]);
    host.advance(601);
    expect(numbers(peer.takeAll())).toEqual([0]);
    expect(Array.from({ length: 5 }, (_, i) => acknowledge(peer, i + 1).length)).toEqual([2, 2, 2, 2, 1]);
  });

  it("duplicate ACKs of the flight before it do not start fast retransmit (RFC 6582 4.1)", () => {
    const { host, peer } = sending(10 * MSS);
    peer.takeAll();
    host.advance(301);
    expect(numbers(peer.takeAll())).toEqual([0]);
    const sent = Array.from({ length: 5 }, () => acknowledge(peer, 0));
    expect(sent.flat()).not.toContain(0);
  });
});

describe("restart after idle (RFC 5681 4.1)", () => {
  it("a window grown large is the initial window again after an RTO of silence", () => {
    const { host, peer, application } = sending(100_000);
    for (let acknowledged = 0; acknowledged < 100; acknowledged += 2) acknowledge(peer, acknowledged + 2);
    peer.takeAll();
    application.write(100_000);
    const wide = peer.takeAll().length;
    expect(wide).toBeGreaterThan(20);
    for (let acknowledged = 100; acknowledged < 200; acknowledged += 2) acknowledge(peer, acknowledged + 2);
    host.advance(60_000);
    peer.takeAll();
    application.write(100_000);
    expect(peer.takeAll()).toHaveLength(10);
  });
});

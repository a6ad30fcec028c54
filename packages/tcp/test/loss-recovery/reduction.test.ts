import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import type { Opened } from "../support/opened.ts";
import type { PeerSegment } from "../support/peer.ts";

/**
 * What the window is reduced from (RFC 9438 4.6): what was in use of it in the last two round trips, not what happens to be in flight when the
 * loss or the mark is told. The round trip is 100 ms.
 */

const SMSS = 1000;
type Congestion = "cubic" | "newreno";
/** What a reduction leaves. */
const left: Record<Congestion, number> = { cubic: 0.7, newreno: 0.5 };

/** A connection with SACK and ECN to a peer that has acknowledged all of `segments`, with a window grown by that. */
function grown(congestion: Congestion, segments: number): Opened {
  const host = new TcpHarness();
  const server = host.listen({ sendBuffer: 1 << 24, noDelay: true, ecn: "passive", congestion });
  const peer = host.peer({ window: 60_000 });
  peer.send({ flags: "SEC", mss: SMSS, windowScale: 7, sackPermitted: true });
  peer.take();
  host.advance(100);
  peer.send({ flags: "A" });
  const application = server.accept();
  application.write(segments * SMSS);
  while (peer.received < 1 + segments * SMSS) {
    host.advance(100);
    const ends = peer.takeAll().map(({ sequence, length }) => sequence + length);
    for (const acknowledgment of ends) peer.send({ flags: "A", acknowledgment });
  }
  host.advance(100);
  peer.takeAll();
  peer.send({ flags: "A" });
  host.advance(20);
  return { host, peer, application, server };
}

const infoOf = ({ host, application }: Opened) => application.connection.info(host.now);

/** A flight of a whole window, which has arrived at the peer. @returns where its segments begin. */
function wholeWindow({ host, peer, application }: Opened, window: number): number[] {
  application.write(4 * window);
  // The first few acknowledgments clock out what one flush does not send.
  host.advance(1);
  const starts = peer.takeAll().map(({ sequence }) => sequence);
  host.advance(99);
  return starts;
}

describe.each(["cubic", "newreno"] as const)("with %s a loss near the end of a window", (congestion) => {
  it.each(["one by one", "in one batch", "with one acknowledgment"])(
    "leaves the same of it when the peer's acknowledgments come %s",
    (how) => {
      const flow = grown(congestion, 600);
      const { peer, host } = flow;
      const { congestionWindow } = infoOf(flow);
      const starts = wholeWindow(flow, congestionWindow);
      expect(starts.length * SMSS).toBeGreaterThan(0.99 * congestionWindow);
      const lost = Math.floor(0.9 * starts.length);
      const hole = starts[lost]!;
      const end = starts.at(-1)! + SMSS;
      const answers: PeerSegment[] = [{ flags: "A", acknowledgment: hole, sack: [[hole + SMSS, end]] }];
      if (how !== "with one acknowledgment") {
        answers.unshift(
          ...starts.slice(0, lost).map((from) => ({ flags: "A", acknowledgment: from + SMSS })),
        );
      }
      for (const answer of answers) {
        if (how === "one by one") peer.send(answer);
        else peer.sendInBatch(answer);
      }
      host.flush();
      expect(infoOf(flow).slowStartThreshold).toBeGreaterThan(0.99 * left[congestion] * congestionWindow);
    },
  );

  it("told of by a mark in the acknowledgment of all of it", () => {
    const flow = grown(congestion, 600);
    const { congestionWindow } = infoOf(flow);
    const starts = wholeWindow(flow, congestionWindow);
    for (const from of starts.slice(0, -1))
      flow.peer.sendInBatch({ flags: "A", acknowledgment: from + SMSS });
    flow.peer.sendInBatch({ flags: "AE", acknowledgment: starts.at(-1)! + SMSS });
    expect(infoOf(flow).slowStartThreshold).toBeGreaterThan(0.99 * left[congestion] * congestionWindow);
  });
});

describe.each(["cubic", "newreno"] as const)(
  "with %s a tail that its probe repaired (RFC 8985 7.4.2)",
  (congestion) => {
    /** The last of 40 segments is lost and repaired, then `idle` ms later 100 octets are exchanged. */
    function tailLost(idle: number): Opened {
      const flow = grown(congestion, 600);
      const { host, peer, application } = flow;
      application.write(40 * SMSS);
      const end = peer.received;
      peer.takeAll();
      host.advance(100);
      peer.send({ flags: "A", acknowledgment: end - SMSS });
      for (let ms = 0; ms < 1000 && peer.takeAll().length === 0; ms++) host.advance(1);
      host.advance(100);
      peer.send({ flags: "A", acknowledgment: end });
      host.advance(idle);
      application.write(100);
      peer.takeAll();
      host.advance(100);
      peer.send({ flags: "A", acknowledgment: end + 100 });
      expect(host.tcp.statistics()).toMatchObject({ tailLossProbes: 1, timeouts: 0 });
      return flow;
    }

    it("reduces from what was in use when it left, not from the small flight that proves it", () => {
      const flow = tailLost(50);
      const { congestionWindow } = infoOf(flow);
      expect(congestionWindow).toBeGreaterThanOrEqual(left[congestion] * 40 * SMSS);
    });

    it("does so too when a pause comes before the proof, and sending restarts", () => {
      const flow = tailLost(5000);
      const { congestionWindow, slowStartThreshold } = infoOf(flow);
      expect(slowStartThreshold).toBeGreaterThanOrEqual(left[congestion] * 40 * SMSS);
      expect(slowStartThreshold).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(congestionWindow).toBeGreaterThanOrEqual(10 * SMSS);
    });
  },
);

import { describe, expect, it } from "vitest";
import { ProportionalRateReduction } from "../../src/loss/prr.ts";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * Proportional rate reduction (RFC 9937, formerly 6937): how much is sent for each acknowledgment while losses are repaired. The table is of
 * segments of one octet, so that it can be compared with the figures of the RFC's examples.
 */

/** Acknowledgments that deliver one segment each; everything that may be sent is. @returns sndcnt for each. */
function run(
  flight: number,
  threshold: number,
  o: {
    readonly lost?: number;
    readonly safe?: boolean;
    readonly available?: number;
    readonly acknowledgments: number;
  },
): number[] {
  const prr = new ProportionalRateReduction();
  prr.start(flight, 1);
  let pipe = flight - (o.lost ?? 1);
  let available = o.available ?? Number.POSITIVE_INFINITY;
  const sent: number[] = [];
  for (let i = 0; i < o.acknowledgments; i++) {
    pipe--;
    prr.acknowledged(1, pipe, threshold, 1, o.safe ?? false);
    const now = Math.max(0, Math.min(prr.budget, available));
    prr.sent(now);
    available -= now;
    pipe += now;
    sent.push(now);
  }
  return sent;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe("sndcnt", () => {
  it("in proportion: with half the flight as threshold, one leaves for two that arrive", () => {
    expect(run(20, 10, { acknowledgments: 12 })).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it("CUBIC's 0.7: seven leave for ten", () => {
    expect(sum(run(100, 70, { acknowledgments: 90 }))).toBe(63);
  });

  it("the pipe ends at the threshold, whatever the losses", () => {
    for (let lost = 1; lost <= 20; lost++) {
      const sent = run(40, 20, { lost, acknowledgments: 40 - lost, safe: true });
      expect(40 - lost - (40 - lost) + sum(sent)).toBeLessThanOrEqual(20);
    }
  });

  it("conservative below it: as much as is delivered, no more (CRB)", () => {
    // 15 of 20 are lost: the pipe is 5 at once, below the threshold.
    expect(run(20, 10, { lost: 15, acknowledgments: 5 })).toEqual([1, 1, 1, 1, 1]);
  });

  it("one more for each acknowledgment that says recovery goes well (SSRB)", () => {
    expect(run(20, 10, { lost: 15, acknowledgments: 5, safe: true })).toEqual([2, 2, 2, 2, 2]);
  });

  it("catches up what an application had not to send, but not beyond the threshold", () => {
    const prr = new ProportionalRateReduction();
    prr.start(20, 1);
    let pipe = 19;
    for (let i = 0; i < 10; i++) prr.acknowledged(1, --pipe, 10, 1, false);
    // Nine in proportion would have left; the pipe is below the threshold by one.
    expect(prr.budget).toBe(1);
  });

  it("one segment at once, when a timer found the loss", () => {
    const prr = new ProportionalRateReduction();
    prr.start(10, 1);
    expect(prr.budget).toBe(1);
    prr.acknowledged(0, 9, 5, 1, true);
    expect(prr.budget).toBe(1);
  });
});

describe("a connection", () => {
  it("sends a segment for two that arrive, and has half the flight in flight when recovery ends", () => {
    const sender = new Sender();
    sender.write(100);
    sender.wait(100);
    expect(sender.lacking(0, 1, 10)).toEqual([[10], [11], [0], [], [], [12], [], [], [13]]);
    expect(sender.info).toMatchObject({ slowStartThreshold: 5 * SIZE, recovering: true });
    // 0 arrives: 10 to 13 are in flight, and one more goes.
    sender.wait(20);
    expect(sender.acknowledge(10)).toEqual([14]);
    for (let next = 11; next <= 14; next++) expect(sender.acknowledge(next)).toHaveLength(1);
    expect(sender.info).toMatchObject({ congestionWindow: 5 * SIZE, inFlight: 5 * SIZE, recovering: false });
  });

  it("one reduction for everything that was outstanding", () => {
    const sender = new Sender();
    sender.converse(sender.write(60), [0, 3, 7, 8, 11]);
    expect(sender.info.slowStartThreshold).toBe(5 * SIZE);
    expect(sender.statistics("fastRetransmissions")).toEqual([1]);
  });

  it("most of a flight is lost: each of it goes again once, without a timeout", () => {
    const sender = new Sender();
    sender.converse(sender.write(40), [0, 1, 2, 3, 4, 5, 6]);
    expect(sender.info.octetsRetransmitted).toBe(7 * SIZE);
    expect(sender.statistics("timeouts")).toEqual([0]);
  });
});

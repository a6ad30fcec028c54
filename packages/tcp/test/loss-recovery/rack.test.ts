import { describe, expect, it } from "vitest";
import { Sender } from "../support/sender.ts";

/**
 * RACK (RFC 8985): what was sent before something that has been delivered is lost when the reordering window is over. The round trip is 100 ms,
 * so the window is 25 ms (RACK.min_RTT / 4) where there is one.
 */

function flight(segments: number, o: ConstructorParameters<typeof Sender>[0] = {}): Sender {
  const sender = new Sender(o);
  expect(sender.write(segments)).toHaveLength(segments);
  sender.wait(100);
  return sender;
}

/** Milliseconds until something is sent, and what. */
function next(sender: Sender, limit = 1000): [after: number, segments: number[]] {
  for (let after = 1; after <= limit; after++) {
    const segments = sender.wait(1);
    if (segments.length > 0) return [after, segments];
  }
  return [limit, []];
}

describe("the reordering window (6.2, step 4)", () => {
  it("one segment overtaking: what it overtook is lost a quarter of the round trip later", () => {
    const sender = flight(4);
    expect(sender.acknowledge(0, [[1, 2]])).toEqual([]);
    expect(next(sender)).toEqual([25, [0]]);
  });

  it("what comes in time was only late", () => {
    const sender = flight(4);
    sender.acknowledge(0, [[1, 2]]);
    sender.wait(24);
    expect(sender.acknowledge(2)).toEqual([]);
    sender.acknowledge(4);
    expect(sender.wait(1000)).toEqual([]);
    expect(sender.statistics("fastRetransmissions", "tailLossProbes")).toEqual([0, 0]);
  });

  it("three segments overtaking: it is lost at once, as with duplicate acknowledgments", () => {
    const sender = flight(4);
    expect(sender.lacking(0, 1, 4)).toEqual([[], [], [0]]);
  });

  it("small segments count like large ones", () => {
    const sender = new Sender({ noDelay: true });
    for (let i = 0; i < 4; i++) sender.application.write(10);
    sender.segments();
    sender.wait(100);
    for (let i = 1; i <= 3; i++)
      sender.acknowledge(
        0,
        [[0.01, 0.01 * (i + 1)]].map(([a, b]) => [a!, b!] as const),
      );
    expect(sender.info.octetsRetransmitted).toBe(10);
  });

  it("in recovery there is none: what a repetition overtook is lost with the first segment that says so", () => {
    const sender = flight(10);
    expect(sender.lacking(0, 1, 4)).toEqual([[], [], [0]]);
    // 4 is lost as well; 5 tells.
    expect(
      sender.acknowledge(0, [
        [5, 6],
        [1, 4],
      ]),
    ).toEqual([]);
    expect(
      sender.acknowledge(0, [
        [5, 7],
        [1, 4],
      ]),
    ).toEqual([4]);
  });
});

describe("time decides, not the number of what came after (6.2, step 5)", () => {
  it("what was sent at different times is lost at different times", () => {
    const sender = new Sender({ noDelay: true });
    sender.write(1);
    sender.wait(10);
    sender.write(1);
    sender.wait(5);
    sender.write(1);
    sender.wait(100);
    // RACK.rtt is 100: 0 is due 115 + 25 - 15 after it was sent, 1 ten later.
    expect(sender.acknowledge(0, [[2, 3]])).toEqual([]);
    expect(next(sender)).toEqual([10, [0]]);
    // PRR sends one segment for one that arrives: 1, lost ten milliseconds after 0, goes when 0 is acknowledged.
    sender.wait(100);
    expect(sender.acknowledge(1, [[2, 3]])).toEqual([1]);
  });

  it("a repetition that is lost is found by what was sent after it, without a timeout", () => {
    const sender = new Sender();
    const all = sender.converse(sender.write(20), [0, 0, 0]);
    expect(all.filter((segment) => segment === 0)).toHaveLength(3);
    expect(sender.statistics("timeouts", "tailLossProbes")).toEqual([0, 0]);
  });

  it("one segment that comes after them is enough for all that were lost before it", () => {
    const sender = new Sender();
    expect(sender.converse(sender.write(10), [7, 8])).toEqual([7, 8]);
    expect(sender.statistics("timeouts", "tailLossProbes")).toEqual([0, 0]);
  });
});

describe("a path that reorders", () => {
  /** 0 comes after 1 and was never sent again: RACK.reordering_seen. */
  function reordering(): Sender {
    const sender = flight(2);
    sender.acknowledge(0, [[1, 2]]);
    sender.acknowledge(2);
    sender.write(10);
    sender.wait(100);
    return sender;
  }

  it("is given its window however many segments overtake", () => {
    const sender = reordering();
    expect(sender.lacking(2, 3, 9).flat()).toEqual([]);
    expect(next(sender)).toEqual([25, [2]]);
  });

  it("needs no recovery for what is within it", () => {
    const sender = reordering();
    sender.lacking(2, 3, 9);
    sender.wait(24);
    sender.acknowledge(12);
    expect(sender.statistics("fastRetransmissions")).toEqual([0]);
  });
});

describe("repetitions that were not necessary widen the window (6.2, step 4: D-SACK)", () => {
  /** A segment is late by more than the window, sent again, and comes twice. @returns after how long it went again. */
  function late(sender: Sender, from: number): number {
    sender.write(4);
    sender.wait(100);
    sender.acknowledge(from, [[from + 1, from + 2]]);
    const [after, segments] = next(sender, 200);
    expect(segments).toEqual([from]);
    sender.acknowledge(from + 4);
    sender.wait(100);
    sender.acknowledge(from + 4, [[from, from + 1]]);
    sender.wait(1000);
    return after;
  }

  it("by a quarter of the round trip for each, up to the whole", () => {
    const sender = new Sender();
    const waits = Array.from({ length: 6 }, (_, i) => late(sender, 4 * i));
    expect(waits.map((wait) => Math.round(wait / 25))).toEqual([1, 2, 3, 4, 4, 4]);
  });

  it("one that tells of what was never sent twice does not", () => {
    const sender = new Sender();
    sender.write(4);
    sender.wait(100);
    for (let i = 0; i < 10; i++) sender.acknowledge(2, [[0, 1]]);
    sender.acknowledge(2, [[3, 4]]);
    expect(next(sender)).toEqual([25, [2]]);
  });
});

describe("which transmission was delivered (6.2, step 2)", () => {
  it("an acknowledgment sooner than any round trip is of the first one", () => {
    const sender = flight(10);
    expect(sender.lacking(0, 1, 4)).toEqual([[], [], [0]]);
    // 10 ms after the repetition: what was sent with 0 may still arrive.
    sender.wait(10);
    expect(sender.acknowledge(4)).toEqual([]);
    expect(sender.wait(10)).toEqual([]);
  });

  it("the echo of a time before it is of the first one, whatever the round trip", () => {
    const sender = flight(10, { timestamps: true });
    const before = sender.host.now - 100;
    sender.lacking(0, 1, 4);
    sender.wait(120);
    sender.acknowledge(4, [], before);
    expect(sender.info.octetsRetransmitted).toBe(1000);
  });
});

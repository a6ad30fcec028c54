import { describe, expect, it } from "vitest";
import { Sender, SIZE } from "../support/sender.ts";

/** Limited transmit (RFC 3042): the first acknowledgments that tell of something out of order each let one new segment go. */

describe.each([
  ["with SACK", true],
  ["without", false],
])("%s", (_, sack) => {
  /** One acknowledgment for segment 1, 2, ... arriving without segment 0. */
  const without = (sender: Sender, last: number): number[][] =>
    Array.from({ length: last }, (_, i) => sender.acknowledge(0, sack ? [[1, i + 2]] : []));

  it("the first two send one new segment each, the third what is lost", () => {
    const sender = new Sender({ sack });
    sender.write(100);
    sender.wait(100);
    expect(without(sender, 3)).toEqual([[10], [11], [0]]);
  });

  it("without new data they send nothing", () => {
    const sender = new Sender({ sack });
    sender.write(10);
    sender.wait(100);
    expect(without(sender, 2)).toEqual([[], []]);
  });

  it("nor beyond the peer's window", () => {
    const sender = new Sender({ sack });
    sender.peer.window = 78;
    sender.peer.send({ flags: "A", acknowledgment: 1 });
    // 78 << 7 is 9984: nine segments.
    expect(sender.write(100)).toHaveLength(9);
    sender.wait(100);
    expect(without(sender, 2)).toEqual([[], []]);
  });

  it("nor part of a segment, which Nagle's algorithm holds back", () => {
    const sender = new Sender({ sack });
    sender.write(9.5);
    sender.write(0.25);
    sender.wait(100);
    expect(without(sender, 2)).toEqual([[], []]);
  });

  it("the congestion window stays, and what they sent does not count into its half", () => {
    const sender = new Sender({ sack });
    sender.write(100);
    sender.wait(100);
    without(sender, 2);
    expect(sender.info.congestionWindow).toBe(10 * SIZE);
    sender.acknowledge(0, sack ? [[1, 4]] : []);
    expect(sender.info.slowStartThreshold).toBe(5 * SIZE);
  });

  it("it was only reordering: nothing is sent again, and the window grows on", () => {
    const sender = new Sender({ sack });
    sender.write(100);
    sender.wait(100);
    without(sender, 2);
    expect(sender.acknowledge(3).length).toBeGreaterThanOrEqual(3);
    expect(sender.info).toMatchObject({
      octetsRetransmitted: 0,
      slowStartThreshold: Number.POSITIVE_INFINITY,
    });
  });
});

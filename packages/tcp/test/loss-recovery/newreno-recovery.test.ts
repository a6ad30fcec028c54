import { describe, expect, it } from "vitest";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * Fast retransmit and fast recovery for peers without SACK (RFC 5681 3.2, RFC 6582): a duplicate acknowledgment says that a segment arrived, not
 * which. What is sent meanwhile is metered by PRR like everybody's, with a segment delivered for each duplicate.
 */

/** Ten segments, of which 0 is lost, have each caused a duplicate, up to `duplicates` of them. */
function firstLost(duplicates: number, segments = 100): { sender: Sender; sent: number[][] } {
  const sender = new Sender({ sack: false });
  sender.write(segments);
  sender.wait(100);
  const sent: number[][] = [];
  for (let i = 0; i < duplicates; i++) sent.push(sender.acknowledge(0));
  return { sender, sent };
}

describe("fast retransmit", () => {
  it("the third duplicate sends what is missing", () => {
    expect(firstLost(3, 10).sent).toEqual([[], [], [0]]);
  });

  it("two do not, and time does not", () => {
    const { sender, sent } = firstLost(2, 10);
    expect([...sent.flat(), ...sender.wait(100)]).toEqual([]);
  });

  it.each([
    ["text", { payload: 10 }],
    ["another window", { window: 50_000 }],
    ["SYN", { flags: "SA" }],
  ])("an acknowledgment with %s is no duplicate (RFC 5681 2)", (_, change) => {
    const sender = new Sender({ sack: false });
    sender.write(10);
    for (let i = 0; i < 6; i++) {
      const window = "window" in change ? 50_000 + i : sender.peer.window;
      sender.peer.send({ flags: "A", acknowledgment: 1, ...change, window });
    }
    expect(sender.sent()).toEqual([]);
  });

  it("not for what was outstanding at the last recovery: an acknowledgment of all of it and no more has to come first (RFC 6582 3.2, step 2)", () => {
    const { sender } = firstLost(3, 10);
    sender.wait(100);
    sender.acknowledge(10);
    expect(sender.info.recovering).toBe(false);
    expect(sender.write(10)).toEqual([10, 11, 12, 13, 14]);
    for (let i = 0; i < 6; i++) sender.acknowledge(10);
    expect(sender.info).toMatchObject({ recovering: false, octetsRetransmitted: SIZE });
  });
});

describe("partial acknowledgments (3.2, step 3)", () => {
  it("send the next hole at once, without three more duplicates", () => {
    const { sender } = firstLost(9, 10);
    sender.wait(100);
    expect(sender.acknowledge(4)).toEqual([4]);
    sender.wait(100);
    expect(sender.acknowledge(7)).toEqual([7]);
    expect(sender.info.recovering).toBe(true);
    expect(sender.acknowledge(10)).toEqual([]);
    expect(sender.info.recovering).toBe(false);
  });

  it("only the first one restarts the timer: a long series of losses ends with a timeout (4, the impatient variant)", () => {
    const { sender } = firstLost(9, 10);
    for (const next of [2, 4]) {
      sender.wait(100);
      expect(sender.acknowledge(next)).toEqual([next]);
    }
    // RTO is 300: from the first of them, not the second, which was 100 ms later.
    sender.wait(199);
    expect(sender.statistics("timeouts")).toEqual([0]);
    expect(sender.wait(2)).toEqual([4]);
    expect(sender.statistics("timeouts")).toEqual([1]);
  });
});

describe("the window", () => {
  it("is half the flight, and is left to congestion avoidance when all is acknowledged", () => {
    const { sender } = firstLost(9);
    sender.wait(100);
    sender.acknowledge(12);
    expect(sender.info).toMatchObject({ congestionWindow: 5 * SIZE, slowStartThreshold: 5 * SIZE });
  });

  it("forged duplicates do not inflate it beyond what was in flight (RFC 5681 3.2, step 4)", () => {
    const { sender } = firstLost(3);
    let sent = 0;
    for (let i = 0; i < 1000; i++) sent += sender.acknowledge(0).length;
    expect(sent).toBeLessThanOrEqual(10);
  });

  it("is halved once for all losses of one flight", () => {
    const { sender } = firstLost(9);
    for (const next of [3, 5, 8]) {
      sender.wait(60);
      sender.acknowledge(next);
    }
    expect(sender.info.slowStartThreshold).toBe(5 * SIZE);
    expect(sender.statistics("fastRetransmissions")).toEqual([1]);
  });
});

it("any few losses of a long flight are repaired", () => {
  for (const lost of [[3], [3, 4], [2, 9], [11, 12, 13]]) {
    const sender = new Sender({ sack: false });
    const all = sender.converse(sender.write(60), lost);
    for (const segment of lost) expect(all).toContain(segment);
    expect(sender.info.inFlight).toBe(0);
    expect(sender.statistics("timeouts")).toEqual([0]);
  }
});

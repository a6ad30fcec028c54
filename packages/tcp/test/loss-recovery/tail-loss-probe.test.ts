import { describe, expect, it } from "vitest";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * Tail loss probes (RFC 8985 7): the end of a flight has nothing after it that could tell of its loss, so after two round trips of silence
 * something is sent that does. The round trip is 100 ms, the retransmission timeout 300 ms.
 */

/** What is sent while `duration` goes by, with the time since its start. */
function watch(sender: Sender, duration: number): [at: number, segment: number][] {
  const from = sender.host.now;
  sender.host.advance(duration);
  return sender.segments().map(({ at, sequence }) => [Math.round(at - from), (sequence - 1) / SIZE]);
}

describe("when (7.2)", () => {
  it("two round trips, and two milliseconds for timers, after the last new segment", () => {
    const sender = new Sender({ noDelay: true });
    sender.write(2);
    sender.wait(50);
    sender.write(1);
    expect(watch(sender, 203)).toEqual([[202, 2]]);
  });

  it("a FIN is a tail like any other: the timer starts anew when it leaves", () => {
    const sender = new Sender();
    sender.write(4);
    sender.wait(50);
    sender.application.shutdownWrite();
    sender.segments();
    expect(watch(sender, 203).map(([at]) => at)).toEqual([202]);
  });

  it("and after the last acknowledgment of something new", () => {
    const sender = new Sender();
    sender.write(4);
    sender.wait(150);
    sender.acknowledge(1);
    // SRTT = 7/8 100 + 1/8 150.
    expect(watch(sender, 230)).toEqual([[215, 3]]);
  });

  it("200 ms later when the peer may be holding its acknowledgment back: less than two full segments. Here the timeout is earlier", () => {
    const sender = new Sender();
    sender.write(1);
    expect(watch(sender, 310)).toEqual([[300, 0]]);
    expect(sender.statistics("tailLossProbes", "timeouts")).toEqual([1, 0]);
  });

  it("never later than the retransmission timer, which counts anew from the probe (7.3)", () => {
    const sender = new Sender({ parameters: { minimumTimeout: 900 } });
    sender.write(4);
    expect(watch(sender, 3500)).toEqual([
      [202, 3],
      [606, 3],
      [1202, 0],
      [3202, 0],
    ]);
  });

  it("unanswered, again after twice the time where that is before the retransmission timer, as in QUIC", () => {
    const sender = new Sender({ parameters: { minimumTimeout: 3000 } });
    sender.write(4);
    expect(watch(sender, 3100)).toEqual([
      [202, 3],
      [606, 3],
      [1414, 3],
      [3030, 3],
    ]);
  });

  it("while recovering too: a retransmission that is lost does not have to wait for the timer", () => {
    const sender = new Sender({ parameters: { minimumTimeout: 3000 } });
    sender.write(5);
    sender.wait(100);
    // 0 is lost, and so is its retransmission; the probe provokes an acknowledgment that shows it (RACK).
    expect(sender.lacking(0, 1, 4).flat()).toEqual([0]);
    expect(watch(sender, 302)).toEqual([[202, 4]]);
    expect(sender.acknowledge(0, [[1, 5]])).toEqual([0]);
    expect(sender.statistics("timeouts")).toEqual([0]);
  });
});

describe("the timer", () => {
  it("runs on when only selective acknowledgments come while recovering: what flies needs one", () => {
    const sender = new Sender({ parameters: { minimumTimeout: 3000 } });
    sender.write(10);
    sender.wait(100);
    expect(sender.lacking(0, 1, 4).flat()).toContain(0);
    sender.wait(50);
    // Nothing can be sent for it, and RACK waits for nothing.
    sender.acknowledge(0, [[1, 6]]);
    expect(watch(sender, 230).length).toBeGreaterThan(0);
    expect(sender.statistics("timeouts")).toEqual([0]);
  });
});

describe("not", () => {
  it("without SACK: there is nothing that could tell", () => {
    const sender = new Sender({ sack: false });
    sender.write(4);
    expect(watch(sender, 301)).toEqual([[300, 0]]);
  });

  it("when the layer is told so", () => {
    const sender = new Sender({ parameters: { tailLossProbe: false } });
    sender.write(4);
    expect(watch(sender, 301)).toEqual([[300, 0]]);
  });

  it("while something is known to be out of order: the reordering window will tell", () => {
    const sender = new Sender();
    sender.write(4);
    sender.wait(100);
    sender.acknowledge(0, [[1, 2]]);
    expect(watch(sender, 30)).toEqual([[25, 0]]);
    expect(sender.statistics("tailLossProbes")).toEqual([0]);
  });

  it("twice in a row", () => {
    const sender = new Sender();
    sender.write(4);
    expect(watch(sender, 500)).toEqual([[202, 3]]);
    expect(watch(sender, 10)).toEqual([[2, 0]]);
    expect(sender.statistics("tailLossProbes", "timeouts")).toEqual([1, 1]);
  });

  it("when everything is acknowledged", () => {
    const sender = new Sender();
    sender.write(4);
    sender.wait(100);
    sender.acknowledge(4);
    expect(watch(sender, 10_000)).toEqual([]);
  });
});

describe("what (7.3)", () => {
  it("new data, even where the congestion window is full", () => {
    const sender = new Sender();
    expect(sender.write(20)).toHaveLength(10);
    expect(watch(sender, 203)).toEqual([[202, 10]]);
  });

  it("even where Nagle's algorithm would wait", () => {
    const sender = new Sender();
    sender.write(2.5);
    expect(watch(sender, 203)).toEqual([[202, 2]]);
  });

  it("but not beyond the peer's window: then the last segment again", () => {
    const sender = new Sender();
    sender.peer.window = 40;
    sender.peer.send({ flags: "A", acknowledgment: 1 });
    expect(sender.write(20)).toEqual([0, 1, 2, 3, 4]);
    const probe = watch(sender, 203);
    // 40 << 7 is 5120 octets: 120 of new data fit.
    expect(probe).toEqual([[202, 5]]);
    expect(sender.info.octetsSent).toBe(5120);
  });

  it("the last segment of a large one", () => {
    const sender = new Sender({ offload: 65_000 });
    sender.write(4);
    expect(watch(sender, 203).map(([at]) => at)).toEqual([202]);
    expect(sender.info.octetsRetransmitted).toBe(SIZE);
  });

  it("the FIN with the text before it", () => {
    const sender = new Sender();
    sender.application.writeInTurn(3 * SIZE);
    sender.application.shutdownWrite();
    sender.segments();
    sender.host.advance(203);
    expect(sender.segments()).toMatchObject([{ flags: "FA", sequence: 2001, length: SIZE }]);
  });
});

describe("what its acknowledgment tells", () => {
  it("a lost tail is repaired in a round trip: RACK sees the probe arrive and what was sent before it missing", () => {
    const sender = new Sender();
    const begin = sender.host.now;
    expect(sender.converse(sender.write(10), [8, 9])).toEqual([9, 8]);
    expect(sender.statistics("timeouts", "tailLossProbes")).toEqual([0, 1]);
    // Acknowledged up to 8 at 100; the probe leaves at 302 and is answered at 402; with one segment only overtaking, 8 goes in recovery.
    expect(sender.host.now - begin).toBeLessThan(10_000 + 700);
  });

  it("one lost segment that the probe itself repaired is congestion all the same (7.4.2)", () => {
    const sender = new Sender();
    sender.converse(sender.write(10), [9]);
    sender.write(1);
    sender.wait(100);
    sender.acknowledge(11);
    expect(sender.info.slowStartThreshold).toBeLessThan(10 * SIZE);
    expect(sender.statistics("fastRetransmissions", "timeouts")).toEqual([0, 0]);
  });

  it("nothing, when the peer had both: D-SACK", () => {
    const sender = new Sender();
    sender.write(4);
    sender.wait(210);
    sender.acknowledge(4);
    sender.acknowledge(4, [[3, 4]]);
    sender.write(2);
    sender.acknowledge(6);
    expect(sender.info.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  it("nothing, when the peer had both and knows no D-SACK: a second acknowledgment without blocks", () => {
    const sender = new Sender();
    sender.write(4);
    sender.wait(210);
    sender.acknowledge(4);
    sender.write(2);
    sender.peer.send({ flags: "A", acknowledgment: 1 + 4 * SIZE });
    sender.acknowledge(6);
    expect(sender.info.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  it("nothing, when that second one comes with nothing outstanding", () => {
    const sender = new Sender();
    sender.write(10);
    expect(sender.wait(215)).toEqual([9]);
    sender.acknowledge(10);
    const { congestionWindow } = sender.info;
    sender.acknowledge(10);
    sender.write(2);
    sender.acknowledge(12);
    expect(sender.info.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
    expect(sender.info.congestionWindow).toBeGreaterThanOrEqual(congestionWindow);
  });

  it.each([
    ["text", { flags: "A", payload: 100 }],
    ["another window", { flags: "A", window: 50_000 }],
  ])("but with %s of the peer's it is no such second acknowledgment", (_, segment) => {
    const sender = new Sender();
    sender.write(10);
    expect(sender.wait(215)).toEqual([9]);
    sender.acknowledge(10);
    sender.peer.send(segment);
    sender.write(2);
    sender.acknowledge(12);
    expect(sender.info.slowStartThreshold).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it("nothing, when it was new data", () => {
    const sender = new Sender();
    sender.write(20);
    sender.wait(203);
    sender.acknowledge(11);
    sender.acknowledge(13);
    expect(sender.info.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });
});

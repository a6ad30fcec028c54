import { describe, expect, it } from "vitest";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * Nothing was lost after all: an acknowledgment was late, or the path reordered more than we thought. What tells it, and that window and
 * threshold are then as before: Eifel (RFC 3522 and 4015) where there are timestamps, F-RTO (RFC 5682) after a timeout, D-SACK (RFC 2883,
 * 3708) otherwise. Ten segments, 0 to 9, are in flight; cwnd is 10.
 */

function flight(o: ConstructorParameters<typeof Sender>[0] = {}, segments = 10): Sender {
  const sender = new Sender({ parameters: { tailLossProbe: false }, ...o });
  sender.write(segments);
  return sender;
}

const restored = { slowStartThreshold: Number.POSITIVE_INFINITY, recovering: false };

describe("Eifel: the acknowledgment echoes a time before the repetition", () => {
  it("of a timeout", () => {
    const sender = flight({ timestamps: true });
    const sentAt = sender.host.now;
    expect(sender.wait(301)).toEqual([0]);
    expect(sender.info.congestionWindow).toBe(SIZE);
    // Everything was only late by 300 ms.
    sender.acknowledge(2, [], sentAt);
    expect(sender.info).toMatchObject(restored);
    expect(sender.info.congestionWindow).toBeGreaterThanOrEqual(10 * SIZE);
    expect(sender.statistics("undoneReductions", "retransmittedSegments")).toEqual([1, 1]);
  });

  it("of a fast retransmission", () => {
    const sender = flight({ timestamps: true });
    const sentAt = sender.host.now;
    sender.wait(100);
    sender.lacking(0, 1, 5);
    expect(sender.info).toMatchObject({ recovering: true, slowStartThreshold: 5 * SIZE });
    sender.wait(50);
    sender.acknowledge(5, [], sentAt);
    expect(sender.info).toMatchObject(restored);
  });

  it("the time of the repetition, or a later one, says that it was necessary", () => {
    const sender = flight({ timestamps: true });
    sender.wait(301);
    const resentAt = sender.host.now;
    sender.wait(100);
    sender.acknowledge(1, [], resentAt);
    expect(sender.info.recovering).toBe(true);
    expect(sender.statistics("undoneReductions")).toEqual([0]);
  });

  it("nothing goes again that was not sent again yet", () => {
    const sender = flight({ timestamps: true });
    const sentAt = sender.host.now;
    sender.wait(301);
    sender.acknowledge(2, [], sentAt);
    sender.acknowledge(4, [], sentAt);
    sender.acknowledge(10, [], sentAt);
    expect(sender.wait(5000)).toEqual([]);
    expect(sender.info.octetsRetransmitted).toBe(SIZE);
  });

  it("the timeout grows with the round trip it has seen", () => {
    const sender = flight({ timestamps: true });
    const sentAt = sender.host.now;
    sender.wait(301);
    sender.acknowledge(1, [], sentAt);
    // 301 ms were measured: SRTT 125, RTTVAR 87.
    expect(sender.info.retransmissionTimeout).toBeGreaterThan(400);
    expect(sender.info.roundTrip).toBeGreaterThan(100);
  });
});

describe.each([
  ["with SACK (RFC 5682 3)", true],
  ["without (RFC 5682 2)", false],
])("F-RTO %s", (_, sack) => {
  it("step 2: the first acknowledgment lets two new segments go in place of what seems lost", () => {
    const sender = flight({ sack });
    sender.write(10);
    expect(sender.wait(301)).toEqual([0]);
    expect(sender.acknowledge(1)).toEqual([10, 11]);
  });

  it("step 3: the second one is of what was sent before the timeout: it was spurious", () => {
    const sender = flight({ sack });
    sender.write(10);
    sender.wait(301);
    sender.acknowledge(1);
    sender.acknowledge(2);
    expect(sender.info).toMatchObject(restored);
    expect(sender.info.congestionWindow).toBeGreaterThanOrEqual(10 * SIZE);
    expect(sender.statistics("undoneReductions")).toEqual([1]);
    for (let next = 3; next <= 20; next++) sender.acknowledge(next);
    expect(sender.info.octetsRetransmitted).toBe(SIZE);
  });

  it("step 3: the second one moves nothing: it was not, and what is lost goes now", () => {
    const sender = flight({ sack });
    sender.write(10);
    sender.wait(301);
    expect(sender.acknowledge(1)).toEqual([10, 11]);
    expect(sender.acknowledge(1, sack ? [[10, 11]] : [])[0]).toBe(1);
    expect(sender.info.slowStartThreshold).toBe(5 * SIZE);
  });

  it("without new data what is lost goes on", () => {
    const sender = flight({ sack });
    sender.wait(301);
    expect(sender.acknowledge(1)).toEqual([1, 2]);
  });

  it("new data that the peer's window has no room for is none: what is lost goes on (step 2b)", () => {
    const sender = flight({ sack });
    // The window ends where the ten segments do.
    sender.peer.window = Math.floor((10 * SIZE) / 128);
    sender.acknowledge(0);
    sender.write(10);
    expect(sender.wait(301)).toEqual([0]);
    sender.peer.window = Math.floor((9 * SIZE) / 128);
    expect(sender.acknowledge(1)).toEqual([1, 2]);
    expect(sender.info.slowStartThreshold).toBe(5 * SIZE);
    expect(sender.statistics("timeouts")).toEqual([1]);
  });

  it("nor is new data that the Nagle algorithm holds back (step 2b)", () => {
    const sender = flight({ sack }, 9.5);
    sender.application.write(SIZE / 4);
    expect(sender.wait(301)).toEqual([0]);
    expect(sender.acknowledge(1)).toEqual([1, 2]);
  });

  it("an acknowledgment of everything proves nothing: the repetition may have been what was missing", () => {
    const sender = flight({ sack });
    sender.write(10);
    sender.wait(301);
    sender.acknowledge(10);
    expect(sender.info).toMatchObject({ slowStartThreshold: 5 * SIZE, recovering: false });
  });

  it("a timeout in the middle of a recovery: its reduction was for a loss, and stays", () => {
    const sender = flight({ sack });
    sender.write(10);
    sender.wait(100);
    for (let to = 2; to <= 4; to++) sender.acknowledge(0, sack ? [[1, to]] : []);
    const { slowStartThreshold } = sender.info;
    sender.wait(400);
    expect(sender.statistics("timeouts")[0]).toBeGreaterThan(0);
    sender.acknowledge(1);
    sender.acknowledge(2);
    expect(sender.info.slowStartThreshold).toBe(slowStartThreshold);
    expect(sender.statistics("undoneReductions")).toEqual([0]);
  });
});

describe("F-RTO by selective acknowledgments alone", () => {
  it("what was sent before the timeout arrives after it, out of order: RACK goes on from there", () => {
    const sender = flight();
    sender.write(10);
    sender.wait(301);
    sender.acknowledge(0, [[1, 2]]);
    expect(sender.info.congestionWindow).toBe(10 * SIZE);
    expect(sender.statistics("undoneReductions")).toEqual([1]);
  });
});

describe("D-SACK: all that was sent again came twice", () => {
  it("after a fast retransmission", () => {
    const sender = flight();
    sender.wait(100);
    sender.lacking(0, 1, 4);
    sender.wait(20);
    sender.acknowledge(10);
    expect(sender.info).toMatchObject({ congestionWindow: 5 * SIZE, slowStartThreshold: 5 * SIZE });
    sender.wait(80);
    sender.acknowledge(10, [[0, 1]]);
    expect(sender.info).toMatchObject({ congestionWindow: 10 * SIZE, ...restored });
  });

  it("not before all of it did", () => {
    const sender = flight();
    sender.wait(100);
    expect(sender.acknowledge(0, [[2, 6]])).toEqual([0]);
    expect(sender.acknowledge(0, [[2, 8]])).toEqual([1]);
    sender.acknowledge(8);
    sender.acknowledge(8, [[0, 1]]);
    expect(sender.info.slowStartThreshold).toBe(5 * SIZE);
    sender.acknowledge(8, [[1, 2]]);
    expect(sender.info.slowStartThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ["of what was never sent again", [[7, 8]]],
    ["of a time before the reduction", [[-3, -2]]],
    ["beyond what we sent", [[90, 91]]],
  ] as [string, [number, number][]][])("one %s proves nothing", (_, blocks) => {
    const sender = flight({}, 20);
    sender.wait(100);
    sender.lacking(0, 1, 4);
    sender.acknowledge(10);
    for (let i = 0; i < 3; i++) sender.acknowledge(10, blocks);
    expect(sender.info.slowStartThreshold).toBe(5 * SIZE);
  });

  it("within the second block, too (RFC 2883 4.1.2)", () => {
    const sender = flight();
    sender.wait(100);
    // 0 and 3 are late; 3 comes twice while 0 is missing still.
    expect(
      sender.acknowledge(0, [
        [4, 7],
        [1, 3],
      ]),
    ).toEqual([0, 3]);
    sender.acknowledge(0, [[1, 7]]);
    sender.acknowledge(0, [
      [3, 4],
      [1, 7],
    ]);
    sender.acknowledge(7);
    sender.acknowledge(7, [[0, 1]]);
    expect(sender.info).toMatchObject(restored);
  });
});

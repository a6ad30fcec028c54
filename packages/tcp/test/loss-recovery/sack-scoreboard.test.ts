import { describe, expect, it } from "vitest";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * The sender's side of selective acknowledgments (RFC 2018 8, RFC 6675): what it remembers of the peer's blocks, and what it sends for it. Ten
 * segments are in flight, 0 to 9; `[a, b]` is a block of the segments from a up to, not including, b.
 */

function flight(o: ConstructorParameters<typeof Sender>[0] = {}): Sender {
  const sender = new Sender(o);
  expect(sender.write(10)).toHaveLength(o.offload === undefined ? 10 : 1);
  sender.wait(100);
  return sender;
}

describe("what is sent again", () => {
  it.each([[[0]], [[0, 3, 5]], [[4]], [[0, 1, 2]], [[0, 2, 4, 6, 8]], [[6, 0, 1, 5]]])(
    "%j of ten segments are lost: they, in their order, and nothing else",
    (lost) => {
      const sender = new Sender();
      const again = sender.converse(sender.write(10), lost);
      expect(again).toEqual(lost.sort((a, b) => a - b));
      expect(sender.statistics("timeouts")).toEqual([0]);
    },
  );

  it("is learned from one acknowledgment, whatever order its blocks are in", () => {
    const one: [number, number][] = [
      [1, 3],
      [4, 5],
      [6, 10],
    ];
    for (const blocks of [one, one.toReversed()]) {
      const sender = flight();
      expect(sender.acknowledge(0, blocks)).toEqual([0, 3, 5]);
    }
  });

  it("blocks that grow over each other become one", () => {
    const sender = flight();
    for (const block of [
      [4, 5],
      [7, 8],
      [5, 7],
      [1, 9],
    ] as const)
      sender.acknowledge(0, [block]);
    sender.wait(100);
    expect(sender.acknowledge(9)).toEqual([]);
    expect(sender.info.octetsRetransmitted).toBe(SIZE);
  });
});

describe("blocks that are not believed", () => {
  it.each([
    ["beyond SND.NXT", [[2, 11]]],
    ["backwards", [[9, 2]]],
    ["empty", [[4, 4]]],
    ["far below SND.UNA", [[-3_000_000, -2_000_000]]],
    ["half the sequence space away", [[-2_000_000, 2_000_000]]],
  ] as [string, [number, number][]][])("%s", (_, blocks) => {
    const sender = flight();
    for (let i = 0; i < 5; i++) expect(sender.acknowledge(0, blocks)).toEqual([]);
    expect(sender.wait(90)).toEqual([]);
  });

  it("parts of segments: a block counts from the first whole segment to the last", () => {
    const sender = flight();
    // Segment 3 lacks its last octets, segment 4 its first.
    expect(
      sender.acknowledge(0, [
        [1, 3.5],
        [4.5, 10],
      ]),
    ).toEqual([0, 3, 4]);
  });

  it("what is below SND.UNA of a block that comes late", () => {
    const sender = flight();
    sender.acknowledge(4);
    expect(
      sender.acknowledge(4, [
        [2, 3],
        [5, 8],
      ]),
    ).toEqual([4]);
    // An acknowledgment from before: the block that it repeats reaches over SND.UNA.
    expect(
      sender.acknowledge(1, [
        [3, 4],
        [5, 9],
      ]),
    ).toEqual([]);
  });

  it("without SACK permitted by both", () => {
    const sender = flight({ sack: false });
    expect(sender.acknowledge(0, [[1, 10]])).toEqual([]);
    expect(sender.wait(150)).toEqual([]);
  });
});

describe("large segments (offload)", () => {
  it("are cut where blocks begin and end; what is lost of them goes again in ordinary ones", () => {
    const sender = flight({ offload: 65_000 });
    expect(
      sender.acknowledge(0, [
        [3, 5],
        [6, 10],
      ]),
    ).toEqual([0, 1, 2, 5]);
    expect(sender.info.octetsRetransmitted).toBe(4 * SIZE);
  });

  it("blocks count by their segments", () => {
    const sender = flight({ offload: 65_000 });
    // One octet into segment 1, one octet short of segment 9.
    expect(sender.acknowledge(0, [[1.001, 8.999]])).toEqual([0, 1]);
  });
});

describe("the end of the stream", () => {
  it("a FIN that was lost alone goes alone", () => {
    const sender = new Sender();
    sender.application.write(3 * SIZE);
    sender.application.shutdownWrite();
    expect(sender.segments().map(({ flags }) => flags)).toEqual(["A", "A", "A", "FA"]);
    sender.wait(100);
    sender.acknowledge(3);
    const probe = (): string[] => sender.segments().map(({ flags, sequence }) => `${flags} ${sequence}`);
    sender.host.advance(600);
    expect(probe()).toContain("FA 3001");
  });

  it("the last text and the FIN go together when both are lost", () => {
    const sender = new Sender({ noDelay: true });
    sender.application.writeInTurn(3500);
    sender.application.shutdownWrite();
    expect(sender.segments().map(({ flags }) => flags)).toEqual(["A", "A", "A", "FA"]);
    sender.wait(100);
    // The tail loss probe brings them again.
    sender.acknowledge(3);
    sender.host.advance(600);
    expect(sender.segments()[0]).toMatchObject({ flags: "FA", sequence: 3001, length: 500 });
  });
});

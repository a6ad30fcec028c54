import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { type OpenedOptions, opened } from "../support/opened.ts";
import type { PeerSegment } from "../support/peer.ts";

/** What a record in TIME-WAIT lets in: RFC 6191 with timestamps, RFC 9293 MAY-2 without, RFC 5961 and RFC 1337 for the rest. */

/** A connection that we closed first; RCV.NXT is 2, SND.NXT is 2, TS.Recent 1000 where there are timestamps. */
function waiting(o: OpenedOptions & { stamps?: boolean } = {}) {
  const { stamps = true, ...rest } = o;
  const { host, peer, application, server } = opened(stamps ? { timestamp: 1000, ...rest } : rest);
  const stamp = (value: number): Partial<PeerSegment> => (stamps ? { timestamps: { value, echo: 0 } } : {});
  application.shutdownWrite();
  peer.expect({ flags: "FA", sequence: 1 });
  peer.send({ flags: "FA", acknowledgment: 2, ...stamp(rest.timestamp ?? 1000) });
  peer.expect({ flags: "A", acknowledgment: 2 });
  expect(host.tcp.timeWaitCount).toBe(1);
  return { host, peer, server, stamp };
}

describe("a SYN (RFC 6191 2)", () => {
  it("with a later timestamp opens a new connection, whatever its sequence number", () => {
    const { host, peer, stamp } = waiting();
    peer.send({ flags: "S", sequence: -5000, mss: 1000, ...stamp(1001) });
    peer.expect({ flags: "SA" });
    expect(host.tcp.timeWaitCount).toBe(0);
    expect(host.tcp.statistics()["timeWaitReuses"]).toBe(1);
  });

  it("with the same timestamp needs a sequence number beyond the old ones", () => {
    const { host, peer, stamp } = waiting();
    peer.send({ flags: "S", sequence: 1, mss: 1000, ...stamp(1000) });
    peer.expect({ flags: "A", acknowledgment: 2 });
    peer.send({ flags: "S", sequence: 3, mss: 1000, ...stamp(1000) });
    peer.expect({ flags: "SA" });
    expect(host.tcp.timeWaitCount).toBe(0);
  });

  it("with an older timestamp is of the old incarnation, whatever its sequence number", () => {
    const { host, peer, stamp } = waiting();
    peer.send({ flags: "S", sequence: 100_000, mss: 1000, ...stamp(999) });
    peer.expect({ flags: "A", sequence: 2, acknowledgment: 2 });
    expect(host.tcp.timeWaitCount).toBe(1);
  });

  it.each([
    [3, "SA"],
    [2, "A"],
  ])("with timestamps where the old connection had none: at %i it gets %s", (sequence, flags) => {
    const { peer } = waiting({ stamps: false });
    peer.send({ flags: "S", sequence, mss: 1000, timestamps: { value: 1, echo: 0 } });
    peer.expect({ flags });
  });

  it.each([
    [3, "SA"],
    [2, "A"],
  ])(
    "after a peer whose timestamps were all zero: at %i it gets %s, whatever its timestamp",
    (sequence, flags) => {
      const { peer, stamp } = waiting({ timestamp: 0 });
      peer.send({ flags: "S", sequence, mss: 1000, ...stamp(0x9000_0000) });
      peer.expect({ flags });
    },
  );

  it.each([
    [3, "SA"],
    [2, "A"],
    [-1000, "A"],
  ])("without timestamps: at %i it gets %s", (sequence, flags) => {
    const { peer } = waiting({ stamps: false });
    peer.send({ flags: "S", sequence, mss: 1000 });
    peer.expect({ flags });
  });

  it.each([
    ["FIN", (peer: ReturnType<typeof waiting>) => peer.peer.send({ flags: "SF", sequence: 9000 })],
    [
      "no listener",
      ({ server, peer }: ReturnType<typeof waiting>) => {
        server.close();
        peer.send({ flags: "S", sequence: 9000 });
      },
    ],
  ])("that is refused (%s) leaves the record", (_, refuse) => {
    const all = waiting({ stamps: false });
    refuse(all);
    expect(all.host.tcp.timeWaitCount).toBe(1);
  });
});

describe("everything else (RFC 9293 3.10.7.4)", () => {
  it.each<[string, PeerSegment, string | null]>([
    ["a reset (RFC 1337)", { flags: "R", sequence: 2 }, null],
    ["an acknowledgment", { flags: "A", sequence: 2, acknowledgment: 2 }, null],
    ["an old acknowledgment", { flags: "A", sequence: 1, acknowledgment: 2 }, "A"],
    ["no ACK bit, in the window", { flags: "F", sequence: 10 }, null],
    ["SYN and ACK", { flags: "SA", sequence: 2, acknowledgment: 2 }, "A"],
    ["text outside the window", { flags: "A", sequence: -100, payload: 10 }, "A"],
    ["the FIN again", { flags: "FA", sequence: 1, acknowledgment: 2 }, "A"],
  ])("%s", (_, segment, answer) => {
    const { host, peer } = waiting({ stamps: false });
    peer.send(segment);
    if (answer === null) host.expectNothing();
    else peer.expect({ flags: answer, sequence: 2, acknowledgment: 2 });
    expect(host.tcp.timeWaitCount).toBe(1);
  });

  it("an outdated segment is answered with our timestamp and an echo of the last one", () => {
    const { peer, stamp } = waiting();
    expect(peer.send({ flags: "A", sequence: 2, acknowledgment: 2, ...stamp(5) })).toBe(Verdict.OutOfWindow);
    expect(peer.expect({ flags: "A" }).timestamps?.echo).toBe(1000);
  });

  it("ten answers per second and record (RFC 5961 7)", () => {
    const { host, peer } = waiting({ stamps: false });
    const answers = (): number => {
      for (let i = 0; i < 30; i++) peer.send({ flags: "A", sequence: -100, payload: 1 });
      return peer.takeAll().length;
    };
    expect(answers()).toBe(10);
    host.advance(999);
    expect(answers()).toBe(0);
    host.advance(1);
    expect(answers()).toBe(10);
  });
});

import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import { type OpenedOptions, opened } from "../support/opened.ts";
import type { Peer } from "../support/peer.ts";

/** The receiver's side of RFC 2018 and RFC 2883: what our acknowledgments tell of text that did not come in order. */

const established = (o: OpenedOptions = {}) => opened({ sackPermitted: true, ...o });

/** Segments of 100 octets at hundreds: `text(peer, 3)` is [301, 401). */
const text = (peer: Peer, at: number, octets = 100): number =>
  peer.send({ flags: "A", sequence: 1 + at * 100, payload: octets });

describe("negotiation (RFC 2018 2)", () => {
  it("our SYN offers it; our SYN-ACK only agrees", () => {
    const host = new TcpHarness();
    host.listen();
    host.connect();
    host.peer({ to: 40000 }).expect({ flags: "S", sackPermitted: true });
    for (const sackPermitted of [true, false]) {
      const peer = host.peer({ port: sackPermitted ? 1 : 2 });
      peer.send({ flags: "S", mss: 1000, sackPermitted });
      peer.expect({ flags: "SA", sackPermitted });
      host.advance(1000);
      peer.expect({ flags: "SA", sackPermitted });
    }
  });

  it("a layer may be told not to", () => {
    const host = new TcpHarness({ parameters: { selectiveAcknowledgments: false } });
    host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1000, sackPermitted: true });
    peer.expect({ flags: "SA", sackPermitted: false });
    host.connect();
    host.peer({ to: 40000 }).expect({ flags: "S", sackPermitted: false });
  });

  it("without it nothing is told", () => {
    const { peer } = established({ sackPermitted: false });
    text(peer, 1);
    expect(peer.expect({ acknowledgment: 1 }).sack).toEqual([]);
  });
});

describe("blocks (RFC 2018 4)", () => {
  it("the range that grew last comes first, then those told before it, at most four", () => {
    const { peer } = established();
    const told: [number, number][][] = [];
    for (const at of [1, 3, 5, 7, 9, 4]) {
      text(peer, at);
      told.push(peer.expect({ flags: "A", acknowledgment: 1, length: 0 }).sack);
    }
    expect(told).toEqual([
      [[101, 201]],
      [
        [301, 401],
        [101, 201],
      ],
      [
        [501, 601],
        [301, 401],
        [101, 201],
      ],
      [
        [701, 801],
        [501, 601],
        [301, 401],
        [101, 201],
      ],
      [
        [901, 1001],
        [701, 801],
        [501, 601],
        [301, 401],
      ],
      [
        [301, 601],
        [901, 1001],
        [701, 801],
      ],
    ]);
  });

  it("three beside timestamps", () => {
    const { peer } = established({ timestamp: 7 });
    for (const at of [1, 3, 5, 7]) {
      peer.send({ flags: "A", sequence: 1 + at * 100, payload: 100, timestamps: { value: 7, echo: 0 } });
    }
    const last = peer.takeAll().at(-1)!;
    expect(last.sack).toEqual([
      [701, 801],
      [501, 601],
      [301, 401],
    ]);
    expect(last.segment.dataOffset).toBe(15);
  });

  it("octets on the wire: NOP, NOP, kind 5, length", () => {
    const { host, peer } = established();
    text(peer, 1);
    const { datagram } = host.outbox.at(-1)!;
    const octets = [...datagram.octets.subarray(20)];
    const edges = [0x01_00_00 + 101, 0x01_00_00 + 201].flatMap((edge) => [
      0,
      1,
      (edge >> 8) & 255,
      edge & 255,
    ]);
    expect(octets).toEqual([1, 1, 5, 10, ...edges]);
  });

  it("in a batch each range has an acknowledgment of its own; a run of one range tells the same in each", () => {
    const { host, peer } = established();
    for (const at of [1, 2, 3, 6, 7]) peer.sendInBatch({ flags: "A", sequence: 1 + at * 100, payload: 100 });
    host.flush();
    const sacks = peer.takeAll().map(({ sack }) => sack);
    expect(sacks).toHaveLength(5);
    expect(sacks[0]).toEqual([[101, 401]]);
    expect(sacks.at(-1)).toEqual([
      [601, 801],
      [101, 401],
    ]);
  });

  it("what the filled gap reached is told no more", () => {
    const { peer, application } = established();
    for (const at of [1, 3]) text(peer, at);
    peer.takeAll();
    text(peer, 0);
    expect(peer.expect({ acknowledgment: 201 }).sack).toEqual([[301, 401]]);
    text(peer, 2);
    expect(peer.expect({ acknowledgment: 401 }).sack).toEqual([]);
    expect(application.read()).toBe(400);
  });

  it("our text carries them too where the path has room, and stays whole where not", () => {
    const { peer, application } = established({ mss: 1460, window: 65535 });
    text(peer, 1);
    peer.takeAll();
    application.write(1460 + 100);
    expect(peer.expect({ length: 1460 }).sack).toEqual([]);
    peer.send({ flags: "A" });
    expect(peer.expect({ length: 100 }).sack).toEqual([[101, 201]]);
  });
});

describe("what came twice (RFC 2883)", () => {
  it("a whole segment left of RCV.NXT, told once", () => {
    const { host, peer, application } = established();
    text(peer, 0, 200);
    application.read();
    peer.takeAll();
    text(peer, 0);
    expect(peer.expect({ acknowledgment: 201 }).sack).toEqual([[1, 101]]);
    peer.send({ flags: "A", sequence: 501, payload: 10 });
    expect(peer.expect({ acknowledgment: 201 }).sack).toEqual([[501, 511]]);
    host.expectNothing();
  });

  it("the old part of a segment with new text (4.1.2)", () => {
    const { peer } = established();
    text(peer, 0);
    peer.takeAll();
    text(peer, 0, 150);
    expect(peer.expect({ acknowledgment: 151 }).sack).toEqual([[1, 101]]);
  });

  it("in a range beyond the gap: the duplicate, then its range, then the others (4.2)", () => {
    const { peer } = established();
    text(peer, 1, 300);
    text(peer, 6);
    peer.takeAll();
    text(peer, 2);
    expect(peer.expect({ acknowledgment: 1 }).sack).toEqual([
      [201, 301],
      [101, 401],
      [601, 701],
    ]);
  });

  it("text that fills the gap and overlaps what was held", () => {
    const { peer } = established();
    text(peer, 1);
    peer.takeAll();
    text(peer, 0, 150);
    expect(peer.expect({ acknowledgment: 201 }).sack).toEqual([[101, 151]]);
  });

  it("old text, new text and text already held in one segment: one acknowledgment, of the first duplicate (4)", () => {
    const { host, peer } = established();
    text(peer, 0, 549);
    text(peer, 6);
    peer.takeAll();
    peer.send({ flags: "A", sequence: 1, payload: 799 });
    expect(peer.expect({ acknowledgment: 800 }).sack).toEqual([[1, 550]]);
    host.expectNothing();
  });

  it("two duplicates in one batch are told by two acknowledgments", () => {
    const { host, peer } = established();
    text(peer, 0, 300);
    peer.takeAll();
    for (const at of [0, 1]) peer.sendInBatch({ flags: "A", sequence: 1 + at * 100, payload: 100 });
    host.flush();
    expect(peer.takeAll().map(({ sack }) => sack)).toEqual([[[1, 101]], [[101, 201]]]);
  });
});

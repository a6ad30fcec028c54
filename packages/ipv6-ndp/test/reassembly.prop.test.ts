import { fragmentHeader } from "@mnet/conformance";
import { Ecn, Verdict, verdictName } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PacketHost, PROTOCOL, pattern, sameOctets } from "./packet-host.ts";

interface Piece {
  /** In octets; a multiple of 8. */
  readonly start: number;
  readonly length: number;
  readonly last: boolean;
  /** Which octets: pieces of one seed agree. */
  readonly seed: number;
  readonly ecn: number;
}

/** The rules of RFC 8200 4.5 and RFC 5722 over a map of single octets: slow, and obviously right. */
class BitmapModel {
  #octets: number[] = [];
  #pieces: Piece[] = [];

  /** What becomes of the piece, and the datagram when it is whole. */
  take(piece: Piece): [Verdict, number[] | null] {
    const { start, length, last } = piece;
    if (!last && length % 8 !== 0) return [Verdict.FragmentMalformed, null];
    if (length === 0) return [start === 0 ? Verdict.HeaderChainTooLong : Verdict.FragmentMalformed, null];
    const end = start + length;
    if (end > 65535) return this.#giveUp(Verdict.FragmentTooBig);
    const known = this.#pieces.find((other) => other.last);
    const knownEnd = known === undefined ? -1 : known.start + known.length;
    if (last && known !== undefined && knownEnd !== end) return this.#giveUp(Verdict.FragmentOverlap);
    if (last && known === undefined && this.#octets.length >= end)
      return this.#giveUp(Verdict.FragmentOverlap);
    if (!last && known !== undefined && end >= knownEnd) return this.#giveUp(Verdict.FragmentOverlap);
    const same = this.#pieces.find((other) => other.start === start && other.length === length);
    if (same !== undefined && same.seed === piece.seed) return [Verdict.Duplicate, null];
    for (let at = start; at < end; at++) {
      if (this.#octets[at] !== undefined) return this.#giveUp(Verdict.FragmentOverlap);
    }
    const bytes = octetsOf(piece);
    for (let at = start; at < end; at++) this.#octets[at] = bytes[at - start]!;
    this.#pieces.push(piece);
    const marks = new Set(this.#pieces.map(({ ecn }) => ecn));
    if (marks.has(Ecn.CongestionExperienced) && marks.has(Ecn.NotCapable)) {
      return this.#giveUp(Verdict.FragmentMalformed);
    }
    if (!this.#pieces.some((other) => other.last)) return [Verdict.Queued, null];
    for (let at = 0; at < this.#octets.length; at++) {
      if (this.#octets[at] === undefined) return [Verdict.Queued, null];
    }
    const whole = this.#octets;
    this.#giveUp(Verdict.Handled);
    return [Verdict.Handled, whole];
  }

  get waiting(): number {
    return this.#pieces.length === 0 ? 0 : 1;
  }

  #giveUp(verdict: Verdict): [Verdict, null] {
    this.#octets = [];
    this.#pieces = [];
    return [verdict, null];
  }
}

const streams = [pattern(65536, 1), pattern(65536, 128)];

function octetsOf({ start, length, seed }: Piece): Uint8Array {
  return streams[seed]!.subarray(start, start + length);
}

/** Gives both the same pieces and compares what they say after each. */
function compare(host: PacketHost, pieces: readonly Piece[], identification: number): void {
  const model = new BitmapModel();
  const { received } = host.transport;
  for (const [index, piece] of pieces.entries()) {
    const [expected, whole] = model.take(piece);
    const header = {
      nextHeader: PROTOCOL,
      identification,
      fragmentOffset: piece.start,
      moreFragments: !piece.last,
    };
    const octets = fragmentHeader(header, octetsOf(piece));
    const verdict = host.receive({ nextHeader: 44, trafficClass: piece.ecn }, octets);
    if (verdict !== expected) {
      expect(`piece ${index}: ${verdictName(verdict)}`).toBe(`piece ${index}: ${verdictName(expected)}`);
    }
    if (whole !== null && !sameOctets(received.pop()!.payload, new Uint8Array(whole))) {
      throw new Error(`piece ${index} completed other octets than the model's`);
    }
  }
  if (received.length > 0) throw new Error("something was delivered that the model did not complete");
  expect(host.internet.statistics()["reassemblyQueues"]).toBe(model.waiting);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

const piece = (start: number, length: number, last = false, seed = 0): Piece => ({
  start,
  length,
  last,
  seed,
  ecn: 0,
});

/** conformance.md C-S4: every permutation of at most six pieces against a bitmap model. */
describe("reassembly agrees with a map of octets for every order of", () => {
  const whole = [piece(0, 8), piece(8, 16), piece(24, 8), piece(32, 5, true)];
  const sets: [string, Piece[]][] = [
    [
      "six pieces",
      [piece(0, 8), piece(8, 8), piece(16, 24), piece(40, 8), piece(48, 64), piece(112, 1, true)],
    ],
    ["a datagram and two exact duplicates", [...whole, piece(8, 16), piece(32, 5, true)]],
    ["a datagram and a duplicate with other octets", [...whole, piece(8, 16, false, 1)]],
    ["a datagram and a piece across two others", [...whole, piece(16, 16)]],
    ["a datagram and a piece inside another", [...whole, piece(8, 8)]],
    ["a datagram and a piece around others", [...whole, piece(0, 32)]],
    ["a datagram and a second, shorter end", [...whole, piece(24, 8, true)]],
    ["a datagram and a second, longer end", [...whole, piece(32, 6, true)]],
    ["a datagram and a piece behind its end", [...whole, piece(40, 8)]],
    ["a datagram and a malformed piece", [...whole, piece(8, 12), piece(16, 0)]],
    ["a datagram and a piece that is far too far", [...whole, piece(65528, 16)]],
    [
      "two datagrams with one identification",
      [piece(0, 8), piece(8, 8, true), piece(0, 8), piece(8, 8, true)],
    ],
  ];
  it.each(sets)("%s", (_name, pieces) => {
    const host = new PacketHost();
    let identification = 0;
    for (const order of permutations(pieces)) {
      compare(host, order, identification++);
      host.runUntil(host.now + 60_000);
    }
  });

  it("any six pieces", () => {
    const shape = fc.record({
      start: fc.integer({ min: 0, max: 5 }).map((units) => units * 8),
      length: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }).map((units) => units * 8) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 }) },
      ),
      last: fc.oneof(
        { weight: 3, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
      seed: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
      ecn: fc.oneof(
        { weight: 9, arbitrary: fc.constant(2) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
      ),
    });
    // At offset 0 without more fragments it is no fragment, but a datagram.
    const anyPiece = shape.map((made): Piece => ({ ...made, last: made.last && made.start > 0 }));
    const host = new PacketHost();
    let identification = 0;
    fc.assert(
      fc.property(fc.array(anyPiece, { minLength: 1, maxLength: 6 }), (pieces) => {
        identification = identification + 1;
        compare(host, pieces, identification);
        host.runUntil(host.now + 60_000);
      }),
      { numRuns: 3000, seed: 815 },
    );
  });
});

import { tcpSegment } from "@mnet/conformance";
import { Packet, Verdict, viewOf } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSegment, Segment, TcpFlag, writeHeader } from "../../src/header.ts";
import { parseOptions, type SynOptions, synOptionsLength, writeSynOptions } from "../../src/options.ts";

const addresses = { source: "10.0.0.1", destination: "10.0.0.2" };

function parsed(bytes: Uint8Array): { verdict: Verdict; segment: Segment } {
  const segment = new Segment();
  return { verdict: parseSegment(new Packet(bytes), segment), segment };
}

describe("the header (RFC 9293 3.1)", () => {
  it("is read as it was written", () => {
    const text = Uint8Array.of(1, 2, 3);
    const bytes = tcpSegment(
      {
        ...addresses,
        sourcePort: 1,
        destinationPort: 65535,
        sequence: 0xfffffffe,
        acknowledgment: 0x80000000,
        flags: "FA",
        window: 512,
        options: Uint8Array.of(1, 1, 1, 0),
      },
      text,
    );
    const { verdict, segment } = parsed(bytes);
    expect(verdict).toBe(Verdict.Handled);
    expect(segment).toMatchObject({
      sourcePort: 1,
      destinationPort: 65535,
      sequence: -2,
      acknowledgment: -0x80000000,
      flags: TcpFlag.Fin | TcpFlag.Ack,
      window: 512,
      textStart: 24,
      textLength: 3,
    });
    expect(segment.length).toBe(4);
  });

  it("is written at any offset", () => {
    const bytes = new Uint8Array(40);
    writeHeader(viewOf(bytes), 7, 28, 1, 2, -1, 5, TcpFlag.Syn, 65535, 0x1fffe);
    expect(Buffer.from(bytes.subarray(7, 27)).toString("hex")).toBe(
      "00010002ffffffff0000000570" + "02ffff" + "ffff" + "0000",
    );
  });

  it.each([
    [0, Verdict.TooShort],
    [19, Verdict.TooShort],
  ])("of %i octets is too short", (octets, verdict) => {
    expect(parsed(new Uint8Array(octets)).verdict).toBe(verdict);
  });

  it.each([0, 4, 16, 24, 60])("that claims %i octets of 20 is refused", (claimed) => {
    const bytes = new Uint8Array(20);
    bytes[12] = (claimed / 4) << 4;
    expect(parsed(bytes).verdict).toBe(Verdict.BadHeaderLength);
  });
});

describe("options", () => {
  const read = (...octets: number[]): Segment => {
    const segment = new Segment();
    parseOptions(viewOf(Uint8Array.from(octets)), 0, octets.length, segment);
    return segment;
  };

  it("MSS and window scale are found among others, at any alignment", () => {
    const segment = read(1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 5, 0xb4, 3, 3, 7, 0);
    expect([segment.maximumSegment, segment.windowScale]).toEqual([1460, 7]);
  });

  it("a shift over 14 counts as 14 (RFC 7323 2.3)", () => {
    expect(read(3, 3, 255).windowScale).toBe(14);
  });

  it("nothing counts behind the end of the list", () => {
    expect(read(0, 2, 4, 5, 0xb4).maximumSegment).toBe(0);
  });

  it.each([
    ["length 0", [2, 0, 3, 3, 7]],
    ["length 1", [2, 1, 3, 3, 7]],
    ["past the end", [2, 5, 5, 0xb4]],
    ["kind without length", [2]],
  ])("%s ends the list (MUST-7)", (_, octets) => {
    const segment = read(...octets);
    expect([segment.maximumSegment, segment.windowScale]).toEqual([0, -1]);
  });

  it("a wrong length of a known option is skipped by that length", () => {
    expect(read(2, 6, 1, 2, 3, 4, 3, 3, 2).windowScale).toBe(2);
    expect(read(2, 6, 1, 2, 3, 4).maximumSegment).toBe(0);
  });

  it("any octets are survived, without a look behind the end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        // The view ends with the options: reading further would throw.
        const segment = new Segment();
        parseOptions(viewOf(octets), 0, octets.length, segment);
        expect(segment.windowScale).toBeLessThanOrEqual(14);
      }),
      { numRuns: 500 },
    );
  });

  it("timestamps are found in the usual layout and in any other", () => {
    const usual = read(1, 1, 8, 10, 0xff, 0, 0, 1, 0, 0, 0, 2);
    expect(usual).toMatchObject({ hasTimestamp: true, timestampValue: 0xff000001 | 0, timestampEcho: 2 });
    const other = read(8, 10, 0, 0, 0, 3, 0, 0, 0, 4, 1, 1);
    expect(other).toMatchObject({ hasTimestamp: true, timestampValue: 3, timestampEcho: 4 });
    expect(read(8, 9, 0, 0, 0, 3, 0, 0, 0).hasTimestamp).toBe(false);
  });

  it("SACK-permitted and up to four blocks are found", () => {
    expect(read(1, 1, 4, 2).sackPermitted).toBe(true);
    const one = read(1, 1, 5, 10, 0, 0, 0, 1, 0x80, 0, 0, 0);
    expect([one.sackCount, ...one.sackEdges.subarray(0, 2)]).toEqual([1, 1, -0x80000000]);
    const four = read(5, 34, ...Array.from({ length: 32 }, (_, i) => (i % 4 === 3 ? i : 0)));
    expect([four.sackCount, ...four.sackEdges]).toEqual([4, 3, 7, 11, 15, 19, 23, 27, 31]);
  });

  it.each([2, 9, 11, 12])("a SACK option of length %i is none", (length) => {
    expect(read(5, length, ...Array<number>(length - 2).fill(0)).sackCount).toBe(0);
  });

  /** The octets of our SYN's options. */
  const written = (o: Partial<SynOptions>): number[] => {
    const options = { maximumSegment: 1460, windowScale: -1, sackPermitted: false, timestamps: false, ...o };
    const bytes = new Uint8Array(synOptionsLength(options));
    writeSynOptions(viewOf(bytes), 0, options, 0x01020304, -1);
    return [...bytes];
  };
  const mss = [2, 4, 5, 0xb4];
  const timestamps = [8, 10, 1, 2, 3, 4, 255, 255, 255, 255];

  it.each<[string, Partial<SynOptions>, number[]]>([
    ["MSS", {}, mss],
    ["and window scale", { windowScale: 7 }, [...mss, 1, 3, 3, 7]],
    ["and SACK-permitted", { sackPermitted: true }, [...mss, 1, 1, 4, 2]],
    ["and timestamps", { timestamps: true }, [...mss, 1, 1, ...timestamps]],
    [
      "and all of them",
      { windowScale: 2, sackPermitted: true, timestamps: true },
      [...mss, 4, 2, ...timestamps, 1, 3, 3, 2],
    ],
  ])("of our SYN are aligned: %s", (_, o, octets) => {
    expect(written(o)).toEqual(octets);
  });
});

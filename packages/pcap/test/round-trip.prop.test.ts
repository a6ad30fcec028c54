import fc from "fast-check";
import { expect, it } from "vitest";
import { PcapngWriter, readPcapng } from "../src/index.ts";

const packet = fc.record(
  {
    bytes: fc.uint8Array({ maxLength: 70 }),
    timestampMicroseconds: fc.oneof(
      fc.nat(2 ** 31 - 1),
      fc.integer({ min: 0, max: 2 ** 52 }),
      fc.bigInt({ min: 0n, max: 2n ** 52n }),
    ),
    direction: fc.constantFrom("in" as const, "out" as const),
    comment: fc.string({ unit: "binary", maxLength: 20 }),
  },
  { requiredKeys: ["bytes", "timestampMicroseconds"] },
);

it("what was written is what is read", () => {
  fc.assert(
    fc.property(
      fc.array(packet, { maxLength: 8 }),
      fc.nat(80),
      fc.nat(0xffff),
      (packets, snapLength, linkType) => {
        const octets: number[] = [];
        const writer = new PcapngWriter({ write: (block) => octets.push(...block), snapLength, linkType });
        for (const { bytes, ...details } of packets) writer.packet(bytes, details);
        const file = readPcapng(Uint8Array.from(octets));
        expect(file.truncated).toBe(false);
        expect(file.interfaces).toMatchObject([{ linkType, snapLength, unitsPerSecond: 1_000_000n }]);
        expect(file.packets).toEqual(
          packets.map(({ bytes, timestampMicroseconds, direction = null, comment = null }) => ({
            interface: 0,
            bytes: snapLength === 0 ? bytes : bytes.slice(0, snapLength),
            originalLength: bytes.length,
            timestampMicroseconds: Number(timestampMicroseconds),
            direction,
            comment,
          })),
        );
      },
    ),
  );
});

it("a comment that is too long is cut between characters", () => {
  const octets: number[] = [];
  const writer = new PcapngWriter({ write: (block) => octets.push(...block) });
  writer.packet(Uint8Array.of(1), { timestampMicroseconds: 0, comment: `x${"€".repeat(30_000)}` });
  const [read] = readPcapng(Uint8Array.from(octets)).packets;
  // 1 + 3 n octets, at most 65535.
  expect(read!.comment).toBe(`x${"€".repeat(21_844)}`);
});

it("nothing that follows a section header makes the reader throw", () => {
  const head: number[] = [];
  const writer = new PcapngWriter({ write: (block) => head.push(...block) });
  writer.packet(Uint8Array.of(1, 2, 3), { timestampMicroseconds: 4, comment: "five" });
  const damage = fc.array(fc.tuple(fc.integer({ min: 16, max: head.length - 1 }), fc.nat(255)), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(damage, fc.uint8Array({ maxLength: 60 }), (writes, tail) => {
      const bytes = Uint8Array.of(...head, ...tail);
      for (const [at, value] of writes) bytes[at] = value;
      const file = readPcapng(bytes);
      for (const { bytes: read } of file.packets) expect(read.length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 2000 },
  );
});

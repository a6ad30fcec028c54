import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LoopbackQueue, Packet } from "../src/index.ts";

/** `length` octets that differ from those of another `seed`. */
function octets(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + seed * 17) & 255);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}

describe("the loopback queue", () => {
  const LARGEST = 3000 + 64;

  it("gives back what was pushed, in order, whatever the sizes and however full", () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 20, max: 3000 }), times: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ push: fc.constant(0), times: fc.integer({ min: 1, max: 12 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new LoopbackQueue({
          loopbackOctets: 20_000,
          loopbackPackets: 16,
        });
        const expected: Uint8Array[] = [];
        let seed = 0;
        for (const { push, times } of steps) {
          for (let i = 0; i < times; i++) {
            if (push > 0) {
              const bytes = octets(push, seed++);
              const taken = queue.push(new Packet(bytes.slice()));
              if (taken) expected.push(bytes);
              // Refused only when 16 wait, or when there is no room in one piece: at most one packet's worth is skipped at the end.
              else
                expect(expected.length === 16 || octetsOf(expected) + push + 64 + LARGEST > 20_000).toBe(
                  true,
                );
            } else if (expected.length > 0) {
              expect(sameBytes(queue.peek()!.toBytes(), expected.shift()!)).toBe(true);
              queue.shift();
            }
          }
          expect(queue.size).toBe(expected.length);
        }
      }),
      { numRuns: 200, seed: 127 },
    );
  });

  const octetsOf = (packets: readonly Uint8Array[]): number =>
    packets.reduce((sum, { length }) => sum + length + 64, 0);

  it("grows while its oldest packet is being looked at", () => {
    const queue = new LoopbackQueue({ loopbackOctets: 4 * 1024 * 1024, loopbackPackets: 1024 });
    queue.push(new Packet(octets(60_000)));
    const first = queue.peek()!;
    queue.push(new Packet(octets(60_000, 2)));
    expect(sameBytes(first.toBytes(), octets(60_000))).toBe(true);
    expect(queue.nextDeadline()).toBe(Number.NEGATIVE_INFINITY);
    queue.shift();
    expect(sameBytes(queue.peek()!.toBytes(), octets(60_000, 2))).toBe(true);
  });
});

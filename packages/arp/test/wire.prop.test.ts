import { Verdict } from "@mnet/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Bench } from "./support.ts";

const octets = (...choices: number[][]): fc.Arbitrary<number[]> => fc.constantFrom(...choices);
const mac = octets(
  [2, 0, 0, 0, 0, 1],
  [2, 0, 0, 0, 0, 2],
  [2, 0, 0, 0, 0, 3],
  [0, 0, 0, 0, 0, 0],
  [255, 255, 255, 255, 255, 255],
);
const address = octets(
  [10, 0, 0, 1],
  [10, 0, 0, 2],
  [10, 0, 0, 3],
  [0, 0, 0, 0],
  [224, 0, 0, 1],
  [10, 9, 0, 1],
);
const head = octets([0, 1, 8, 0, 6, 4, 0, 1], [0, 1, 8, 0, 6, 4, 0, 2], [0, 1, 8, 0, 6, 4, 0, 3]);
const wire = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.tuple(head, mac, address, mac, address).map((parts) => Uint8Array.from(parts.flat())),
);
const steps = fc.array(
  fc.oneof(
    wire.map((bytes) => (bench: Bench) => bench.receiveOctets(bytes)),
    fc.integer({ min: 2, max: 9 }).map((host) => (bench: Bench) => bench.send(`10.0.0.${host}`)),
    fc.integer({ min: 1, max: 70_000 }).map((by) => (bench: Bench) => bench.advance(by)),
  ),
  { maxLength: 60 },
);

it("whatever comes: never throws, stays in bounds, believes in no impossible station, asks once a second", () => {
  fc.assert(
    fc.property(steps, (run) => {
      const bench = new Bench({ parameters: { capacity: 6, pendingCapacity: 2, failedTime: 0 } });
      for (const step of run) step(bench);
      const table = bench.arp.table();
      expect(table.length).toBeLessThanOrEqual(6);
      expect(table.filter((entry) => entry.state === "incomplete").length).toBeLessThanOrEqual(2);
      for (const { address, mac } of table) {
        expect(address.toString()).toMatch(/^10\.0\.0\.[2-9]$/);
        expect(mac === null || /^02:00:00:00:00:0[23]$/.test(mac.toString())).toBe(true);
      }
      // Every packet that waited went somewhere, once.
      const held = bench.arp.held;
      const waiting = table.reduce((sum, { queued }) => sum + queued, 0);
      const { Queued: queued = 0, ...fates } = held.snapshot();
      expect(
        Object.values(fates).reduce((sum, count) => sum + count, 0) - held.of(Verdict.NoBuffers) + waiting,
      ).toBe(queued);
      bench.advance(3_600_000);
      expect(bench.arp.table()).toEqual([]);
    }),
  );
});

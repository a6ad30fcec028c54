import { IpAddress, SeededRandom } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { InitialSequence } from "../../src/isn.ts";
import { EphemeralPorts } from "../../src/ports.ts";

const local = IpAddress.parse("10.0.0.2");
const remote = IpAddress.parse("10.0.0.1");
const other = IpAddress.parse("10.0.0.3");

describe("initial sequence numbers (RFC 6528)", () => {
  const isn = new InitialSequence(new SeededRandom(7));

  it("of one 4-tuple grow by one every four microseconds", () => {
    const at = (now: number): number => isn.choose(local, 80, remote, 5000, now);
    expect((at(1000.004) - at(1000)) | 0).toBe(1);
    expect((at(2000) - at(1000)) | 0).toBe(250_000);
    // The clock wraps after 4.77 hours.
    const wrap = 2 ** 32 / 250;
    expect((at(10 * wrap + 1) - at(10 * wrap)) | 0).toBe(250);
  });

  it("of other tuples, and of another secret, have nothing to do with it", () => {
    const numbers = new Set([
      isn.choose(local, 80, remote, 5000, 0),
      isn.choose(local, 80, remote, 5001, 0),
      isn.choose(local, 81, remote, 5000, 0),
      isn.choose(local, 80, other, 5000, 0),
      isn.choose(other, 80, remote, 5000, 0),
      new InitialSequence(new SeededRandom(8)).choose(local, 80, remote, 5000, 0),
    ]);
    expect(numbers.size).toBe(6);
  });
});

describe("ephemeral ports (RFC 6056)", () => {
  const range = { first: 1024, last: 65_535 };

  it("to one peer move on by a little from a secret offset, to another from another", () => {
    const ports = new EphemeralPorts(range, new SeededRandom(1));
    const free = (): boolean => false;
    const first = ports.choose(local, remote, 80, free);
    const count = range.last - range.first + 1;
    const step = (ports.choose(local, remote, 80, free) - first + count) % count;
    expect(step).toBeGreaterThanOrEqual(1);
    expect(step).toBeLessThanOrEqual(8);
    const elsewhere = ports.choose(local, other, 80, free);
    expect(Math.abs(elsewhere - first)).toBeGreaterThan(2);
    const secret = new EphemeralPorts(range, new SeededRandom(2)).choose(local, remote, 80, free);
    expect(secret).not.toBe(first);
  });

  it("skip those in use, stay in the range, and come to an end", () => {
    const ports = new EphemeralPorts({ first: 5000, last: 5003 }, new SeededRandom(3));
    const used = new Set<number>();
    for (let i = 0; i < 4; i++) used.add(ports.choose(local, remote, 80, (port) => used.has(port)));
    expect([...used].sort()).toEqual([5000, 5001, 5002, 5003]);
    expect(ports.choose(local, remote, 80, (port) => used.has(port))).toBe(-1);
  });
});

import { IpAddress, SeededRandom } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { FlowHash } from "../../src/flow-hash.ts";

/** Hash flooding: no set of 4-tuples chosen without the keys may share a bucket (conformance 3, "algorithmic"). */

const LOCAL = IpAddress.v4(0x0a000002);
const BUCKETS = 1024;

/** The fullest of 1024 buckets, by their low bits, under each of many keys. */
function fullest(tuples: readonly { remote: number; port: number; localPort?: number }[]): number[] {
  return Array.from({ length: 20 }, (_, seed) => {
    const hash = new FlowHash(new SeededRandom(seed));
    const counts = new Array<number>(BUCKETS).fill(0);
    for (const { remote, port, localPort = 80 } of tuples) {
      counts[hash.of(LOCAL, localPort, IpAddress.v4(remote), port) & (BUCKETS - 1)]! += 1;
    }
    return Math.max(...counts);
  });
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const shapes: [name: string, tuples: { remote: number; port: number; localPort?: number }[]][] = [
  ["ports in a row", upTo(BUCKETS).map((i) => ({ remote: 0x0a000001, port: i }))],
  ["ports 64 apart", upTo(BUCKETS).map((i) => ({ remote: 0x0a000001, port: i * 64 }))],
  ["addresses in a row", upTo(BUCKETS).map((i) => ({ remote: i, port: 1 }))],
  ["addresses that differ in the upper half", upTo(BUCKETS).map((i) => ({ remote: i << 22, port: 1 }))],
  ["address and port that differ alike", upTo(BUCKETS).map((i) => ({ remote: i << 16, port: i }))],
  [
    "local and remote ports that differ alike",
    upTo(BUCKETS).map((i) => ({ remote: 1, port: i, localPort: i })),
  ],
];

describe("4-tuples of any shape spread over the buckets", () => {
  it.each(shapes)("%s", (_name, tuples) => {
    const longest = fullest(tuples).sort((a, b) => a - b);
    // 1024 records thrown at 1024 buckets: 6 in the fullest on average. One key in some may suit a shape badly.
    expect(longest[10]).toBeLessThanOrEqual(12);
    expect(longest[19]).toBeLessThanOrEqual(64);
  });
});

describe("pairs that collide under any seed of a fixed mixing function", () => {
  it("differ here under most keys", () => {
    // With `imul(x ^ (x >>> 15), odd)` first, this difference in the address leaves exactly the top bit, whatever the seed: the
    // difference in the port takes it away again.
    const difference = { remote: 0x8001_0002 | 0, port: 0x8000 };
    let collisions = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const hash = new FlowHash(new SeededRandom(seed));
      const one = hash.of(LOCAL, 80, IpAddress.v4(0x0a000001), 0x1234);
      const two = hash.of(LOCAL, 80, IpAddress.v4(0x0a000001 ^ difference.remote), 0x1234 ^ difference.port);
      if ((one & (BUCKETS - 1)) === (two & (BUCKETS - 1))) collisions++;
    }
    // 1 in 1024 buckets: about one.
    expect(collisions).toBeLessThanOrEqual(8);
  });
});

it("IPv6 tuples that differ in any one word differ in their hash", () => {
  const hash = new FlowHash(new SeededRandom(1));
  const base = IpAddress.parse("2001:db8::1");
  const others = ["2001:db9::1", "2001:db8:1::1", "2001:db8::1:0:1", "2001:db8::2"].map((text) =>
    IpAddress.parse(text),
  );
  const hashes = [base, ...others].map((remote) => hash.of(base, 80, remote, 1));
  hashes.push(...others.map((local) => hash.of(local, 80, base, 1)));
  expect(new Set(hashes).size).toBe(9);
});

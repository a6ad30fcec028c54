import { expect, test } from "vitest";
import { siege } from "../support/siege.ts";

/**
 * Hash flooding: connections whose addresses and ports are chosen to meet in one bucket. The cost of a lookup is counted in records
 * compared (`longestChain` of the TCP statistics), never in time.
 */

const CONNECTIONS = 1000;
/** Thrown at random, 1000 records in 1024 buckets are 6 in the fullest. A linear hash does better on rows, worse under some keys. */
const LONGEST_CHAIN = 16;

const upTo = Array.from({ length: CONNECTIONS }, (_, i) => i);
const shapes: [name: string, tuples: { source?: string; sourcePort: number }[]][] = [
  ["ports in a row", upTo.map((i) => ({ sourcePort: 1024 + i }))],
  ["ports 64 apart", upTo.map((i) => ({ sourcePort: 64 + 64 * i }))],
  ["addresses in a row", upTo.map((i) => ({ source: `198.18.${i >> 8}.${i & 255}`, sourcePort: 4000 }))],
  [
    "addresses 65 536 apart",
    upTo.map((i) => ({ source: `${20 + (i >> 8)}.${i & 255}.0.1`, sourcePort: 4000 })),
  ],
  [
    "addresses and ports that take each other's difference away",
    upTo.map((i) => ({ source: `${20 + (i >> 8)}.${i & 255}.0.1`, sourcePort: (i << 6) + 1 })),
  ],
];

test.each(shapes)(
  "a thousand connections from %s: no lookup compares more than a few",
  async (_name, tuples) => {
    const { attacker, timeline, victim, count, serves } = await siege();
    victim.tcp.listen({ port: 8, backlog: 2 * CONNECTIONS });
    expect(await attacker.connectAll(timeline, 8, tuples)).toBe(CONNECTIONS);
    expect(count("tcp", "connections")).toBe(CONNECTIONS);
    expect(count("tcp", "longestChain")).toBeLessThanOrEqual(LONGEST_CHAIN);
    expect(await serves()).toBe(true);
  },
);

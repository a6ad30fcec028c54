import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Behaviour, type Exchange, exchange } from "../support/exchange.ts";
import type { LinkedHost } from "../support/pair.ts";

/**
 * Two layers, a bad link, random applications: what one end writes the other end reads, all of it or a beginning of it and an error.
 * Nothing stalls, nothing is left behind. fast-check prints the seed of a failure.
 */

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 20_000 })), {
  minLength: 1,
  maxLength: 4,
});
const behaviour: fc.Arbitrary<Behaviour> = fc
  .record({
    octets: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 60_000 })),
    writes: sizes,
    reads: sizes,
    pause: fc.constantFrom(1, 7, 50, 400),
    readsAfter: fc.constantFrom(0, 0, 0, 3000, 90_000),
    answers: fc.constant(false),
  })
  .map((drawn) => ({ ...drawn, octets: Math.min(drawn.octets, 200 * mean(drawn.writes)) }));

/** Whoever reads or writes octet by octet does so a few hundred times, not sixty thousand. */
function mean(numbers: readonly number[]): number {
  return Math.ceil(numbers.reduce((sum, number) => sum + number, 0) / numbers.length);
}

/** What one end writes is bounded by what the other reads in a few hundred turns. */
function readable(writer: Behaviour, reader: Behaviour): Behaviour {
  return { ...writer, octets: Math.min(writer.octets, 800 * mean(reader.reads)) };
}

const weather = fc.record({
  latency: fc.constantFrom(0.1, 5, 60, 400),
  jitter: fc.constantFrom(0, 0, 3, 50),
  loss: fc.constantFrom(0, 0, 0.01, 0.1, 0.25),
  duplication: fc.constantFrom(0, 0, 0.1),
  reordering: fc.constantFrom(0, 0, 0.05, 0.3),
  corruption: fc.constantFrom(0, 0, 0.05),
  marking: fc.constantFrom(0, 0.02, 0.5),
  seed: fc.nat({ max: 1_000_000 }),
});

const connection = fc.record({
  noDelay: fc.boolean(),
  sendBuffer: fc.constantFrom(1024, 8192, 262_144),
  receiveBuffer: fc.constantFrom(1024, 5000, 65_536, 262_144),
  ecn: fc.constantFrom("off", "on"),
});

const DAY = 86_400_000;

describe.each([1500, 1280, 576])("an MTU of %i (acceptance test 22)", (mtu) => {
  it("the stream arrives, or its beginning and an error", () => {
    fc.assert(
      fc.property(
        weather,
        connection,
        behaviour,
        behaviour,
        fc.boolean(),
        (conditions, options, one, two, answers) => {
          // An end that gave up on a closed window may have lost its reset as well: only keep-alive tells the other.
          const keepAlive = { idle: 600_000, interval: 75_000, probes: 9 };
          const o = { ...conditions, mtu, connection: { ...options, keepAlive } };
          const result = exchange(o, readable(one, two), readable({ ...two, answers }, one), DAY);
          checkStreams(result);
          checkNothingLeft(result);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("a link that is cut at any time", () => {
  it("both ends give up by themselves; nothing is left", () => {
    const when = fc.integer({ min: 0, max: 2000 });
    fc.assert(
      fc.property(weather, behaviour, behaviour, when, (conditions, one, two, time) => {
        const early = { ...one, readsAfter: 0 };
        // Without keep-alive an end that only waits for the other's data waits for ever, and rightly.
        const keepAlive = { idle: 10_000, interval: 5000, probes: 5 };
        const o = { ...conditions, connection: { userTimeout: 300_000, keepAlive } };
        const result = exchange({ ...o, ...cutAt(time) }, early, { ...two, readsAfter: 0 }, DAY);
        checkNothingLeft(result);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a perfect link", () => {
  it("nothing is retransmitted, whatever the applications do", () => {
    fc.assert(
      fc.property(connection, behaviour, behaviour, fc.nat({ max: 1000 }), (options, one, two, seed) => {
        const result = exchange(
          { latency: 20, seed, connection: options },
          readable(one, two),
          readable(two, one),
          DAY,
        );
        checkStreams(result);
        for (const host of [result.pair.client, result.pair.server]) {
          const { timeouts, fastRetransmissions, retransmittedSegments, windowProbes } =
            host.tcp.statistics();
          expect([timeouts, fastRetransmissions]).toEqual([0, 0]);
          // The octet of a probe is sent until it is taken.
          if (windowProbes === 0) expect(retransmittedSegments).toBe(0);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** From `time` on nothing gets through any more, as if a cable was cut: both ends must end by themselves. */
function cutAt(time: number): { filter: (octets: Uint8Array, from: LinkedHost) => boolean } {
  return { filter: (_octets, from) => from.now < time };
}

function checkStreams({ client, server }: Exchange): void {
  if (server === null) {
    expect(client.application.outcome).not.toBeNull();
    return;
  }
  const [one, two] = [client.application, server.application];
  expect(one.closings).toBe(1);
  expect(two.closings).toBe(1);
  // Either somebody gave up, or both streams came to their end, which the models have compared.
  const outcomes = [one.outcome, two.outcome];
  if (!outcomes.includes("ETIMEDOUT")) expect([client.sawEnd, server.sawEnd]).toEqual([true, true]);
  // A reset is possible still: for an end in LAST-ACK whose peer's TIME-WAIT is over.
  for (const outcome of outcomes) expect([null, "ECONNRESET", "ETIMEDOUT"]).toContain(outcome);
}

function checkNothingLeft({ pair }: Exchange): void {
  const hosts = [pair.client, pair.server];
  pair.timeline.advance(300_000);
  for (const { tcp } of hosts) {
    expect([...tcp.connections()].length).toBe(0);
    expect(tcp.timeWaitCount).toBe(0);
    expect(tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  }
}

import { parseTcp, parseUdp } from "@mnet/conformance";
import { describe, expect, test, vi } from "vitest";
import { ATTACKER, siege } from "../support/siege.ts";
import { chiSquare, correlation, differences, mostCommon } from "../support/statistics.ts";

/**
 * What others could guess: ephemeral ports (RFC 6056), initial sequence numbers (RFC 6528), IP identifications (RFC 7739, RFC 6864).
 * Ten thousand samples of each, taken from the wire.
 */

vi.setConfig({ testTimeout: 60_000 });

const SAMPLES = 10_000;
/** Chi-square with 63 degrees of freedom exceeds this once in a million honest samples. */
const CHI_SQUARE_63 = 134;
const BUCKETS = 64;
/** Datagrams and connections to one destination, for what repeats. */
const AGAIN = 4000;

interface Sample {
  readonly name: string;
  /** How many values there are; 0 is the least. */
  readonly range: number;
  values: number[];
}

/** The first ephemeral port of TCP, and how many there are; then those of UDP. */
const TCP_PORTS = { first: 1024, count: 64_512 };
const UDP_PORTS = { first: 32_768, count: 28_232 };

const tcpPorts: Sample = { name: "TCP ports", range: TCP_PORTS.count, values: [] };
const initialSequences: Sample = { name: "initial sequence numbers", range: 2 ** 32, values: [] };
const udpPorts: Sample = { name: "UDP ports", range: UDP_PORTS.count, values: [] };
const identifications: Sample = { name: "IP identifications", range: 2 ** 16, values: [] };
const repeatedIdentifications: number[] = [];

/** A destination beyond the link, a different one for each `i`, in the order of their numbers. */
const destination = (i: number): string => `198.18.${i >> 8}.${i & 255}`;

async function collect(): Promise<void> {
  const { attacker, timeline, victim } = await siege();
  for (let from = 0; from < SAMPLES; from += 1000) {
    const attempts = Array.from({ length: 1000 }, () => new AbortController());
    for (let i = from; i < from + 1000; i++) {
      const { signal } = attempts[i - from]!;
      victim.tcp.connect({ host: destination(i), port: 443 }, { signal }).catch(() => {});
      const socket = victim.udp.bind();
      void socket.send("?", { host: destination(i), port: 53 });
      void socket.close();
    }
    await timeline.run(1);
    for (const attempt of attempts) attempt.abort();
    await timeline.run(1);
    for (const ip of attacker.take()) {
      if (ip.protocol === 17) {
        udpPorts.values.push(parseUdp(ip.payload).sourcePort - UDP_PORTS.first);
        identifications.values.push(ip.identification);
      } else if (parseTcp(ip.payload).flags === "S") {
        const { sourcePort, sequence } = parseTcp(ip.payload);
        tcpPorts.values.push(sourcePort - TCP_PORTS.first);
        initialSequences.values.push(sequence);
      }
    }
  }
  const socket = victim.udp.bind();
  for (let i = 0; i < AGAIN; i++) void socket.send("?", { host: ATTACKER, port: 53 });
  await timeline.run(1);
  for (const ip of attacker.take()) if (ip.protocol === 17) repeatedIdentifications.push(ip.identification);
}

let collected: Promise<void> | null = null;

/** All samples come from one stack; the first test that needs them waits for it. */
function samples(): Promise<void> {
  collected ??= collect();
  return collected;
}

describe.each([tcpPorts, initialSequences, udpPorts, identifications])(
  "$name to ten thousand destinations, one after the other",
  (sample) => {
    test("are all there", async () => {
      await samples();
      expect(sample.values).toHaveLength(SAMPLES);
      expect(Math.min(...sample.values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...sample.values)).toBeLessThan(sample.range);
    });

    test("are evenly spread", async () => {
      await samples();
      expect(chiSquare(sample.values, sample.range, BUCKETS)).toBeLessThan(CHI_SQUARE_63);
    });

    test("differ evenly from one to the next: no arithmetic progression, no step more common than chance has it", async () => {
      await samples();
      const steps = differences(sample.values, sample.range);
      expect(chiSquare(steps, sample.range, BUCKETS)).toBeLessThan(CHI_SQUARE_63);
      // 10 000 throws at 28 232 or more boxes: the fullest has 4 or 5.
      expect(mostCommon(steps)).toBeLessThanOrEqual(8);
    });

    test("have low bits as good as the high ones", async () => {
      await samples();
      const low = sample.values.map((value) => value % BUCKETS);
      expect(chiSquare(low, BUCKETS, BUCKETS)).toBeLessThan(CHI_SQUARE_63);
    });

    test("say nothing about the next, or the one after that", async () => {
      await samples();
      for (const lag of [1, 2, 3, 256]) {
        // The standard deviation of the correlation of 10 000 independent pairs is 0.01.
        expect(Math.abs(correlation(sample.values, lag))).toBeLessThan(0.05);
      }
    });
  },
);

test("identifications to one destination do not repeat within thousands of datagrams (RFC 6864 4.3)", async () => {
  await samples();
  expect(repeatedIdentifications).toHaveLength(AGAIN);
  expect(new Set(repeatedIdentifications).size).toBe(AGAIN);
});

test("TCP ports to one destination rest before they are used again, and the next is not certain (RFC 6056 3.3.4, 3.3.5)", async () => {
  const { attacker, timeline, victim } = await siege({ seed: 3 });
  const ports: number[] = [];
  for (let from = 0; from < AGAIN; from += 1000) {
    const attempts = Array.from({ length: 1000 }, () => new AbortController());
    for (const { signal } of attempts) {
      victim.tcp.connect({ host: ATTACKER, port: 443 }, { signal }).catch(() => {});
    }
    await timeline.run(1);
    for (const attempt of attempts) attempt.abort();
    await timeline.run(1);
    for (const { tcp } of attacker.takeTcp())
      if (tcp.flags === "S") ports.push(tcp.sourcePort - TCP_PORTS.first);
  }
  expect(ports).toHaveLength(AGAIN);
  expect(new Set(ports).size).toBe(AGAIN);
  const steps = differences(ports, TCP_PORTS.count);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
  // Mostly 1 to 8, each as likely; more where ports are in use.
  expect(mostCommon(steps)).toBeLessThan(AGAIN / 5);
});

test("another instance, another secret: the same calls give other numbers", async () => {
  const numbers = async (seed: number): Promise<number[]> => {
    const { attacker, timeline, victim } = await siege({ seed });
    for (let i = 0; i < 50; i++) victim.tcp.connect({ host: destination(i), port: 443 }).catch(() => {});
    await timeline.run(1);
    return attacker.takeTcp().map(({ tcp }) => tcp.sequence);
  };
  const [one, two] = [await numbers(1), await numbers(2)];
  expect(one).toHaveLength(50);
  expect(one.filter((value, i) => value === two[i])).toEqual([]);
  expect(mostCommon(one.map((value, i) => (two[i]! - value) >>> 0))).toBe(1);
});

import { tcpOptions } from "@mnet/conformance";
import { defaultParameters } from "@mnet/tcp";
import { expect, test } from "vitest";
import { ATTACKER, ECHO_PORT, siege } from "../support/siege.ts";

/** SYN flood (RFC 4987) and connections that are never accepted (NAPTHA). */

const { synQueue, synAckRetries } = defaultParameters;

/** A source beyond the link, so that the answers go to the gateway. */
const forged = (i: number): string => `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

test("half-open connections are bounded; an honest client connects in the middle of the flood", async () => {
  const { attacker, timeline, count, serves } = await siege();
  for (let i = 0; i < 5000; i++) {
    attacker.tcp({
      source: forged(i),
      sourcePort: 1024 + (i % 60_000),
      destinationPort: ECHO_PORT,
      flags: "S",
    });
  }
  await timeline.run(1);
  expect(count("tcp", "halfOpen")).toBe(synQueue);
  // Whoever finds no room is answered with a cookie, and nothing is kept of it.
  expect(count("tcp", "cookiesSent")).toBe(5000 - synQueue);
  expect(count("tcp", "halfOpenEvictions")).toBe(0);
  expect(count("tcp", "ringOctets")).toBe(0);
  expect(await serves()).toBe(true);
});

test("a half-open record holds no connection and no buffer, and goes when nobody answers", async () => {
  const { attacker, timeline, count } = await siege();
  for (let i = 0; i < 100; i++) attacker.tcp({ source: forged(i), destinationPort: ECHO_PORT, flags: "S" });
  await timeline.run(1);
  expect(count("tcp", "connections")).toBe(0);
  expect(count("tcp", "halfOpen")).toBe(100);
  attacker.take();
  await timeline.run(200_000);
  expect(count("tcp", "halfOpen")).toBe(0);
  expect(count("tcp", "timers")).toBe(0);
  // What one forged SYN makes us send to its victim in all.
  expect(attacker.takeTcp()).toHaveLength(100 * synAckRetries);
});

test("unaccepted connections stop at the backlog; SYNs beyond it cost nothing", async () => {
  const { attacker, timeline, victim, count } = await siege();
  victim.tcp.listen({ port: 8, backlog: 16 });
  for (let i = 0; i < 40; i++) {
    const connection = attacker.connect(timeline, { destinationPort: 8, sourcePort: 5000 + i });
    if (i < 16) await connection;
    else await expect(connection).rejects.toThrow("no SYN-ACK");
  }
  expect(count("tcp", "connections")).toBe(16);
  expect(count("tcp", "halfOpen")).toBe(0);
  expect(count("tcp", "listenOverflows")).toBe(24);
});

test("a flood of the same SYN is one record, and its answers never exceed its questions", async () => {
  const { attacker, timeline, count } = await siege();
  for (let i = 0; i < 1000; i++) attacker.tcp({ destinationPort: ECHO_PORT, flags: "S" });
  await timeline.run(1);
  expect(count("tcp", "halfOpen")).toBe(1);
  const answers = attacker.takeTcp();
  expect(answers.length).toBeLessThanOrEqual(1000);
  expect(new Set(answers.map(({ tcp }) => tcp.sequence)).size).toBe(1);
});

test("a blind RST at another sequence number does not end a half-open connection of somebody else", async () => {
  const { attacker, timeline, count } = await siege();
  attacker.tcp({ destinationPort: ECHO_PORT, flags: "S", sequence: 1000 });
  await timeline.run(1);
  for (const sequence of [0, 1000, 1002, 30_000, 66_000, 2 ** 31, 2 ** 32 - 1]) {
    attacker.tcp({ destinationPort: ECHO_PORT, flags: "R", sequence });
  }
  await timeline.run(1);
  expect(count("tcp", "halfOpen")).toBe(1);
  attacker.tcp({ destinationPort: ECHO_PORT, flags: "R", sequence: 1001 });
  await timeline.run(1);
  expect(count("tcp", "halfOpen")).toBe(0);
});

test("options of the flood's SYNs do not matter: every shape is answered or dropped, none kept twice", async () => {
  const { attacker, timeline, count } = await siege();
  const options = [
    tcpOptions({ maximumSegmentSize: 0 }),
    tcpOptions({ maximumSegmentSize: 65_535, windowScale: 255, sackPermitted: true }),
    tcpOptions({ timestamps: { value: 2 ** 32 - 1, echo: 2 ** 32 - 1 } }),
    new Uint8Array(40).fill(1),
    new Uint8Array(40).fill(2),
    Uint8Array.of(2, 0, 2, 1),
    Uint8Array.of(3, 255, 0, 0),
  ];
  for (const [i, bytes] of options.entries()) {
    attacker.tcp({
      source: ATTACKER,
      sourcePort: 100 + i,
      destinationPort: ECHO_PORT,
      flags: "S",
      options: bytes,
    });
  }
  await timeline.run(1);
  expect(count("tcp", "halfOpen")).toBe(options.length);
});

import type { Stack, UdpSocket } from "@mnet/stack";
import { expect, test } from "vitest";
import { ECHO_PORT, HONEST, siege, VICTIM } from "../support/siege.ts";

/** Packets that would answer themselves for ever: LAND (CVE-1999-0016), echo to echo (CVE-1999-0103), loops inside the host. */

test("LAND: what claims to come from ourselves is dropped before any protocol sees it", async () => {
  const { attacker, timeline, victim, count, serves } = await siege();
  victim.udp.bind({ port: 7 });
  for (let i = 0; i < 100; i++) {
    const self = { source: VICTIM, sourcePort: ECHO_PORT, destinationPort: ECHO_PORT };
    attacker.tcp({ ...self, flags: "S", sequence: i });
    attacker.udp(self, new Uint8Array(8));
    attacker.icmp({ type: 8, code: 0, source: VICTIM });
  }
  await timeline.run(1000);
  expect(count("ipv4", "receivedBadSource")).toBe(300);
  expect(count("tcp", "halfOpen")).toBe(0);
  expect(count("tcp", "inSegments")).toBe(0);
  expect(count("ipv4", "loopbackQueued")).toBe(0);
  expect(await serves()).toBe(true);
});

test("loopback addresses on the wire are nobody's, in either place", async () => {
  const { attacker, timeline, count } = await siege();
  attacker.udp({ source: "127.0.0.1", destinationPort: 7 });
  attacker.udp({ destination: "127.0.0.1", destinationPort: 7 });
  attacker.tcp({ destination: "127.0.0.1", destinationPort: ECHO_PORT, flags: "S" });
  await timeline.run(10);
  expect(count("ipv4", "receivedBadSource")).toBe(1);
  expect(count("ipv4", "receivedBadDestination")).toBe(2);
  expect(attacker.take()).toEqual([]);
});

/** The rule of an echo service over UDP: a question from an echo port is no question. */
async function echo(socket: UdpSocket, seen: { datagrams: number }): Promise<void> {
  for await (const { data, remote, local } of socket) {
    seen.datagrams++;
    if (remote.port === local.port) continue;
    await socket.send(data, remote);
  }
}

test("two echo services do not answer each other: the same port at both ends is not answered", async () => {
  const { attacker, timeline, victim, honest } = await siege();
  const here = { datagrams: 0 };
  const there = { datagrams: 0 };
  const serve = (stack: Stack, seen: { datagrams: number }): void => {
    echo(stack.udp.bind({ port: 7 }), seen).catch(() => {});
  };
  serve(victim, here);
  serve(honest, there);
  attacker.udp({ source: HONEST, sourcePort: 7, destinationPort: 7 }, new Uint8Array(8));
  attacker.udp({ sourcePort: 4000, destinationPort: 7 }, new Uint8Array(8));
  await timeline.run(1000);
  expect(here.datagrams).toBe(2);
  expect(there.datagrams).toBe(0);
  expect(attacker.take()).toHaveLength(1);
});

test("an application that talks to itself for ever does not starve the link", async () => {
  const { attacker, timeline, victim } = await siege();
  const socket = victim.udp.bind({ port: 9999 });
  const ROUNDS = 5000;
  let rounds = 0;
  const looping = (async () => {
    for await (const { data, remote } of socket) {
      if (++rounds >= ROUNDS) return;
      await socket.send(data, remote);
    }
  })();
  for (let i = 0; i < 200; i++) await socket.send("round and round", { host: "127.0.0.1", port: 9999 });
  attacker.icmp({ type: 8, code: 0 });
  await timeline.runUntil(() => attacker.frames.length > 0, 1000);
  expect(rounds).toBeLessThan(ROUNDS);
  await timeline.runUntil(() => rounds >= ROUNDS, 1000);
  await looping;
});

import { defaultArpParameters } from "@mnet/arp";
import { expect, test } from "vitest";
import { ATTACKER, HONEST, siege, VICTIM } from "../support/siege.ts";
import { settle } from "../support/world.ts";

/** ARP poisoning and exhaustion (RFC 826, RFC 5227, RFC 1122 2.3.2). */

const { capacity, pendingCapacity, queueOctets } = defaultArpParameters;
const NOBODY = "10.0.0.77";
const LIAR = "02:00:00:00:00:99";

test("a reply that nobody asked for, and what others say to each other, makes no entry", async () => {
  const { attacker, timeline, victim, count } = await siege();
  const before = count("arp", "neighbors");
  attacker.forgeArp({ operation: "reply", senderAddress: NOBODY }, String(victim.mac));
  attacker.forgeArp({ operation: "reply", senderAddress: NOBODY, targetAddress: NOBODY });
  attacker.forgeArp({ operation: "request", senderAddress: NOBODY, targetAddress: "10.0.0.78" });
  await timeline.run(10);
  expect(count("arp", "neighbors")).toBe(before);
});

test.each([
  ["from a broadcast address", { senderMac: "ff:ff:ff:ff:ff:ff" }],
  ["from a group", { senderMac: "01:00:5e:00:00:01" }],
  ["from nobody's address", { senderMac: "00:00:00:00:00:00" }],
  ["from beyond the link", { senderAddress: "198.51.100.7" }],
  ["from a multicast address", { senderAddress: "224.0.0.1" }],
  ["from the limited broadcast", { senderAddress: "255.255.255.255" }],
  ["from the loopback", { senderAddress: "127.0.0.1" }],
])("a request %s teaches nothing", async (_what, fields) => {
  const { attacker, timeline, count } = await siege();
  const before = count("arp", "neighbors");
  attacker.forgeArp({ operation: "request", ...fields });
  await timeline.run(10);
  expect(count("arp", "receivedBadSource")).toBe(1);
  expect(count("arp", "neighbors")).toBe(before);
});

test("our own address with another MAC is a conflict: told, defended once in 10 s, never cached", async () => {
  const { attacker, timeline, victim, count } = await siege();
  const outcomes: string[] = [];
  victim.on("conflict", ({ outcome }) => outcomes.push(outcome));
  const before = count("arp", "neighbors");
  for (let i = 0; i < 50; i++) {
    attacker.forgeArp({
      operation: i % 2 === 0 ? "reply" : "request",
      senderAddress: VICTIM,
      senderMac: LIAR,
    });
    await timeline.run(100);
  }
  expect(outcomes).toEqual(["defended", "contested"]);
  expect(count("arp", "receivedAddressConflict")).toBe(50);
  expect(count("arp", "neighbors")).toBe(before);
});

test("a lie told to everybody heals at once: its owner defends the address (RFC 5227 2.4)", async () => {
  const { attacker, timeline, victim } = await siege();
  expect(await settle(timeline, victim.ping(HONEST))).toMatchObject({ received: 1 });
  attacker.forgeArp({ operation: "reply", senderAddress: HONEST, senderMac: LIAR });
  await timeline.run(10);
  expect(await settle(timeline, victim.ping(HONEST))).toMatchObject({ received: 1 });
});

test("a lie told to the victim alone heals when the liar does not keep answering unicast polls", async () => {
  const { attacker, timeline, victim } = await siege();
  expect(await settle(timeline, victim.ping(HONEST))).toMatchObject({ received: 1 });
  const lie = { operation: "reply", senderAddress: HONEST, senderMac: LIAR } as const;
  attacker.forgeArp(lie, String(victim.mac));
  await timeline.run(10);
  const { results } = await settle(timeline, victim.ping(HONEST, { count: 10 }));
  const answered = results.map((result) => !("code" in result));
  expect(answered.at(0)).toBe(false);
  expect(answered.slice(5)).toEqual(new Array(5).fill(true));
});

test("requests from five thousand neighbours: a full table, and the one that is talked to is still in it", async () => {
  const { attacker, timeline, victim, count, serves } = await siege({
    victim: { ipv4: `${VICTIM}/16`, gateway: ATTACKER },
  });
  expect(await settle(timeline, victim.ping(HONEST))).toMatchObject({ received: 1 });
  for (let i = 0; i < 5000; i++) {
    const senderAddress = `10.0.${1 + (i >> 8)}.${i & 255}`;
    attacker.forgeArp({ operation: "request", senderAddress, senderMac: LIAR });
  }
  await timeline.run(1);
  expect(count("arp", "neighbors")).toBe(capacity);
  expect(await serves()).toBe(true);
  // The honest host's entry was neither evicted nor had to be resolved again.
  expect(count("arp", "resolving")).toBe(0);
});

test("packets to a thousand addresses where nobody is: so many being resolved, so many octets waiting", async () => {
  const { attacker, timeline, count, serves } = await siege({
    victim: { ipv4: `${VICTIM}/16`, gateway: ATTACKER },
  });
  // Echo requests from forged neighbours: the replies need their MAC addresses.
  for (let i = 0; i < 1000; i++) {
    attacker.icmp({ type: 8, code: 0, source: `10.0.${1 + (i >> 8)}.${i & 255}` }, new Uint8Array(1400));
    expect(count("arp", "resolving")).toBeLessThanOrEqual(pendingCapacity);
    expect(count("arp", "heldOctets")).toBeLessThanOrEqual(queueOctets);
  }
  await timeline.run(1);
  expect(count("arp", "resolving")).toBe(pendingCapacity);
  expect(await serves()).toBe(true);
  await timeline.run(60_000);
  expect(count("arp", "resolving")).toBe(0);
  expect(count("arp", "heldOctets")).toBe(0);
});

test("one neighbour that does not answer is asked once a second, however much is sent to it", async () => {
  const { attacker, timeline, victim } = await siege();
  attacker.arp.length = 0;
  const socket = victim.udp.bind();
  for (let i = 0; i < 100; i++) {
    await socket.send("anybody?", { host: NOBODY, port: 9 }).catch(() => {});
    await timeline.run(20);
  }
  const requests = attacker.arp.filter(({ targetAddress }) => targetAddress === NOBODY);
  expect(requests.length).toBeGreaterThanOrEqual(2);
  expect(requests.length).toBeLessThanOrEqual(3);
});

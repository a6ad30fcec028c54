import { icmpV4EchoRequest, parseIcmpV4 } from "@mnet/conformance";
import { defaultIpv4Parameters } from "@mnet/ipv4";
import { expect, test } from "vitest";
import { siege, VICTIM } from "../support/siege.ts";

/** Fragments that overlap, lie about lengths or never complete (RFC 791, RFC 815; CVE-1999-0015, CVE-2018-5391). */

const UDP = 17;
const ICMP = 1;
const { reassemblyOctets, reassemblyQueues, reassemblyPieces, reassemblySourceShare, reassemblyTimeout } =
  defaultIpv4Parameters;

const zeros = (octets: number): Uint8Array => new Uint8Array(octets);

test("teardrop: a piece inside another one drops the whole datagram", async () => {
  const { attacker, timeline, count } = await siege();
  attacker.ip({ protocol: UDP, identification: 242, moreFragments: true }, zeros(40));
  attacker.ip({ protocol: UDP, identification: 242, fragmentOffset: 24 }, zeros(8));
  await timeline.run(1);
  expect(count("ipv4", "receivedFragmentOverlap")).toBe(1);
  expect(count("ipv4", "reassemblyQueues")).toBe(0);
  expect(count("ipv4", "reassemblyOctets")).toBe(0);
});

test("an overlap cannot rewrite what a filter has seen: the datagram never arrives", async () => {
  const { attacker, timeline, victim, count } = await siege();
  const socket = victim.udp.bind({ port: 53 });
  let received = 0;
  socket.recv().then(
    () => received++,
    () => {},
  );
  const header = Uint8Array.of(0x0f, 0xa0, 0, 53, 0, 40, 0, 0);
  const first = new Uint8Array(24);
  first.set(header);
  attacker.ip({ protocol: UDP, identification: 1, moreFragments: true }, first);
  attacker.ip({ protocol: UDP, identification: 1, moreFragments: true, fragmentOffset: 16 }, zeros(16));
  attacker.ip({ protocol: UDP, identification: 1, fragmentOffset: 32 }, zeros(8));
  await timeline.run(10);
  expect(received).toBe(0);
  expect(count("ipv4", "receivedFragmentOverlap")).toBe(1);
});

test("ping of death: pieces beyond 65 535 octets drop the datagram", async () => {
  const { attacker, timeline, count } = await siege();
  attacker.ip({ protocol: ICMP, identification: 1, moreFragments: true }, zeros(1480));
  attacker.ip({ protocol: ICMP, identification: 1, fragmentOffset: 65_528 }, zeros(1000));
  await timeline.run(1);
  expect(count("ipv4", "receivedFragmentTooBig")).toBe(1);
  expect(count("ipv4", "reassemblyQueues")).toBe(0);
});

test("empty pieces, odd middle pieces and two ends are dropped", async () => {
  const { attacker, timeline, count } = await siege();
  attacker.ip({ protocol: UDP, identification: 1, moreFragments: true });
  attacker.ip({ protocol: UDP, identification: 2, moreFragments: true }, zeros(9));
  attacker.ip({ protocol: UDP, identification: 3, fragmentOffset: 64 }, zeros(8));
  attacker.ip({ protocol: UDP, identification: 3, fragmentOffset: 128 }, zeros(8));
  await timeline.run(1);
  expect(count("ipv4", "receivedFragmentMalformed")).toBe(2);
  expect(count("ipv4", "receivedFragmentOverlap")).toBe(1);
  expect(count("ipv4", "reassemblyQueues")).toBe(0);
});

test("a flood from one source stays inside that source's share, and an honest datagram passes", async () => {
  const { attacker, timeline, honest, count } = await siege();
  const share = reassemblyQueues * reassemblySourceShare;
  for (let i = 0; i < 2000; i++) {
    attacker.ip({ protocol: UDP, identification: i, moreFragments: true }, zeros(1480));
    expect(count("ipv4", "reassemblyQueues")).toBeLessThanOrEqual(share);
  }
  await timeline.run(1);
  expect(count("ipv4", "reassemblyQueues")).toBe(share);
  expect(count("ipv4", "reassemblyOctets")).toBeLessThanOrEqual(reassemblyOctets * reassemblySourceShare);
  expect(count("ipv4", "reassemblyEvictions")).toBe(2000 - share);
  const ping = honest.ping(VICTIM, { size: 30_000 });
  await timeline.run(100);
  expect(await ping).toMatchObject({ received: 1 });
});

test("a flood from ten thousand sources stays inside the whole, and an honest datagram passes", async () => {
  const { attacker, timeline, honest, count } = await siege();
  for (let i = 0; i < 10_000; i++) {
    const source = `172.16.${i >> 8}.${i & 255}`;
    attacker.ip({ source, protocol: UDP, identification: i, moreFragments: true }, zeros(64));
  }
  await timeline.run(1);
  expect(count("ipv4", "reassemblyQueues")).toBeLessThanOrEqual(reassemblyQueues);
  expect(count("ipv4", "reassemblyQueues")).toBeGreaterThan(reassemblyQueues / 2);
  expect(count("ipv4", "reassemblyOctets")).toBeLessThanOrEqual(reassemblyOctets);
  const ping = honest.ping(VICTIM, { size: 30_000 });
  await timeline.run(100);
  expect(await ping).toMatchObject({ received: 1 });
});

test("FragmentSmack: a datagram of more pieces than it may have is given up; pieces in reverse order cost no more", async () => {
  const { attacker, timeline, count } = await siege();
  for (let piece = 4000; piece > 0; piece--) {
    attacker.ip(
      { protocol: UDP, identification: 9, moreFragments: true, fragmentOffset: piece * 16 },
      zeros(8),
    );
  }
  await timeline.run(1);
  expect(count("ipv4", "receivedFragmentLimit")).toBe(1);
  expect(count("ipv4", "reassemblyOctets")).toBeLessThanOrEqual(reassemblyPieces * (8 + 64));
});

test("what never completes is forgotten after its time, and told to the sender once if its first piece came", async () => {
  const { attacker, timeline, count } = await siege();
  const request = icmpV4EchoRequest({ identifier: 1, sequence: 1 }, zeros(56));
  attacker.ip({ protocol: ICMP, identification: 7, moreFragments: true }, request);
  attacker.ip({ protocol: ICMP, identification: 8, fragmentOffset: 64 }, zeros(8));
  await timeline.run(reassemblyTimeout + 10);
  expect(count("ipv4", "reassemblyQueues")).toBe(0);
  expect(count("ipv4", "reassemblyTimeouts")).toBe(2);
  const errors = attacker.take().map(({ payload }) => parseIcmpV4(payload));
  expect(errors.map(({ type, code }) => [type, code])).toEqual([[11, 1]]);
});

import {
  ethernetFrame,
  icmpV6EchoRequest,
  ipv6Packet,
  mldQuery,
  neighborSolicitation,
  parseEthernet,
  parseIpv6,
  prefixInformation,
  routerAdvertisement,
  sourceLinkAddress,
  tcpSegment,
  udpDatagram,
} from "@mnet/conformance";
import { IpAddress } from "@mnet/core";
import { SimulatedHub, simulatedLink, Timeline } from "@mnet/simulation";
import type { Stack } from "@mnet/stack";
import { expect, test } from "vitest";
import { RawPeer } from "../support/raw-peer.ts";
import { settle, stackOn } from "../support/world.ts";

/**
 * Frames from our own MAC address: a link that loops, or another host with the same address (RFC 4862 appendix A, RFC 7527). Two stacks of
 * one name are such hosts: their MAC and so their link-local address are made of the name.
 */

const OWN = "fd00::2";
const ONLY_V6 = { ipv4Only: false, ipv6Only: true, ipv6: `${OWN}/64`, name: "same" };

interface Host {
  readonly stack: Stack;
  readonly conflicts: string[];
}

async function hostOn(
  timeline: Timeline,
  hub: SimulatedHub,
  more: Partial<Parameters<typeof stackOn>[2]> = {},
): Promise<Host> {
  const stack = await settle(timeline, stackOn(timeline, hub.attach(), { ...ONLY_V6, ...more }));
  const conflicts: string[] = [];
  stack.on("conflict", ({ address, mac, outcome }) => conflicts.push(`${address} ${outcome} by ${mac}`));
  return { stack, conflicts };
}

const states = ({ stack }: Host): string[] => stack.addresses().map(({ state }) => state);
const refused = ({ stack }: Host): string[] =>
  stack.addresses().map(({ address }) => `${address} refused by ${stack.mac}`);

/** The Neighbor Solicitations from `::` among frames. */
function probes(frames: readonly Uint8Array[]): string[] {
  const found: string[] = [];
  for (const frame of frames) {
    const ip = parseIpv6(parseEthernet(frame).payload);
    if (ip.nextHeader === 58 && ip.payload[0] === 135 && ip.source === "::") found.push(ip.destination);
  }
  return found;
}

/** Sends every frame back. */
class Loop extends RawPeer {
  override receive(...[packet]: Parameters<RawPeer["receive"]>): void {
    const frame = packet.toBytes();
    super.receive(packet);
    this.send(frame);
  }
}

test("on a link that loops our probes are told by their nonces: three more make sure, then the addresses are ours", async () => {
  const timeline = new Timeline({ seed: 1 });
  const [near, far] = simulatedLink(timeline, { latency: 1 });
  const loop = new Loop(far, []);
  const stack = await settle(timeline, stackOn(timeline, near, ONLY_V6));
  const conflicts: unknown[] = [];
  stack.on("conflict", (event) => conflicts.push(event));
  await timeline.run(10_000);
  expect(stack.addresses().map(({ state }) => state)).toEqual(["preferred", "preferred"]);
  expect(conflicts).toEqual([]);
  expect(probes(loop.frames)).toHaveLength(8);
  expect(stack.stats()["ipv6"]).toMatchObject({ neighbors: 0 });
});

test.each([1, 2, 3, 4])("two that start together never share an address (seed %i)", async (seed) => {
  const timeline = new Timeline({ seed });
  const hub = new SimulatedHub(timeline, { latency: 1 });
  const [first, second] = [await hostOn(timeline, hub), await hostOn(timeline, hub)];
  expect(`${first.stack.mac}`).toBe(`${second.stack.mac}`);
  await timeline.run(10_000);
  // RFC 4862 5.4.3: who has heard a probe before sending one leaves the address to the other.
  expect([states(first), states(second)].sort()).toEqual([
    ["duplicate", "duplicate"],
    ["preferred", "preferred"],
  ]);
  const later = states(first)[0] === "duplicate" ? first : second;
  expect(later.conflicts).toEqual(refused(later));
});

test("two whose probes cross both stay without the addresses", async () => {
  const timeline = new Timeline({ seed: 1 });
  const hub = new SimulatedHub(timeline, { latency: 500 });
  const [first, second] = [await hostOn(timeline, hub), await hostOn(timeline, hub)];
  await timeline.run(10_000);
  expect([states(first), states(second)]).toEqual([
    ["duplicate", "duplicate"],
    ["duplicate", "duplicate"],
  ]);
  expect([first.conflicts, second.conflicts]).toEqual([refused(first), refused(second)]);
});

test("one that comes five seconds later is answered and stays off; the first one notices nothing", async () => {
  const timeline = new Timeline({ seed: 1 });
  const hub = new SimulatedHub(timeline, { latency: 1 });
  const first = await hostOn(timeline, hub);
  await timeline.run(5000);
  const second = await hostOn(timeline, hub);
  await timeline.run(5000);
  expect([states(first), states(second)]).toEqual([
    ["preferred", "preferred"],
    ["duplicate", "duplicate"],
  ]);
  expect(second.conflicts).toEqual(refused(second));
  expect(first.conflicts).toEqual([]);
  const third = await hostOn(timeline, hub, { name: "third", ipv6: "fd00::3/64", waitFor: "dad" });
  const { received } = await settle(timeline, third.stack.ping(OWN, { count: 3, interval: 10 }));
  expect(received).toBe(3);
});

test("nothing else from our own MAC address comes in: no transport, no echo, no query, no router, no neighbour", async () => {
  const timeline = new Timeline({ seed: 1 });
  const hub = new SimulatedHub(timeline, { latency: 1 });
  const clone = new RawPeer(hub.attach(), []);
  const { stack } = await hostOn(timeline, hub, { waitFor: "dad" });
  stack.tcp.listen({ port: 7 });
  stack.udp.bind({ port: 7 });
  await timeline.run(10_000);
  clone.frames.length = 0;
  const other = "fd00::66";
  const router = "fe80::66";
  const allNodes = "ff02::1";
  const solicited = `${IpAddress.parse(OWN).solicitedNodeGroup}`;
  const link = sourceLinkAddress("02:00:00:00:00:66");
  const ports = { sourcePort: 4000, destinationPort: 7 };
  const send = (source: string, destination: string, nextHeader: number, payload: Uint8Array): void => {
    const { mac } = stack;
    const groupMac = destination === allNodes ? "33:33:00:00:00:01" : "33:33:ff:00:00:02";
    const to = destination === OWN ? `${mac}` : groupMac;
    const ip = ipv6Packet({ source, destination, nextHeader, hopLimit: 255 }, payload);
    clone.send(ethernetFrame({ destination: to, source: `${mac}`, etherType: 0x86dd }, ip));
  };
  const echo = { identifier: 1, sequence: 1 };
  const toUs = { source: other, destination: OWN };
  send(other, OWN, 6, tcpSegment({ ...toUs, ...ports, sequence: 1, flags: "S" }));
  send(other, OWN, 17, udpDatagram({ ...toUs, ...ports }, new Uint8Array(4)));
  send(other, OWN, 58, icmpV6EchoRequest({ ...toUs, ...echo }));
  send(other, allNodes, 58, icmpV6EchoRequest({ source: other, destination: allNodes, ...echo }));
  const said = { source: router, destination: allNodes };
  send(router, allNodes, 58, mldQuery({ ...said, group: "::" }));
  const options = [link, prefixInformation({ prefix: "2001:db8::/64" })];
  send(router, allNodes, 58, routerAdvertisement({ ...said, options }));
  const asks = { source: other, destination: solicited };
  send(other, solicited, 58, neighborSolicitation({ ...asks, target: OWN, options: [link] }));
  const before = stack.stats()["ipv6"]!["receivedBadSource"] ?? 0;
  await timeline.run(5000);
  expect(stack.stats()["ipv6"]!["receivedBadSource"]! - before).toBe(7);
  expect(clone.frames).toEqual([]);
  expect(stack.addresses()).toHaveLength(2);
  expect(stack.stats()["ipv6"]).toMatchObject({ neighbors: 0, routers: 0 });
});

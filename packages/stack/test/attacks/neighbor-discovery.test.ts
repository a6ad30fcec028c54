import {
  ethernetFrame,
  ipv6Packet,
  neighborAdvertisement,
  neighborSolicitation,
  prefixInformation,
  recursiveDnsServers,
  redirectMessage,
  routeInformation,
  routerAdvertisement,
  sourceLinkAddress,
  targetLinkAddress,
} from "@mnet/conformance";
import { EtherType, IpAddress, MacAddress } from "@mnet/core";
import { SimulatedHub, Timeline } from "@mnet/simulation";
import { type Stack, silentLogger, type TcpFlow } from "@mnet/stack";
import { expect, onTestFinished, test } from "vitest";
import { RawPeer } from "../support/raw-peer.ts";
import { settle, stackOn } from "../support/world.ts";

/** Floods of Neighbor Discovery messages beside a connection that has to go on, with memory that stays bounded (conformance.md 3). */

const VICTIM = "fd00::2";
const HONEST = "fd00::9";
const ALL_NODES = "ff02::1";
const FLOOD = 10_000;
const ATTACKER_MAC = "02:00:00:00:00:66";

interface Scene {
  readonly timeline: Timeline;
  readonly victim: Stack;
  /** Sends one ICMPv6 message, in a frame to the victim or to a group. */
  forge(source: string, destination: string, message: Uint8Array): void;
  /** Between the honest host and the victim's echo service. */
  readonly flow: TcpFlow;
  /** Runs the attack while that connection carries octets, and checks that all of them came. */
  besiege(attack: (at: number) => void): Promise<void>;
  stat(name: string): number;
}

async function scene(): Promise<Scene> {
  const faults: string[] = [];
  const logger = { ...silentLogger, warn: (text: string) => void faults.push(text) };
  const timeline = new Timeline({ seed: 1 });
  const hub = new SimulatedHub(timeline);
  const attacker = new RawPeer(hub.attach(ATTACKER_MAC), []);
  const [victim, honest] = await settle(
    timeline,
    Promise.all([
      stackOn(timeline, hub.attach(), {
        name: "victim",
        ipv4Only: false,
        ipv6Only: true,
        ipv6: `${VICTIM}/64`,
        waitFor: "dad",
        logger,
      }),
      stackOn(timeline, hub.attach(), {
        name: "honest",
        ipv4Only: false,
        ipv6Only: true,
        ipv6: `${HONEST}/64`,
        waitFor: "dad",
      }),
    ]),
  );
  onTestFinished(() => expect(faults.filter((fault) => fault.includes("layer failed"))).toEqual([]));
  const listener = victim.tcp.listen(7);
  listener
    .serve(async (flow) => {
      for await (const chunk of flow) await flow.write(chunk);
    })
    .catch(() => {});
  const flow = await settle(timeline, honest.tcp.connect({ host: VICTIM, port: 7 }));
  return {
    timeline,
    victim,
    flow,
    forge: (source, destination, message) => {
      const to = IpAddress.parse(destination);
      const mac = to.isMulticast ? MacAddress.ofIpv6Group(to.w3) : victim.mac!;
      const packet = ipv6Packet({ source, destination, nextHeader: 58, hopLimit: 255 }, message);
      attacker.send(
        ethernetFrame({ destination: mac, source: ATTACKER_MAC, etherType: EtherType.Ipv6 }, packet),
      );
    },
    besiege: (attack) => besiege(timeline, flow, attack),
    stat: (name) => victim.stats()["ipv6"]![name]!,
  };
}

async function besiege(timeline: Timeline, flow: TcpFlow, attack: (at: number) => void): Promise<void> {
  const octets = Uint8Array.from({ length: 100 }, (_, at) => at);
  for (let at = 0; at < FLOOD; ) {
    for (let burst = 0; burst < 100; burst++) attack(at++);
    const before = timeline.now();
    await settle(timeline, flow.write(octets));
    expect(await settle(timeline, flow.readExactly(100))).toEqual(octets);
    // An undisturbed echo takes the link's latency twice; no retransmission fits in this.
    expect(timeline.now() - before).toBeLessThan(100);
    await timeline.run(20);
  }
  expect(flow.info()["retransmissions"] ?? 0).toBe(0);
}

const hex = (at: number): string => at.toString(16);
const slla = sourceLinkAddress(ATTACKER_MAC);
const tlla = targetLinkAddress(ATTACKER_MAC);

test("a scan by 10 000 solicitations from as many addresses", async () => {
  const { forge, besiege, stat } = await scene();
  await besiege((at) => {
    const source = `fd00::1:${hex(at)}`;
    forge(
      source,
      VICTIM,
      neighborSolicitation({ source, destination: VICTIM, target: VICTIM, options: [slla] }),
    );
  });
  expect(stat("neighbors")).toBeLessThanOrEqual(1024);
});

test("10 000 solicitations that make us look for who sent them", async () => {
  const { forge, besiege, stat } = await scene();
  await besiege((at) => {
    const source = `fd00::1:${hex(at)}`;
    forge(source, VICTIM, neighborSolicitation({ source, destination: VICTIM, target: VICTIM }));
  });
  expect(stat("neighbors")).toBeLessThanOrEqual(1024);
  expect(stat("resolving")).toBeLessThanOrEqual(64);
});

test("advertisements of 10 000 routers, each with a prefix, a route and a DNS server", async () => {
  const { forge, besiege, stat, victim } = await scene();
  await besiege((at) => {
    const source = `fe80::1:${hex(at)}`;
    const options = [
      slla,
      prefixInformation({ prefix: `2001:db8:${hex(at)}::/64` }),
      routeInformation({ prefix: `3fff:${hex(at)}::/32` }),
      recursiveDnsServers({ servers: [`2001:db8::${hex(at)}`] }),
    ];
    forge(
      source,
      ALL_NODES,
      routerAdvertisement({ source, destination: ALL_NODES, preference: "high", options }),
    );
  });
  expect(victim.routers()).toHaveLength(16);
  expect(stat("prefixes")).toBe(16);
  expect(stat("addresses")).toBe(2 + 16);
  expect(victim.configuration().nameServers).toHaveLength(16);
});

test("a storm of 10 000 redirects by somebody who is no router, and by one who is", async () => {
  const { forge, besiege, stat } = await scene();
  const router = "fe80::66";
  const redirect = (source: string, at: number): void => {
    const fields = {
      source,
      destination: VICTIM,
      target: `fe80::2:${hex(at)}`,
      redirected: `2001:db8::${hex(at)}`,
    };
    forge(source, VICTIM, redirectMessage({ ...fields, options: [tlla] }));
  };
  await besiege((at) => redirect("fe80::77", at));
  expect(stat("redirects")).toBe(0);
  forge(router, ALL_NODES, routerAdvertisement({ source: router, destination: ALL_NODES, options: [slla] }));
  await besiege((at) => redirect(router, at));
  expect(stat("redirects")).toBe(256);
});

test("10 000 forged advertisements of addresses that nobody asked for, and of the victim's own", async () => {
  const { forge, besiege, stat, victim } = await scene();
  const conflicts: string[] = [];
  victim.on("conflict", ({ outcome }) => conflicts.push(outcome));
  await besiege((at) => {
    const target = at % 2 === 0 ? VICTIM : `fd00::1:${hex(at)}`;
    const fields = { source: target, destination: VICTIM, target, override: true, options: [tlla] };
    forge(target, VICTIM, neighborAdvertisement(fields));
  });
  expect(stat("neighbors")).toBeLessThan(5);
  expect(victim.addresses().find(({ address }) => `${address}` === VICTIM)).toMatchObject({
    state: "preferred",
  });
  // Once in ten seconds.
  expect(conflicts).toEqual(["contested"]);
});

test("an advertisement that leads the honest host astray is believed, as RFC 4861 wants, and found out within seconds", async () => {
  const { forge, flow, timeline } = await scene();
  const fields = { source: VICTIM, destination: ALL_NODES, target: VICTIM, override: true, options: [tlla] };
  forge(VICTIM, ALL_NODES, neighborAdvertisement(fields));
  await timeline.run(10);
  const before = timeline.now();
  await settle(timeline, flow.write(Uint8Array.of(1, 2, 3)));
  expect([...(await settle(timeline, flow.readExactly(3)))]).toEqual([1, 2, 3]);
  // RFC 4861 10: five seconds of delay, three probes a second apart, and the next retransmission.
  expect(timeline.now() - before).toBeLessThan(15_000);
});

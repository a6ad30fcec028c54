import { parseEthernet, parseIpv6 } from "@mnet/conformance";
import { IpAddress } from "@mnet/core";
import { bridge, PacketSocket, run, runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { createStack, type Stack, type StackOptions } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import { expect, onTestFinished, test } from "vitest";
import { LinuxRouter } from "./support/radvd.ts";
import { until } from "./support.ts";

/** Behind every router: what is reached by whichever. */
const FAR = "3fff::1";
const ICMPV6 = 58;
const ROUTER_ADVERTISEMENT = 134;
/** Waits of unreachability detection, shorter than RFC 4861 10 has them. */
const QUICK = { delayFirstProbeTime: 100, retransTimer: 100, reachableTime: 500 };

interface World {
  readonly stack: Stack;
  readonly routers: readonly LinuxRouter[];
  /** The IPv6 packets that we send, and the MAC addresses they go to. */
  readonly watch: PacketSocket;
}

/** Our stack on an Ethernet with routers of Linux, which do not advertise yet. */
async function world(letters: string, options: Partial<StackOptions> = {}): Promise<World> {
  const tap = openTap({ name: "mnetra" });
  onTestFinished(() => tap.close());
  const made = await Promise.all(
    [...letters].map((letter) => LinuxRouter.create(letter, [FAR, `3fff::${letter}`])),
  );
  const joined = await bridge([tap.name, ...made.map(({ cable }) => cable)]);
  onTestFinished(async () => void (await runOk("ip", ["link", "del", joined])));
  const watch = new PacketSocket(tap.name);
  onTestFinished(() => watch.close());
  const stack = await createStack({
    device: tap,
    name: "kernel-test",
    ipv6Only: true,
    waitFor: "dad",
    parameters: { ipv6: QUICK },
    ...options,
  });
  onTestFinished(() => stack.kill({ timeout: 0 }));
  return { stack, routers: made.map(({ router }) => router), watch };
}

const prefix = (text: string, valid: number, preferred: number): string =>
  `prefix ${text} { AdvOnLink on; AdvAutonomous on; AdvValidLifetime ${valid}; AdvPreferredLifetime ${preferred}; };`;
const global = (stack: Stack): string[] =>
  stack
    .addresses()
    .filter(({ origin }) => origin === "autoconfigured")
    .map(({ address, state }) => `${address} ${state}`);
const configured = (stack: Stack, states = "preferred"): Promise<void> =>
  until(() => global(stack).some((line) => line.endsWith(states)), 15_000);

/** The MAC addresses that packets of ours to an address went to, since the last call. */
function wentTo(watch: PacketSocket, address: string): string[] {
  const frames = watch
    .received()
    .map((frame) => parseEthernet(frame))
    .filter(({ etherType }) => etherType === 0x86dd);
  const ours = frames.filter(({ payload }) => parseIpv6(payload).destination === address);
  return ours.map(({ destination }) => destination);
}

const pings = async (stack: Stack, host: string, timeout = 10_000): Promise<boolean> =>
  (await stack.ping(host, { timeout }).catch(() => ({ received: 0 }))).received > 0;

kernelSuite(
  "routers of Linux with radvd",
  () => {
    test("everything that one says is taken: prefix, router, MTU, hop limit, DNS, flags, routes", async () => {
      const {
        stack,
        routers: [router],
        watch,
      } = await world("a");
      expect(await pings(stack, FAR)).toBe(false);
      await router!.addAddress("2001:db8:a::a/64");
      await router!.advertise(`
        AdvDefaultLifetime 600; AdvDefaultPreference high; AdvManagedFlag on; AdvOtherConfigFlag on; AdvCurHopLimit 61; AdvLinkMTU 1400;
        ${prefix("2001:db8:a::/64", 600, 300)}
        route 2001:db8:c::/48 { AdvRoutePreference high; AdvRouteLifetime 600; };
        RDNSS 2001:db8::53 { AdvRDNSSLifetime 600; };
        DNSSL example.org { AdvDNSSLLifetime 600; };`);
      await configured(stack);
      const linkLocal = stack.addresses().find(({ scope }) => scope === "link")!.address;
      const made = IpAddress.parse("2001:db8:a::").withInterfaceIdentifier(linkLocal.w2, linkLocal.w3);
      expect(global(stack)).toEqual([`${made} preferred`]);
      expect(stack.routers()).toMatchObject([{ preference: "high", reachable: true }]);
      expect(`${stack.routers()[0]!.address}`).toBe(router!.address);
      const { nameServers, searchDomains, ...rest } = stack.configuration();
      expect(rest).toEqual({ managed: true, otherConfiguration: true, mtu: 1400, hopLimit: 61 });
      expect(nameServers.map(({ address }) => `${address}`)).toEqual(["2001:db8::53"]);
      expect(searchDomains.map(({ name }) => name)).toEqual(["example.org"]);
      watch.received();
      expect(await stack.ping(FAR, { size: 8000 })).toMatchObject({ received: 1 });
      const sent = watch
        .received()
        .map((frame) => parseIpv6(parseEthernet(frame).payload))
        .filter(({ destination }) => destination === FAR);
      expect(new Set(sent.map(({ hopLimit }) => hopLimit))).toEqual(new Set([61]));
      expect(Math.max(...sent.map(({ payloadLength }) => payloadLength))).toBeLessThanOrEqual(1360);
    });

    test("the preferred one of two is used; when it vanishes packets go by the other one, until it is back", async () => {
      const { stack, routers, watch } = await world("ab");
      const [a, b] = routers as [LinuxRouter, LinuxRouter];
      const net = prefix("2001:db8:a::/64", 600, 300);
      await a.addAddress("2001:db8:a::a/64");
      await b.addAddress("2001:db8:a::b/64");
      await b.advertise(`AdvDefaultLifetime 600; AdvDefaultPreference low; ${net}`);
      await until(() => stack.routers().length === 1, 15_000);
      await a.advertise(`AdvDefaultLifetime 600; AdvDefaultPreference high; ${net}`);
      await until(() => stack.routers().length === 2, 15_000);
      await configured(stack);
      watch.received();
      expect(await pings(stack, FAR)).toBe(true);
      expect(wentTo(watch, FAR)).toEqual([a.mac]);
      await a.silence("SIGKILL");
      await a.namespace.runOk("ip", ["link", "set", a.link, "down"]);
      await until(() => pings(stack, FAR, 500), 15_000);
      expect(wentTo(watch, FAR).at(-1)).toBe(b.mac);
      // It comes back, and is better again.
      await a.namespace.runOk("ip", ["link", "set", a.link, "up"]);
      await a.addAddress(`${a.address}/64`);
      await a.addAddress("2001:db8:a::a/64");
      await a.advertise(`AdvDefaultLifetime 600; AdvDefaultPreference high; ${net}`);
      await until(async () => (await pings(stack, FAR, 500)) && wentTo(watch, FAR).at(-1) === a.mac, 15_000);
    });

    test("one that stops says so with a lifetime of 0: it is no router any more, the address stays", async () => {
      const {
        stack,
        routers: [router],
      } = await world("a");
      await router!.advertise(`AdvDefaultLifetime 600; ${prefix("2001:db8:a::/64", 600, 300)}`);
      await configured(stack);
      await router!.silence("SIGTERM");
      await until(() => stack.routers().length === 0);
      expect(global(stack)).toHaveLength(1);
      await expect(stack.ping(FAR)).rejects.toMatchObject({ code: "ENETUNREACH" });
    });

    test("short lifetimes run out: deprecated, then gone; another prefix comes", async () => {
      const {
        stack,
        routers: [router],
      } = await world("a");
      await router!.advertise(`AdvDefaultLifetime 600; ${prefix("2001:db8:a::/64", 10, 6)}`);
      await configured(stack);
      await router!.silence("SIGKILL");
      await until(() => global(stack)[0]?.endsWith("deprecated") === true, 15_000);
      await router!.advertise(`AdvDefaultLifetime 600; ${prefix("2001:db8:b::/64", 600, 300)}`);
      await until(
        () => global(stack).every((line) => line.startsWith("2001:db8:b:")) && global(stack).length === 1,
        15_000,
      );
      await configured(stack);
    });

    test("a redirect of Linux is followed", async () => {
      const { stack, routers, watch } = await world("ab");
      const [a, b] = routers as [LinuxRouter, LinuxRouter];
      await a.addAddress("2001:db8:a::a/64");
      await b.addAddress("2001:db8:a::b/64");
      await a.namespace.runOk("ip", ["-6", "route", "add", "3fff::b/128", "via", b.address, "dev", a.link]);
      await a.advertise(`AdvDefaultLifetime 600; ${prefix("2001:db8:a::/64", 600, 300)}`);
      await configured(stack);
      watch.received();
      expect(await pings(stack, "3fff::b")).toBe(true);
      await until(() => stack.stats()["ipv6"]!["redirects"] === 1);
      for (let round = 0; round < 2; round++) expect(await pings(stack, "3fff::b")).toBe(true);
      expect(wentTo(watch, "3fff::b")).toEqual([a.mac, b.mac, b.mac]);
      expect(stack.stats()["ipv6"]).toMatchObject({ redirects: 1 });
    });

    test("rdisc6 asks for routers: we are none and say nothing; what the router answers it we take too", async () => {
      const { stack, routers, watch } = await world("ab");
      const [a, b] = routers as [LinuxRouter, LinuxRouter];
      const asks = (patience: number) => {
        const rdisc6 = ["rdisc6", "-q", "-1", "-r", "1", "-w", String(patience), b.link];
        return run("nsenter", ["-t", String(b.namespace.pid), "-n", ...rdisc6]);
      };
      expect((await asks(1000)).stdout).toBe("");
      const types = (): number[] =>
        watch
          .received()
          .map((frame) => parseIpv6(parseEthernet(frame).payload))
          .flatMap(({ nextHeader, payload }) => (nextHeader === ICMPV6 ? [payload[0]!] : []));
      expect(types()).not.toContain(ROUTER_ADVERTISEMENT);
      expect(stack.routers()).toEqual([]);
      await a.advertise(`AdvDefaultLifetime 600; ${prefix("2001:db8:a::/64", 600, 300)}`);
      await configured(stack);
      const { stdout } = await asks(10_000);
      expect(stdout.trim().split("\n")).toEqual(["2001:db8:a::/64"]);
      expect(types()).not.toContain(ROUTER_ADVERTISEMENT);
      expect(stack.routers().map(({ address }) => `${address}`)).toEqual([a.address]);
    });

    test("nothing of it is taken when advertisements are not to be accepted", async () => {
      const {
        stack,
        routers: [router],
      } = await world("a", { acceptRouterAdvertisement: false });
      await router!.advertise(`AdvDefaultLifetime 600; ${prefix("2001:db8:a::/64", 600, 300)}`);
      await until(() => (stack.stats()["ndp"]!["receivedIgnored"] ?? 0) >= 2, 30_000);
      expect([stack.routers(), global(stack)]).toEqual([[], []]);
    });
  },
  { commands: ["ip", "radvd", "rdisc6", "nsenter"] },
);

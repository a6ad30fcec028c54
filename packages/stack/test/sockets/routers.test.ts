import {
  mtuOption,
  parseIpv6,
  prefixInformation,
  recursiveDnsServers,
  routeInformation,
  routerAdvertisement,
  sourceLinkAddress,
} from "@mnet/conformance";
import { simulatedLink, Timeline } from "@mnet/simulation";
import type { StackOptions } from "@mnet/stack";
import { expect, test } from "vitest";
import { RawRouter } from "../support/raw-router.ts";
import { codeOf, settle, stackOn } from "../support/world.ts";

/** What routers that announce themselves do to a stack, as a program sees it. */

async function scene(options: Partial<StackOptions> = {}) {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const router = new RawRouter(near);
  const stack = await stackOn(timeline, far, { ipv4Only: false, name: "service", ...options });
  await timeline.run(5000);
  const told: string[] = [];
  stack.on("router", ({ kind, router: { address, preference } }) =>
    told.push(`${kind} ${address} ${preference}`),
  );
  stack.on("address", ({ kind, prefix }) => told.push(`${kind} ${prefix.length}`));
  return { timeline, router, stack, told };
}

test("an address with its lifetimes, a way out, and what else the router says", async () => {
  const { timeline, router, stack, told } = await scene();
  expect(await codeOf(timeline, stack.ping("2001:db8:99::1"), 1)).toBe("ENETUNREACH");
  let configurations = 0;
  stack.on("configuration", () => {
    configurations++;
  });
  const at = timeline.now();
  router.advertise(null, {
    preference: "high",
    hopLimit: 33,
    otherConfiguration: true,
    options: [
      prefixInformation({ prefix: "2001:db8::/64", validLifetime: 7200, preferredLifetime: 600 }),
      recursiveDnsServers({ servers: ["2001:db8::53"], lifetime: 900 }),
      mtuOption(1400),
    ],
  });
  await timeline.run(3000);
  expect(told).toEqual(["added fe80::1 high", "added 64"]);
  expect(configurations).toBeGreaterThan(0);
  expect(stack.routers()).toMatchObject([{ preference: "high", reachable: true }]);
  expect(String(stack.routers()[0]!.address)).toBe("fe80::1");
  expect(stack.routers()[0]!.validUntil).toBeCloseTo(at + 1_800_000, -2);
  const { nameServers, ...rest } = stack.configuration();
  expect(rest).toMatchObject({ managed: false, otherConfiguration: true, mtu: 1400, hopLimit: 33 });
  expect(nameServers.map(({ address }) => String(address))).toEqual(["2001:db8::53"]);
  const [own] = stack.addresses().filter(({ origin }) => origin === "autoconfigured");
  expect(own).toMatchObject({ state: "preferred", scope: "global" });
  expect(own!.validUntil).toBeCloseTo(at + 7_200_000, -2);
  expect(own!.preferredUntil).toBeCloseTo(at + 600_000, -2);

  stack.ping("2001:db8:99::1", { timeout: 100 }).catch(() => {});
  await timeline.run(1000);
  const sent = router.packets
    .map((packet) => parseIpv6(packet))
    .filter(({ destination }) => destination === "2001:db8:99::1");
  expect(sent).toMatchObject([{ source: String(own!.address), hopLimit: 33 }]);

  stack.tcp.connect({ host: "2001:db8:99::1", port: 80 }).catch(() => {});
  await stack.udp.bind().send("x", { host: "2001:db8:99::1", port: 80 });
  await timeline.run(10);
  expect(router.packets.slice(-2).map((packet) => parseIpv6(packet).hopLimit)).toEqual([33, 33]);

  await timeline.run(600_000);
  expect(stack.addresses().find(({ origin }) => origin === "autoconfigured")).toMatchObject({
    state: "deprecated",
  });
  await timeline.run(7_200_000);
  expect(stack.addresses().some(({ origin }) => origin === "autoconfigured")).toBe(false);
  expect(stack.routers()).toEqual([]);
  expect(told.slice(2)).toEqual(expect.arrayContaining(["removed fe80::1 high", "removed 64"]));
});

test("acceptRouterAdvertisement: false hears none and asks for none", async () => {
  const { timeline, router, stack, told } = await scene({ acceptRouterAdvertisement: false });
  router.advertise("2001:db8::/64");
  await timeline.run(60_000);
  expect(told).toEqual([]);
  expect(stack.routers()).toEqual([]);
  expect(stack.addresses()).toMatchObject([{ origin: "link-local" }]);
  const solicitations = router.packets.filter((packet) => packet[6] === 58 && packet[40] === 133);
  expect(solicitations).toEqual([]);
});

test("temporary addresses come beside the autoconfigured one, and are what new connections leave by", async () => {
  const { timeline, router, stack } = await scene({ temporaryAddresses: true });
  router.advertise("2001:db8::/64");
  await timeline.run(5000);
  const temporary = stack.addresses().find(({ origin }) => origin === "temporary");
  expect(temporary).toMatchObject({ state: "preferred" });
  const socket = stack.udp.bind();
  socket.connect({ host: "2001:db8:99::1", port: 7 });
  expect(socket.local.address.equals(temporary!.address)).toBe(true);
});

test("a gateway by hand, with static addresses and no router at all", async () => {
  const options = { ipv6: "fd00::2/64", gateway6: "fe80::1", acceptRouterAdvertisement: false };
  const { timeline, router, stack } = await scene(options);
  stack.ping("2001:db8::1", { timeout: 100 }).catch(() => {});
  await timeline.run(1000);
  const sent = router.packets
    .map((packet) => parseIpv6(packet))
    .filter(({ destination }) => destination === "2001:db8::1");
  expect(sent).toMatchObject([{ source: "fd00::2" }]);
  const routes = stack.routes().map(({ destination, gateway }) => `${destination} ${gateway}`);
  expect(routes).toContain("::/0 fe80::1");
  stack.setGateway(null);
  expect(await codeOf(timeline, stack.ping("2001:db8::1"), 1)).toBe("ENETUNREACH");
  stack.setGateway("fd00::1");
  stack.setGateway(null, 4);
  expect(stack.routes().some(({ gateway }) => String(gateway) === "fd00::1")).toBe(true);
});

test("routers are listed with the best first, and routes with those that they advertise", async () => {
  const { timeline, router, stack } = await scene();
  const other = { source: "fe80::2", destination: "ff02::1", preference: "high" } as const;
  const list = (): string[] => stack.routers().map(({ address }) => String(address));
  const byRouters = (): string[] =>
    stack
      .routes()
      .filter(({ gateway }) => gateway !== null)
      .map(({ destination, gateway }) => `${destination} ${gateway}`);
  router.advertise(null, { options: [routeInformation({ prefix: "2001:db8:c::/48", lifetime: 600 })] });
  await timeline.run(100);
  expect(byRouters()).toEqual(["2001:db8:c::/48 fe80::1", "::/0 fe80::1"]);
  // Better, but its link address is not known: it counts when it is.
  router.send("33:33:00:00:00:01", other, routerAdvertisement(other));
  await timeline.run(100);
  expect(list()).toEqual(["fe80::1", "fe80::2"]);
  const options = [sourceLinkAddress(router.mac)];
  router.send("33:33:00:00:00:01", other, routerAdvertisement({ ...other, options }));
  await timeline.run(100);
  expect(list()).toEqual(["fe80::2", "fe80::1"]);
  expect(byRouters()).toEqual(["2001:db8:c::/48 fe80::1", "::/0 fe80::2", "::/0 fe80::1"]);
  await timeline.run(600_000);
  expect(byRouters()).toEqual(["::/0 fe80::2", "::/0 fe80::1"]);
});

test("addresses and routes of IPv6 change at run time", async () => {
  const { timeline, stack, told } = await scene({ ipv6: "fd00::2/64" });
  stack.addAddress("fd01::2/64");
  stack.addRoute({ destination: "2001:db8::/32", gateway: "fd01::1" });
  await timeline.run(3000);
  expect(told).toEqual(["added 64"]);
  expect(stack.routes().map(({ destination }) => String(destination))).toEqual(
    expect.arrayContaining(["2001:db8::/32", "fd01::/64", "fd00::/64"]),
  );
  stack.removeRoute("2001:db8::/32");
  stack.removeAddress("fd01::2");
  expect(told).toEqual(["added 64", "removed 64"]);
  expect(stack.routes().some(({ destination }) => String(destination) === "fd01::/64")).toBe(false);
  expect(await settle(timeline, stack.ping("fd00::2"))).toMatchObject({ received: 1 });
});

import { simulatedLink, Timeline } from "@mnet/simulation";
import { createStack, type Logger, silentLogger } from "@mnet/stack";
import { expect, test } from "vitest";
import { AlterableDevice } from "../support/alterable-device.ts";
import { codeOf, settle, stackOn, world } from "../support/world.ts";

/** A link that carries less than 1280 octets has no IPv6 (RFC 8200 5). */

test("by default IPv6 is off there, and the logger is told; IPv4 is on", async () => {
  const timeline = new Timeline();
  const [near] = simulatedLink(timeline, { mtu: 1279 });
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
  const stack = await stackOn(timeline, near, { ipv4Only: false, ipv4: "10.0.0.2/24", logger });
  expect(stack.supports).toMatchObject({ ipv4: true, ipv6: false });
  expect(stack.addresses()).toHaveLength(1);
  expect(warnings).toEqual(["IPv6 needs an MTU of 1280 octets, and the device has 1279: it is off"]);
  expect(await codeOf(timeline, stack.ping("::1"), 1)).toBe("EAFNOSUPPORT");
});

test.each([{ ipv6: "fd00::2/64" }, { ipv6: "stable" }, { ipv6Only: true }, { gateway6: "fe80::1" }])(
  "asked for with %j it is refused at once",
  (options) => {
    const [device] = simulatedLink(new Timeline(), { mtu: 1279 });
    expect(() => createStack({ device, ...options })).toThrow(/needs an MTU of 1280 octets.* 1279/);
  },
);

test("when the MTU becomes too small IPv6 goes off, and comes back with it; an event says so", async () => {
  const timeline = new Timeline();
  const [near] = simulatedLink(timeline);
  const device = new AlterableDevice(near);
  const stack = await settle(
    timeline,
    stackOn(timeline, device, { ipv4Only: false, ipv4: "10.0.0.2/24", ipv6: "fd00::2/64", waitFor: "dad" }),
  );
  const told: string[] = [];
  stack.on("family", ({ family, on, reason }) => told.push(`${family} ${on}: ${reason}`));
  device.change({ mtu: 1279 });
  expect(told).toEqual(["6 false: IPv6 needs an MTU of 1280 octets, and the device has 1279"]);
  expect(await codeOf(timeline, stack.ping("fd00::99"), 1)).toBe("ENETUNREACH");
  expect(await codeOf(timeline, stack.udp.bind().send("x", { host: "10.0.0.9", port: 9 }), 1)).toBe(
    "resolved",
  );
  device.change({ mtu: 1279 });
  device.change({ mtu: 1280 });
  expect(told.slice(1)).toEqual(["6 true: IPv6 needs an MTU of 1280 octets, and the device has 1280"]);
  await timeline.run(3000);
  expect(await codeOf(timeline, stack.ping("fd00::99", { timeout: 30_000 }))).toBe("resolved");
});

test("1280 octets suffice", async () => {
  const { timeline, client, places } = await world({ family: 6, mtu: 1280 });
  expect(await settle(timeline, client.ping(places.server, { size: 5000 }))).toMatchObject({ received: 1 });
});

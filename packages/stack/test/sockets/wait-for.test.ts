import { simulatedLink, Timeline } from "@mnet/simulation";
import type { Stack, StackOptions } from "@mnet/stack";
import { describe, expect, test } from "vitest";
import { AlterableDevice } from "../support/alterable-device.ts";
import { RawRouter } from "../support/raw-router.ts";
import { codeOf, settle, stackOn } from "../support/world.ts";

/** When `createStack` resolves, and when it does not. */

const both = { ipv4Only: false, name: "late", ipv4: "10.0.0.2/24", ipv6: "fd00::2/64" } as const;

function scene(options: Partial<StackOptions>) {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const router = new RawRouter(near);
  const started = stackOn(timeline, far, { ...both, ...options });
  started.catch(() => {});
  return { timeline, router, started };
}

const states = (stack: Stack): string[] => stack.addresses().map(({ state }) => state);

describe('"link", the default', () => {
  test("is there at once: addresses may still be tentative, and become usable later", async () => {
    const { timeline, started } = scene({});
    const stack = await started;
    expect(timeline.now()).toBe(0);
    expect(states(stack)).toEqual(["preferred", "tentative", "tentative"]);
    await timeline.run(3000);
    expect(states(stack)).toEqual(["preferred", "preferred", "preferred"]);
  });

  test("an address that another host has stays off; an event says so, and the stack runs on", async () => {
    const { timeline, router, started } = scene({});
    const stack = await started;
    const conflicts: string[] = [];
    stack.on("conflict", ({ address, mac, outcome }) => conflicts.push(`${address} ${mac} ${outcome}`));
    await timeline.run(1);
    router.claim("fd00::2");
    await timeline.run(5000);
    expect(conflicts).toEqual([`fd00::2 ${router.mac} refused`]);
    const [v4, ...v6] = stack.addresses();
    expect(v4).toMatchObject({ state: "preferred" });
    const staticOne = v6.find(({ origin }) => origin === "static");
    expect(staticOne).toMatchObject({ state: "duplicate" });
    expect(v6.find(({ origin }) => origin === "link-local")).toMatchObject({ state: "preferred" });
    expect(() => stack.tcp.listen({ port: 80, host: "fd00::2" })).toThrow(/EADDRNOTAVAIL/);
    expect(stack.tcp.listen({ port: 80 }).local.port).toBe(80);
    stack.removeAddress("fd00::2");
    stack.addAddress("fd00::3/64");
    await timeline.run(5000);
    expect(states(stack)).toEqual(["preferred", "preferred", "preferred"]);
  });

  test("the host that has the address can talk to us, and we to it", async () => {
    const timeline = new Timeline();
    const [near, far] = simulatedLink(timeline);
    const owner = await settle(
      timeline,
      stackOn(timeline, near, { ...both, name: "owner", ipv4: [], waitFor: "dad" }),
    );
    const late = await stackOn(timeline, far, { ...both, ipv6: ["fd00::2/64", "fd00::3/64"] });
    await timeline.run(5000);
    expect(late.addresses().filter(({ state }) => state === "duplicate")).toHaveLength(1);
    expect(await settle(timeline, owner.ping("fd00::3"))).toMatchObject({ received: 1 });
    expect(await settle(timeline, late.ping("fd00::2"))).toMatchObject({ received: 1 });
  });

  test("a signal that is aborted already rejects with its reason, and nothing stays", async () => {
    const reason = new Error("not now");
    const { timeline, started } = scene({ signal: AbortSignal.abort(reason) });
    await expect(settle(timeline, started)).rejects.toBe(reason);
    await timeline.run(10_000);
    expect(timeline.peek()).toBeNull();
  });
});

describe('"dad"', () => {
  test("is there when every address is usable: within two seconds", async () => {
    const { timeline, started } = scene({ waitFor: "dad" });
    const stack = await settle(timeline, started);
    expect(states(stack)).toEqual(["preferred", "preferred", "preferred"]);
    expect(timeline.now()).toBeGreaterThanOrEqual(1000);
    expect(timeline.now()).toBeLessThanOrEqual(2000);
  });

  test("IPv4 alone is there at once, and with probing when that is over", async () => {
    const { timeline, started } = scene({ waitFor: "dad", ipv4Only: true });
    await settle(timeline, started);
    expect(timeline.now()).toBe(0);
    const probing = scene({ waitFor: "dad", ipv4Only: true, conflictDetection: "probe" });
    expect(states(await settle(probing.timeline, probing.started))).toEqual(["preferred"]);
    expect(probing.timeline.now()).toBeGreaterThan(3000);
  });

  test("rejects with EADDRINUSE when another host has an address, and nothing stays", async () => {
    const { timeline, router, started } = scene({ waitFor: "dad" });
    await timeline.run(1);
    router.claim("fd00::2");
    const error = await settle(
      timeline,
      started.catch((reason: unknown) => reason),
    );
    expect(error).toMatchObject({ code: "EADDRINUSE", address: "fd00::2" });
    await timeline.run(10_000);
    expect(timeline.peek()).toBeNull();
  });

  test.each(["stable", "random"] as const)(
    "with %s identifiers one that another host has is no end: the next one is waited for",
    async (mode) => {
      const unnumbered = { ipv6: mode, stableSecret: new Uint8Array(16) };
      const first = scene(unnumbered);
      const taken = String((await first.started).addresses().find(({ scope }) => scope === "link")!.address);
      const { timeline, router, started } = scene({ ...unnumbered, waitFor: "dad" });
      await timeline.run(1);
      router.claim(taken);
      const stack = await settle(timeline, started);
      expect(states(stack)).toEqual(["preferred", "preferred"]);
      expect(stack.addresses().map(({ address }) => `${address}`)).not.toContain(taken);
    },
  );
});

describe('"global"', () => {
  const unnumbered = { ipv6: "eui64", waitFor: "global" } as const;

  test("waits for a router whose prefix gives an address", async () => {
    const { timeline, router, started } = scene(unnumbered);
    let there = false;
    started.then(() => {
      there = true;
    });
    await timeline.run(30_000);
    expect(there).toBe(false);
    router.advertise("2001:db8::/64");
    const stack = await settle(timeline, started);
    expect(timeline.now()).toBeLessThan(33_000);
    const global = stack.addresses().filter(({ family, scope }) => family === 6 && scope === "global");
    expect(global).toMatchObject([{ state: "preferred", origin: "autoconfigured", prefixLength: 64 }]);
    expect(String(global[0]!.address)).toMatch(/^2001:db8::/);
  });

  test("a static address is one", async () => {
    const { timeline, started } = scene({ waitFor: "global" });
    await settle(timeline, started);
    expect(timeline.now()).toBeLessThanOrEqual(2000);
  });

  test("waitTimeout ends the wait with ETIMEDOUT; the stack is gone then", async () => {
    const { timeline, started } = scene({ ...unnumbered, waitTimeout: 10_000 });
    expect(await codeOf(timeline, started)).toBe("ETIMEDOUT");
    expect(timeline.now()).toBe(10_000);
    await timeline.run(60_000);
    expect(timeline.peek()).toBeNull();
  });

  test("a signal ends it with its reason", async () => {
    const controller = new AbortController();
    const { timeline, started } = scene({ ...unnumbered, signal: controller.signal });
    await timeline.run(5000);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(settle(timeline, started)).rejects.toBe(reason);
    await timeline.run(60_000);
    expect(timeline.peek()).toBeNull();
  });
});

test("a device that fails during the wait is ENETDOWN", async () => {
  const timeline = new Timeline();
  const [, far] = simulatedLink(timeline);
  const failing = new AlterableDevice(far);
  const started = stackOn(timeline, failing, { ...both, waitFor: "dad" });
  started.catch(() => {});
  await timeline.run(10);
  failing.fail(new Error("gone"));
  expect(await codeOf(timeline, started)).toBe("ENETDOWN");
});

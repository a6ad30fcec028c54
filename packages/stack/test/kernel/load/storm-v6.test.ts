import { runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, test } from "vitest";
import { besieged, weather } from "../support/siege.ts";

/** Neighbor Discovery by the ten thousand, injected from the kernel's side of a TAP, beside a connection that lives through it. */

const STORM = 20_000;

kernelSuite(
  "storms of Neighbor Discovery over a TAP",
  () => {
    test("20 000 advertisements of as many routers, with prefixes, routes, DNS servers, MTUs and times", async () => {
      const target = await besieged(6);
      const { stack, count } = target;
      await weather(target, "advertisement", STORM);
      expect(stack.routers()).toHaveLength(16);
      expect(count("ipv6", "prefixes")).toBe(16);
      expect(count("ipv6", "addresses")).toBeLessThanOrEqual(2 + 16);
      expect(stack.configuration().nameServers).toHaveLength(16);
      expect(count("ipv6", "neighbors")).toBeLessThanOrEqual(1024);
      await target.finish();
    });

    test("20 000 solicitations, for addresses that are not ours and by hosts that there are not", async () => {
      const target = await besieged(6);
      const { count } = target;
      await weather(target, "solicitation", STORM);
      expect(count("ipv6", "neighbors")).toBeGreaterThan(500);
      expect(count("ipv6", "neighbors")).toBeLessThanOrEqual(1024);
      expect(count("ipv6", "resolving")).toBeLessThanOrEqual(64);
      await target.finish();
    });

    test("20 000 redirects, half of them by our router", async () => {
      const target = await besieged(6);
      const { stack, tap, count } = target;
      const { stdout } = await runOk("ip", ["-6", "-o", "addr", "show", "dev", tap.name, "scope", "link"]);
      const router = /inet6 (fe80::[0-9a-f:]+)\/64/.exec(stdout)![1]!;
      stack.setGateway(router);
      await weather({ ...target, source: router }, "redirect", STORM);
      expect(count("ipv6", "redirects")).toBe(256);
      expect(count("ipv6", "neighbors")).toBeLessThanOrEqual(1024);
      await target.finish();
    });
  },
  { commands: ["ip"] },
);

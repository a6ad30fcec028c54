import { parseEthernet } from "@mnet/conformance";
import type { NetworkDevice } from "@mnet/core";
import { capture } from "@mnet/devices";
import { hostAddressesReady, runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { createStack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import { expect, onTestFinished, test } from "vitest";
import {
  linuxDatagrams,
  linuxEchoesThroughUs,
  ourDatagrams,
  weEchoThroughLinux,
} from "./support/transfer.ts";
import { HOST, HOST6, linuxPings, outcome, STACK, STACK6 } from "./support.ts";

/** Both ends have one family alone: every frame on the wire is of it, in both directions, from the first one to the end. */

const SIZES = [0, 1400, 65_507];
const OCTETS = 2 ** 20;

/** A device that notes the EtherType of whatever passes. */
function watched(inner: NetworkDevice): { device: NetworkDevice; seen: Set<number> } {
  const seen = new Set<number>();
  const writer = { packet: (octets: Uint8Array) => void seen.add(parseEthernet(octets).etherType) };
  return { device: capture(inner, { writer, clock: { now: () => performance.now() } }), seen };
}

/** Whether interfaces of Linux that come from here on have IPv6. */
async function linuxHasIpv6(on: boolean): Promise<void> {
  await runOk("sysctl", ["-q", "-w", `net.ipv6.conf.default.disable_ipv6=${on ? 0 : 1}`]);
}

kernelSuite(
  "one family alone",
  () => {
    test("IPv6: no packet of IPv4, no ARP", async () => {
      const tap = openTap({ name: "only6", host: { ipv6: `${HOST6}/64` } });
      onTestFinished(() => tap.close());
      const { device, seen } = watched(tap);
      const stack = await createStack({
        device,
        name: "six",
        ipv6Only: true,
        ipv6: `${STACK6}/64`,
        waitFor: "dad",
      });
      onTestFinished(() => stack.kill({ timeout: 0 }));
      await hostAddressesReady(tap.name);
      await linuxPings(STACK6, 3000);
      expect((await stack.ping(HOST6, { size: 3000 })).received).toBe(1);
      await linuxEchoesThroughUs(stack, STACK6, OCTETS);
      await weEchoThroughLinux(stack, HOST6, OCTETS);
      await linuxDatagrams(stack, STACK6, SIZES);
      await ourDatagrams(stack, HOST6, SIZES);
      expect(await outcome(stack.tcp.connect({ host: HOST, port: 9 }))).toBe("EAFNOSUPPORT");
      await stack.kill();
      expect([...seen]).toEqual([0x86dd]);
    });

    test("IPv4: no packet of IPv6, no solicitation, no report, no detection of duplicates", async () => {
      await linuxHasIpv6(false);
      onTestFinished(() => linuxHasIpv6(true));
      const tap = openTap({ name: "only4", host: { ipv4: `${HOST}/24` } });
      onTestFinished(() => tap.close());
      const { device, seen } = watched(tap);
      const stack = await createStack({ device, name: "four", ipv4Only: true, ipv4: `${STACK}/24` });
      onTestFinished(() => stack.kill({ timeout: 0 }));
      await linuxPings(STACK, 3000);
      expect((await stack.ping(HOST, { size: 3000 })).received).toBe(1);
      await linuxEchoesThroughUs(stack, STACK, OCTETS);
      await weEchoThroughLinux(stack, HOST, OCTETS);
      await linuxDatagrams(stack, STACK, SIZES);
      await ourDatagrams(stack, HOST, SIZES);
      expect(await outcome(stack.tcp.connect({ host: HOST6, port: 9 }))).toBe("EAFNOSUPPORT");
      await stack.kill();
      expect([...seen].sort()).toEqual([0x0800, 0x0806]);
    });
  },
  { commands: ["ping", "sysctl"] },
);

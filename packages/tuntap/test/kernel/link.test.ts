import { spawn } from "node:child_process";
import { once } from "node:events";
import { run, runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { openTap, type TapDevice } from "../../src/index.ts";
import { Responder, udpFrame } from "./responder.ts";

kernelSuite(
  "the interface goes and comes",
  () => {
    let tap: TapDevice;
    let responder: Responder;
    beforeEach(() => {
      tap = openTap({ name: "tap0", host: { ipv4: "10.0.0.1/24" } });
      responder = new Responder(tap);
      tap.start(responder);
    });
    afterEach(() => tap.close());

    async function pings(): Promise<boolean> {
      const { code } = await run("ping", ["-n", "-q", "-c", "1", "-W", "2", "10.0.0.2"]);
      return code === 0;
    }

    function send(): boolean {
      return tap.send(udpFrame(tap, 0x0a000002, 0x0a000001, 7000, new Uint8Array(10)));
    }

    test("down and up again, told though nothing was sent; frames flow as before", async () => {
      for (let i = 0; i < 3; i++) {
        expect(await pings()).toBe(true);
        responder.told.length = 0;
        await runOk("ip", ["link", "set", "tap0", "down"]);
        await expect.poll(() => responder.told).toEqual(["down"]);
        expect(tap.up).toBe(false);
        await runOk("ip", ["link", "set", "tap0", "up"]);
        await expect.poll(() => responder.told).toEqual(["down", "up"]);
      }
      expect(await pings()).toBe(true);
    });

    test("what is sent while it is down is lost, without an error", async () => {
      await runOk("ip", ["link", "set", "tap0", "down"]);
      expect(send()).toBe(true);
      expect(tap.statistics()).toMatchObject({ sent: 0, lost: 1 });
      await expect.poll(() => responder.told).toEqual(["down"]);
      await runOk("ip", ["link", "set", "tap0", "up"]);
      await expect.poll(() => responder.told).toEqual(["down", "up"]);
      expect(send()).toBe(true);
      expect(tap.statistics()).toMatchObject({ sent: 1, lost: 1 });
    });

    test("down and up under a flood of frames", async () => {
      const flood = spawn("ping", ["-n", "-q", "-f", "10.0.0.2"], { stdio: "ignore" });
      onTestFinished(() => void flood.kill("SIGKILL"));
      for (let i = 0; i < 5; i++) {
        const before = responder.answered;
        await expect.poll(() => responder.answered).toBeGreaterThan(before);
        await runOk("ip", ["link", "set", "tap0", "down"]);
        await runOk("ip", ["link", "set", "tap0", "up"]);
      }
      const before = responder.answered;
      await expect.poll(() => responder.answered).toBeGreaterThan(before);
      expect(flood.exitCode).toBe(null);
      flood.kill("SIGKILL");
      await expect.poll(() => tap.up).toBe(true);
      expect(await pings()).toBe(true);
      expect(responder.told.filter((event) => event.startsWith("failed"))).toEqual([]);
    });

    test("a new MTU is followed, up and down", async () => {
      await runOk("ip", ["link", "set", "tap0", "mtu", "9000"]);
      await expect.poll(() => responder.told).toEqual(["mtu 9000"]);
      const big = await run("ping", ["-n", "-q", "-c", "1", "-W", "2", "-M", "do", "-s", "8972", "10.0.0.2"]);
      expect(big.code).toBe(0);
      await runOk("ip", ["link", "set", "tap0", "mtu", "1500"]);
      await expect.poll(() => responder.told).toEqual(["mtu 9000", "mtu 1500"]);
      expect(await pings()).toBe(true);
    });

    test("renamed, it goes on under the new name", async () => {
      await runOk("ip", ["link", "set", "tap0", "down"]);
      await runOk("ip", ["link", "set", "tap0", "name", "lan0"]);
      await runOk("ip", ["link", "set", "lan0", "up"]);
      await expect.poll(() => tap.name).toBe("lan0");
      await expect.poll(() => tap.up).toBe(true);
      expect(await pings()).toBe(true);
    });

    test("moved to another namespace, it serves that one", async () => {
      const other = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec sleep 60"]);
      await once(other.stdout, "data");
      await runOk("ip", ["link", "set", "tap0", "netns", `${other.pid}`]);
      const inside = (...command: string[]): string[] => ["--target", `${other.pid}`, "--net", ...command];
      await runOk("nsenter", inside("ip", "address", "add", "10.0.0.1/24", "dev", "tap0"));
      await runOk("nsenter", inside("ip", "link", "set", "tap0", "up"));
      await runOk("nsenter", inside("ping", "-n", "-q", "-c", "1", "-W", "2", "10.0.0.2"));
      other.kill();
      await once(other, "close");
      // The namespace ends, and with it the interface.
      await expect.poll(() => responder.told.at(-1)).toMatch(/^failed: read ENODEV/);
    });

    test("deleted: failed with ENODEV, once; sending is harmless and close resolves", async () => {
      await runOk("ip", ["link", "delete", "tap0"]);
      await expect
        .poll(() => responder.told)
        .toEqual(["failed: read ENODEV tap0: the interface was deleted"]);
      expect(send()).toBe(true);
      await tap.close();
      expect(responder.told).toHaveLength(1);
    });

    test("deleted: noticed by sending too", async () => {
      await runOk("ip", ["link", "delete", "tap0"]);
      expect(send()).toBe(true);
      await expect.poll(() => responder.told).toHaveLength(1);
    });

    test("the name is free again after a deletion", async () => {
      await runOk("ip", ["link", "delete", "tap0"]);
      await expect.poll(() => responder.told).toHaveLength(1);
      const again = openTap({ name: "tap0" });
      expect(again.name).toBe("tap0");
      await again.close();
    });
  },
  { commands: ["ping", "nsenter", "unshare"] },
);

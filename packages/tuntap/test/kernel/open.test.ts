import { isNetError, type NetError } from "@mnet/core";
import { run, runOk, userNamespaceAvailable } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { afterEach, describe, expect, test } from "vitest";
import { derivedMac, openTap, type TapDevice, type TapOptions, tunAvailable } from "../../src/index.ts";
import { nodeFromSource } from "./program.ts";

interface LinkInfo {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly txqlen: number;
  readonly address: string;
}

interface AddressInfo {
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
  }[];
}

kernelSuite("openTap", () => {
  const taps: TapDevice[] = [];
  afterEach(async () => {
    for (const tap of taps.splice(0)) await tap.close();
    for (const name of ["tap0", "tap1"]) await run("ip", ["link", "delete", name]);
  });

  function open(options?: TapOptions): TapDevice {
    const tap = openTap(options);
    taps.push(tap);
    return tap;
  }

  async function link(name: string): Promise<LinkInfo | null> {
    const { code, stdout } = await run("ip", ["-json", "link", "show", "dev", name]);
    return code === 0 ? (JSON.parse(stdout) as LinkInfo[])[0]! : null;
  }

  async function addresses(name: string): Promise<string[]> {
    const { stdout } = await runOk("ip", ["-json", "address", "show", "dev", name]);
    const [info] = JSON.parse(stdout) as AddressInfo[];
    return info!.addr_info
      .filter(({ scope }) => scope !== "link")
      .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  }

  function failure(options: TapOptions): NetError {
    try {
      open(options);
    } catch (error) {
      if (isNetError(error)) return error;
      throw error;
    }
    throw new Error("it opened");
  }

  describe("creates", () => {
    test("an interface that is up, with an MTU of 1500 and a queue for bursts; close removes it", async () => {
      const tap = open({ name: "tap0" });
      const info = (await link("tap0"))!;
      expect(info).toMatchObject({ mtu: 1500, txqlen: 1000, address: tap.hostMac.toString() });
      expect(info.flags).toContain("UP");
      expect(tap.capabilities).toEqual({
        medium: "ethernet",
        mtu: 1500,
        headroom: 0,
        txChecksum: false,
        rxTrusted: false,
        gather: 2,
        segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
      });
      await tap.close();
      expect(await link("tap0")).toBeNull();
    });

    test("with a free name when none is given", async () => {
      const [first, second] = [open(), open({ name: "tap%d" })];
      expect(first.name).toMatch(/^tap\d+$/);
      expect(second.name).not.toBe(first.name);
      expect(await link(second.name)).not.toBeNull();
    });

    test("the stack's address is the name's, never the host's own", () => {
      const tap = open({ name: "tap0" });
      expect(tap.mac.equals(derivedMac("tap0"))).toBe(true);
      expect(tap.mac.equals(tap.hostMac)).toBe(false);
      expect(open({ name: "tap1", mac: "02:00:00:00:00:99" }).mac.toString()).toBe("02:00:00:00:00:99");
    });

    test("the stack's address differs from the host's even when that is what the name gives", async () => {
      await runOk("ip", ["tuntap", "add", "dev", "tap0", "mode", "tap"]);
      await runOk("ip", ["link", "set", "tap0", "address", derivedMac("tap0").toString()]);
      const tap = open({ name: "tap0" });
      expect(tap.hostMac.equals(derivedMac("tap0"))).toBe(true);
      expect(tap.mac.equals(tap.hostMac)).toBe(false);
    });

    test("the host's side: addresses, MTU, up", async () => {
      const tap = open({ name: "tap0", mtu: 1400, host: { ipv4: "10.0.0.1/20", ipv6: "fd00::1/64" } });
      expect(await addresses("tap0")).toEqual(["10.0.0.1/20", "fd00::1/64"]);
      expect(await link("tap0")).toMatchObject({ mtu: 1400 });
      expect(tap.capabilities.mtu).toBe(1400);
      const routes = (await runOk("ip", ["route", "show", "dev", "tap0"])).stdout;
      expect(routes).toContain("10.0.0.0/20");
    });
  });

  describe("attaches", () => {
    test("to a persistent TAP, which keeps its state, and again after close", async () => {
      await runOk("ip", ["tuntap", "add", "dev", "tap0", "mode", "tap"]);
      await runOk("ip", ["address", "add", "10.9.9.1/24", "dev", "tap0"]);
      await runOk("ip", ["link", "set", "tap0", "mtu", "1300", "txqueuelen", "77", "up"]);
      for (let i = 0; i < 2; i++) {
        const tap = open({ name: "tap0" });
        expect(tap.capabilities.mtu).toBe(1300);
        await tap.close();
        expect(await addresses("tap0")).toEqual(["10.9.9.1/24"]);
        expect(await link("tap0")).toMatchObject({ mtu: 1300, txqlen: 77 });
      }
    });

    test("one that is down stays down unless the host's side is asked for", async () => {
      await runOk("ip", ["tuntap", "add", "dev", "tap0", "mode", "tap"]);
      await open({ name: "tap0" }).close();
      expect((await link("tap0"))!.flags).not.toContain("UP");
      await open({ name: "tap0", host: {} }).close();
      expect((await link("tap0"))!.flags).toContain("UP");
    });

    test("the host's addresses that are there already stay", async () => {
      await runOk("ip", ["tuntap", "add", "dev", "tap0", "mode", "tap"]);
      const host = { ipv4: "10.0.0.1/24", ipv6: "fd00::1/64" };
      await open({ name: "tap0", host }).close();
      await open({ name: "tap0", host }).close();
      expect(await addresses("tap0")).toEqual(["10.0.0.1/24", "fd00::1/64"]);
    });
  });

  describe("fails", () => {
    test("EBUSY when another program has it, and leaves that alone", async () => {
      open({ name: "tap0" });
      const error = failure({ name: "tap0" });
      expect(error).toMatchObject({ code: "EBUSY", address: "tap0" });
      expect(error.message).toContain('another program has "tap0" open');
      expect((await link("tap0"))!.flags).toContain("UP");
    });

    test.each(["lo", "tun7"])("EINVAL when the name %s belongs to something else", async (name) => {
      await run("ip", ["tuntap", "add", "dev", "tun7", "mode", "tun"]);
      const error = failure({ name });
      expect(error.code).toBe("EINVAL");
      expect(error.message).toContain("is not a TAP");
    });

    test("and leaves no interface behind when the host's side is refused", async () => {
      // IPv6 needs an MTU of 1280.
      expect(isNetError(failure({ name: "tap0", mtu: 1000, host: { ipv6: "fd00::1/64" } }))).toBe(true);
      expect(await link("tap0")).toBeNull();
    });

    // The right and the device file are taken from a child: this process has them.
    const tryToOpen = `
      import { openTap, tunAvailable } from "@mnet/tuntap";
      const { ok, reason } = tunAvailable();
      try { openTap({ name: "tap0" }); console.log("opened"); }
      catch (error) { console.log(JSON.stringify({ ok, reason, code: error.code, message: error.message })); }`;
    const node = [process.execPath, ...nodeFromSource, "--input-type=module", "--eval", tryToOpen];

    test("EPERM without CAP_NET_ADMIN, saying what to do", async () => {
      const { stdout } = await runOk("setpriv", ["--bounding-set=-all", "--inh-caps=-all", ...node]);
      const told = JSON.parse(stdout) as { ok: boolean; reason: string; code: string; message: string };
      expect(told).toMatchObject({ ok: false, code: "EPERM" });
      expect(told.message).toMatch(/"tap0"; run as root or with CAP_NET_ADMIN.*ip tuntap add/);
      expect(told.reason).toContain("CAP_NET_ADMIN");
    });

    test("ENODEV without /dev/net/tun, saying what to do", async () => {
      const hide = 'mount -t tmpfs none /dev/net && exec "$0" "$@"';
      const { stdout } = await runOk("unshare", ["--mount", "sh", "-c", hide, ...node]);
      const told = JSON.parse(stdout) as { ok: boolean; code: string; message: string };
      expect(told).toMatchObject({ ok: false, code: "ENODEV" });
      expect(told.message).toContain("modprobe tun");
    });
  });

  // The root of a user namespace has fewer rights than root: some ioctls are not for it.
  const { ok: asUser } = userNamespaceAvailable();
  test.skipIf(!asUser)("works for a user without rights in a user namespace", async () => {
    const text = `
      import { openTap } from "@mnet/tuntap";
      const { execFileSync } = await import("node:child_process");
      const tap = openTap({ name: "tap0", mtu: 1400, host: { ipv4: "10.0.0.1/24", ipv6: "fd00::1/64" } });
      console.log(execFileSync("ip", ["-json", "link", "show", "dev", "tap0"]).toString());`;
    const node = [process.execPath, ...nodeFromSource, "--input-type=module", "--eval", text];
    const { stdout } = await runOk("unshare", ["-Urn", ...node]);
    expect((JSON.parse(stdout) as LinkInfo[])[0]).toMatchObject({ mtu: 1400, txqlen: 1000 });
  });

  test("tunAvailable says yes here and leaves nothing behind", async () => {
    expect(tunAvailable()).toEqual({ ok: true, reason: "" });
    expect((await runOk("ip", ["-brief", "link"])).stdout).not.toContain("tap");
  });
});

import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { run } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { afterEach, expect, test } from "vitest";
import { openTap, type TapDevice } from "../../src/index.ts";
import { Responder, udpFrame } from "./responder.ts";

kernelSuite(
  "frames both ways",
  () => {
    let tap: TapDevice;
    afterEach(() => tap.close());

    function open(mtu: number): Responder {
      tap = openTap({ name: "tap0", mtu, host: { ipv4: "10.0.0.1/24" } });
      const responder = new Responder(tap);
      tap.start(responder);
      return responder;
    }

    async function ping(...parameters: string[]): Promise<string> {
      const { stdout } = await run("ping", ["-n", "-q", "-W", "2", ...parameters, "10.0.0.2"]);
      return stdout;
    }

    test("the kernel's ping is answered", async () => {
      const responder = open(1500);
      expect(await ping("-c", "3", "-i", "0.01")).toContain(" 0% packet loss");
      expect(responder.answered).toBe(3);
      expect(tap.statistics()).toMatchObject({ sent: 4, lost: 0, oversized: 0 });
    });

    test.each([0, 1, 2, 1472])(
      "with %i octets of data, in one piece and gathered from three",
      async (size) => {
        const responder = open(1500);
        for (const gather of [false, true]) {
          responder.gather = gather;
          expect(await ping("-c", "1", "-s", `${size}`)).toContain(" 0% packet loss");
        }
      },
    );

    test.each([68, 9000, 65_521])("with an MTU of %i and frames that fill it", async (mtu) => {
      open(mtu);
      const size = Math.min(mtu - 28, 65_507);
      expect(await ping("-c", "2", "-i", "0.01", "-M", "do", "-s", `${size}`)).toContain(" 0% packet loss");
    });

    test("a flood of 5000 loses none", async () => {
      const responder = open(1500);
      expect(await ping("-f", "-c", "5000")).toContain(" 0% packet loss");
      expect(responder.answered).toBe(5000);
    });

    test("a burst larger than a turn's budget arrives whole, in fewer batches than frames", async () => {
      const responder = open(1500);
      await ping("-c", "1");
      responder.batches = 0;
      // All 800 wait in the kernel: this process is busy while they are sent.
      const { status } = spawnSync("ping", ["-n", "-q", "-c", "800", "-l", "800", "-W", "1", "10.0.0.2"]);
      expect(status).not.toBe(0);
      await expect.poll(() => responder.answered).toBe(801);
      expect(responder.batches).toBeLessThan(100);
    });

    test("a datagram reaches a socket of the host", async () => {
      open(1500);
      const socket = createSocket("udp4");
      await new Promise<void>((resolve) => socket.bind(7000, "10.0.0.1", resolve));
      const message = new Promise<Buffer>((resolve) => socket.once("message", resolve));
      const data = new TextEncoder().encode("hello, host");
      expect(tap.send(udpFrame(tap, 0x0a000002, 0x0a000001, 7000, data))).toBe(true);
      expect((await message).toString()).toBe("hello, host");
      socket.close();
    });

    test("a frame the kernel does not take is lost without an error", () => {
      open(1500);
      const frame = udpFrame(tap, 0x0a000002, 0x0a000001, 7000, new Uint8Array(0));
      frame.end = 13;
      expect(tap.send(frame)).toBe(true);
      expect(tap.statistics()).toMatchObject({ sent: 0, lost: 1 });
    });
  },
  { commands: ["ping"] },
);

import { expect, test } from "vitest";
import { bridge, gateway, hostTap, PacketSocket, RemoteNamespace, runOk } from "../../src/index.ts";
import { kernelSuite } from "../../src/suite.ts";

/** Broadcast, of an EtherType for experiments (IEEE 802 9.2.3). */
const frame = (mark: number): Uint8Array =>
  Uint8Array.from([...new Array(6).fill(255), 2, 0, 0, 0, 0, 9, 0x88, 0xb5, ...new Array(46).fill(mark)]);

/** Of all interfaces, up or not; what is after `@` is the other end of a veth. */
async function interfaces(): Promise<string[]> {
  const { stdout } = await runOk("ip", ["-brief", "link", "show"]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.split(/[@\s]/)[0]!);
}

kernelSuite(
  "other machines",
  () => {
    test("a remote namespace has its own lo, keeps what it adopts, and goes away", async () => {
      const remote = await RemoteNamespace.create();
      await runOk("ip", ["link", "add", "near", "type", "veth", "peer", "name", "far"]);
      await remote.adopt("far");
      const { stdout } = await remote.runOk("ip", ["-brief", "link", "show"]);
      expect(stdout).toMatch(/^lo\s+UNKNOWN/m);
      expect(stdout).toMatch(/^far@/m);
      expect((await remote.run("false", [])).code).toBe(1);
      expect(await interfaces()).toContain("near");
      await remote.stop();
      await expect.poll(interfaces).not.toContain("near");
      await remote.stop();
    });

    test("a gateway forwards, and lowers the path MTU behind it", async () => {
      const stack = await RemoteNamespace.create();
      await runOk("ip", ["link", "add", "inner", "type", "veth", "peer", "name", "stack0"]);
      await stack.adopt("stack0");
      await stack.runOk("ip", ["address", "add", "10.0.0.2/24", "dev", "stack0"]);
      await stack.runOk("ip", ["link", "set", "stack0", "up"]);
      const { address, host, stop } = await gateway({ link: "inner", mtu: 1000 });
      await stack.runOk("ip", ["route", "add", "default", "via", address]);
      await stack.runOk("ping", ["-n", "-c1", "-W2", host]);
      const tooBig = await stack.run("ping", ["-n", "-c1", "-W2", "-M", "do", "-s", "1200", host]);
      expect(tooBig.stdout).toMatch(/Frag needed.*mtu = 1000/);
      await stop();
      await stack.stop();
    });

    test("frames pass over a bridge from one packet socket to another", async () => {
      await runOk("ip", ["link", "add", "left", "type", "veth", "peer", "name", "left-end"]);
      await runOk("ip", ["link", "add", "right", "type", "veth", "peer", "name", "right-end"]);
      for (const name of ["left-end", "right-end"]) await runOk("ip", ["link", "set", name, "up"]);
      await bridge(["left", "right"]);
      const [sender, receiver] = [new PacketSocket("left-end"), new PacketSocket("right-end")];
      const marks: number[] = [];
      const take = (): number[] => {
        for (const bytes of receiver.received()) {
          if (bytes[12] === 0x88 && bytes[13] === 0xb5) marks.push(bytes[14]!);
        }
        return marks;
      };
      // The kernel opens a port of the bridge some time after its link is up.
      await expect
        .poll(() => {
          sender.send(frame(0));
          return take();
        })
        .toContain(0);
      sender.send(frame(1));
      sender.send(frame(2));
      await expect.poll(() => take().filter((mark) => mark !== 0)).toEqual([1, 2]);
      // What was sent from here did not come in over the link.
      expect(sender.received().filter((bytes) => bytes[13] === 0xb5)).toEqual([]);
      sender.close();
      receiver.close();
      sender.close();
    });

    test("a TAP waits for its program", async () => {
      await hostTap({ name: "tap9", address: "10.9.0.1/24", mtu: 576, mac: "02:00:00:00:00:77" });
      const { stdout } = await runOk("ip", ["address", "show", "dev", "tap9"]);
      expect(stdout).toMatch(/mtu 576 .*qlen 2000/s);
      expect(stdout).toContain("02:00:00:00:00:77");
      expect(stdout).toContain("inet 10.9.0.1/24");
    });

    test("an interface that is not there is an error", () => {
      expect(() => new PacketSocket("nobody")).toThrow("no interface nobody");
    });
  },
  { commands: ["unshare", "nsenter", "sysctl", "ping"] },
);

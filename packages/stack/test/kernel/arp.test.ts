import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type PacketSocket, run, runOk, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack } from "@mnet/stack";
import type { TapDevice } from "@mnet/tuntap";
import { describe, expect, onTestFinished, test } from "vitest";
import { arpIn, collect, ipv4In } from "./support/frames.ts";
import { HOST, linuxPings, outcome, packetSocket, STACK, sleep, tapStack, until } from "./support.ts";

const BROADCAST = "ff:ff:ff:ff:ff:ff";
const NOBODY = "00:00:00:00:00:00";
/** For probing that takes half a second. */
const QUICK = { probeWait: 10, probeMin: 50, probeMax: 60, announceWait: 100, announceInterval: 100 };

const announcement = { operation: "request", senderAddress: STACK, targetAddress: STACK, to: BROADCAST };

/** A UDP port of Linux where nothing is answered, so that Linux needs not ask for our address. */
async function silentPort(): Promise<{ socket: Socket; to: { host: string; port: number } }> {
  const socket = createSocket("udp4").bind(0, HOST);
  onTestFinished(() => void socket.close());
  await once(socket, "listening");
  return { socket, to: { host: HOST, port: socket.address().port } };
}

/** What the stack asks when it sends one datagram now, and where the datagram went. */
async function sendOne(stack: Stack, watch: PacketSocket, to: { host: string; port: number }) {
  const socket = stack.udp.bind();
  await socket.send("x", to);
  const frames: Uint8Array[] = [];
  await until(() => {
    frames.push(...watch.received());
    return ipv4In(frames).length > 0;
  });
  await socket.close();
  return { asked: arpIn(frames), datagram: ipv4In(frames)[0]! };
}

const setMac = (tap: TapDevice, mac: string): Promise<unknown> =>
  runOk("ip", ["link", "set", "dev", tap.name, "address", mac]);

const sysctl = (setting: string): Promise<unknown> => runOk("sysctl", ["-q", "-w", setting]);

kernelSuite(
  "ARP with Linux",
  () => {
    test("Linux believes our announcements: they make an entry and replace an old one", async () => {
      let watch!: PacketSocket;
      const { stack, tap, finish } = await tapStack(
        { parameters: { arp: { announceInterval: 300 } } },
        {
          opened: async (tap) => {
            await sysctl(`net.ipv4.conf.${tap.name}.arp_accept=1`);
            await sysctl(`net.ipv4.neigh.${tap.name}.locktime=0`);
            const old = ["lladdr", "02:00:00:00:00:99", "dev", tap.name, "nud", "stale"];
            await runOk("ip", ["neigh", "add", STACK, ...old]);
            watch = packetSocket(tap);
          },
        },
      );
      const entry = async (address: string): Promise<string> =>
        (await runOk("ip", ["neigh", "show", address, "dev", tap.name])).stdout;
      const announced = await collect(watch, arpIn, (found) => found.length === 2);
      const expected = { ...announcement, senderMac: String(stack.mac), targetMac: NOBODY };
      expect(announced).toMatchObject([expected, expected]);
      expect(await entry(STACK)).toContain(`lladdr ${stack.mac}`);
      stack.addAddress("10.0.0.7/24");
      await until(async () => (await entry("10.0.0.7")).includes(`lladdr ${stack.mac}`));
      await finish();
    });

    test("Linux changes its MAC and announces that: our next packet goes to the new one", async () => {
      const { stack, tap, finish } = await tapStack();
      await sysctl(`net.ipv4.conf.${tap.name}.arp_notify=1`);
      const watch = packetSocket(tap);
      const { to } = await silentPort();
      expect((await sendOne(stack, watch, to)).datagram.to).toBe(String(tap.hostMac));
      const heard = (): number => stack.stats()["arp"]!["receivedHandled"] ?? 0;
      const before = heard();
      await setMac(tap, "02:00:00:00:11:11");
      await until(() => heard() > before);
      expect((await sendOne(stack, watch, to)).datagram.to).toBe("02:00:00:00:11:11");
      await finish();
    });

    test("Linux changes its MAC silently: a connection finds it again", async () => {
      const { stack, tap, finish } = await tapStack({ parameters: { arp: { requestInterval: 100 } } });
      const { peer, port } = await tcpServer({ mode: "echo" });
      const flow = await stack.tcp.connect({ host: HOST, port });
      await flow.write("before");
      expect((await flow.readExactly(6)).length).toBe(6);
      await setMac(tap, "02:00:00:00:22:22");
      await flow.write("after");
      expect(new TextDecoder().decode(await flow.readExactly(5))).toBe("after");
      await flow.close();
      await peer.stop();
      await finish();
    });

    const request = { operation: "request", senderAddress: STACK, targetAddress: HOST };

    test("an entry is asked for once while it is young, and the neighbour itself when it is old (RFC 1122 2.3.2.1)", async () => {
      const { stack, tap, finish } = await tapStack({
        parameters: { arp: { reachableTime: 2000, staleTime: 60_000, announceCount: 1 } },
      });
      const watch = packetSocket(tap);
      const { to } = await silentPort();
      expect((await sendOne(stack, watch, to)).asked).toMatchObject([{ ...request, to: BROADCAST }]);
      expect((await sendOne(stack, watch, to)).asked).toEqual([]);
      await sleep(2100);
      // Used at once, whatever comes of the question.
      const polled = await sendOne(stack, watch, to);
      const asked = [
        ...polled.asked,
        ...(polled.asked.length > 0 ? [] : await collect(watch, arpIn, (found) => found.length > 0)),
      ];
      expect(asked).toMatchObject([{ ...request, to: String(tap.hostMac) }]);
      await finish();
    });

    test("an entry that was not used for long is gone and asked for again; nobody answers: it is given up", async () => {
      const arp = { reachableTime: 50, staleTime: 50, requestInterval: 100, failedTime: 100 };
      const { stack, tap, finish } = await tapStack({ parameters: { arp: { ...arp, announceCount: 1 } } });
      const watch = packetSocket(tap);
      const { to } = await silentPort();
      await sendOne(stack, watch, to);
      await sleep(250);
      watch.received();
      expect((await sendOne(stack, watch, to)).asked).toMatchObject([{ ...request, to: BROADCAST }]);
      await sleep(250);
      watch.received();
      await runOk("ip", ["link", "set", "dev", tap.name, "arp", "off"]);
      const socket = stack.udp.bind();
      socket.connect(to);
      await socket.send("lost");
      expect(await outcome(socket.recv({ signal: AbortSignal.timeout(5000) }))).toBe("EHOSTUNREACH");
      expect(arpIn(watch.received())).toMatchObject(new Array(3).fill({ ...request, to: BROADCAST }));
      await finish();
    });

    describe("Linux takes our address", () => {
      async function claimed(defendInterval: number, how: "-U" | "-A", claims: number) {
        const { stack, tap, finish } = await tapStack({
          parameters: { arp: { defendInterval, announceCount: 1 } },
        });
        const by = ` ${STACK} ${tap.hostMac}`;
        const outcomes: string[] = [];
        stack.on("conflict", ({ address, mac, outcome }) =>
          outcomes.push(`${outcome} ${address} ${mac}`.replace(by, "")),
        );
        await linuxPings(STACK, 56);
        const watch = packetSocket(tap);
        await runOk("ip", ["address", "add", `${STACK}/32`, "dev", tap.name]);
        // One a second.
        await runOk("arping", [how, "-c", String(claims), "-I", tap.name, STACK]);
        const said = arpIn(watch.received());
        await runOk("ip", ["address", "del", `${STACK}/32`, "dev", tap.name]);
        await linuxPings(STACK, 56);
        await finish();
        return { outcomes, said };
      }

      test("by gratuitous requests: the first is answered, the second reported, the third not even that", async () => {
        const { outcomes, said } = await claimed(60_000, "-U", 3);
        expect(outcomes).toEqual(["defended", "contested"]);
        expect(said).toMatchObject([announcement]);
      });

      test("by gratuitous replies: each is answered that comes after DEFEND_INTERVAL", async () => {
        const { outcomes, said } = await claimed(100, "-A", 2);
        expect(outcomes).toEqual(["defended", "defended"]);
        expect(said).toMatchObject([announcement, announcement]);
      });
    });

    test("Linux probes: our address is taken, a free one is not, and we answer for nobody else", async () => {
      const { stack, tap, finish } = await tapStack();
      const conflicts: unknown[] = [];
      stack.on("conflict", (conflict) => conflicts.push(conflict));
      const arping = (...options: string[]) => run("arping", ["-I", tap.name, ...options]);
      const taken = await arping("-D", "-c2", "-w2", STACK);
      expect(taken.code).toBe(1);
      expect(taken.stdout.toLowerCase()).toContain(`[${stack.mac}]`);
      expect((await arping("-D", "-c1", "-w1", "10.0.0.3")).code).toBe(0);
      expect((await arping("-c1", "-w2", STACK)).code).toBe(0);
      expect((await arping("-c1", "-w1", "10.0.0.77")).code).toBe(1);
      expect(conflicts).toEqual([]);
      await finish();
    });

    test("we probe an address that Linux has: it stays off", async () => {
      let watch!: PacketSocket;
      const { stack, tap, finish } = await tapStack(
        { ipv4: `${HOST}/24`, conflictDetection: "probe", parameters: { arp: QUICK } },
        {
          opened: (tap) => {
            watch = packetSocket(tap);
          },
        },
      );
      const refused = new Promise((resolve) => stack.on("conflict", resolve));
      expect(stack.addresses()).toMatchObject([{ state: "tentative" }]);
      expect(await refused).toMatchObject({ outcome: "refused", mac: tap.hostMac });
      expect(stack.addresses()).toMatchObject([{ state: "duplicate" }]);
      await sleep(200);
      // Nobody may have learned anything from our question.
      expect(arpIn(watch.received())).toMatchObject([{ senderAddress: "0.0.0.0", targetAddress: HOST }]);
      await finish();
    });

    test("we probe a free address: three probes, then it is ours and announced twice", async () => {
      let watch!: PacketSocket;
      const { stack, finish } = await tapStack(
        { conflictDetection: "probe", parameters: { arp: QUICK } },
        {
          opened: (tap) => {
            watch = packetSocket(tap);
          },
        },
      );
      const added = new Promise((resolve) => stack.on("address", resolve));
      expect(await added).toMatchObject({ kind: "added" });
      const probe = { senderAddress: "0.0.0.0", targetAddress: STACK, targetMac: NOBODY, to: BROADCAST };
      const sent = await collect(watch, arpIn, (found) => found.length === 5);
      expect(sent).toMatchObject([probe, probe, probe, announcement, announcement]);
      await linuxPings(STACK, 56);
      await finish();
    });

    test("Linux probes what we are probing: neither gets it", async () => {
      const { stack, tap, finish } = await tapStack({
        conflictDetection: "probe",
        parameters: { arp: { ...QUICK, announceWait: 3000 } },
      });
      const refused = new Promise((resolve) => stack.on("conflict", resolve));
      await run("arping", ["-D", "-c1", "-w1", "-I", tap.name, STACK]);
      expect(await refused).toMatchObject({ outcome: "refused" });
      expect(stack.addresses()).toMatchObject([{ state: "duplicate" }]);
      await finish();
    });
  },
  { commands: ["arping", "ping", "sysctl", "tshark"] },
);

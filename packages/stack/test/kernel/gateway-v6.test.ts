import { randomBytes } from "node:crypto";
import { tcpClient, udpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack, UdpSocket } from "@mnet/stack";
import { expect, test } from "vitest";
import { FAR6, GATEWAY6, type NarrowPath, narrowPath } from "./support/narrow-path.ts";
import {
  echo,
  linuxDatagrams,
  linuxEchoesThroughUs,
  ourDatagrams,
  weEchoThroughLinux,
} from "./support/transfer.ts";
import { linuxPings, outcome, STACK6, type TapStack, tapStack, until } from "./support.ts";

/** Routers of Linux that forward IPv6 between our stack and Linux, over links that take less than the ends think. */

const TRANSFER = 2 ** 20;
const LARGEST = 65_507;

async function beyondRouters(mtu: number): Promise<TapStack & { path: NarrowPath }> {
  const world = await tapStack({ ipv6Only: true }, { ipv6: true });
  const path = await narrowPath(world.tap.name, mtu);
  world.stack.setGateway(GATEWAY6);
  // The link was down: addresses are checked again, the routers' too.
  await until(async () => (await world.stack.ping(FAR6, { timeout: 500 }).catch(() => null))?.received === 1);
  return { ...world, path };
}

/** Sends until it comes back: what met the narrow link for the first time was dropped there. @returns how often it was sent. */
async function untilEchoed(socket: UdpSocket, size: number, port: number): Promise<number> {
  const data = randomBytes(size);
  for (let sent = 1; sent <= 5; sent++) {
    await socket.send(data, { host: FAR6, port });
    const back = await socket.recv({ signal: AbortSignal.timeout(3000) }).catch(() => null);
    if (back !== null) {
      expect(Buffer.compare(back.data, data)).toBe(0);
      return sent;
    }
  }
  throw new Error(`${size} octets did not come back`);
}

const pathMtus = (stack: Stack): number => stack.stats()["ipv6"]!["pathMtus"]!;

kernelSuite(
  "routers of Linux that forward IPv6",
  () => {
    test("without a gateway beyond is unreachable; with one everything passes", async () => {
      const { stack, finish } = await beyondRouters(1500);
      stack.setGateway(null, 6);
      expect(await outcome(stack.ping(FAR6))).toBe("ENETUNREACH");
      expect(await outcome(stack.tcp.connect({ host: FAR6, port: 9 }))).toBe("ENETUNREACH");
      stack.setGateway(GATEWAY6);
      expect((await stack.ping(FAR6, { size: 8000 })).results).toMatchObject([
        { octets: 8000, hopLimit: 62 },
      ]);
      await linuxPings(STACK6, 8000);
      await linuxDatagrams(stack, STACK6, [0, 1452, LARGEST]);
      await ourDatagrams(stack, FAR6, [0, 1452, LARGEST]);
      expect(pathMtus(stack)).toBe(0);
      await finish();
    });

    test("TCP over a link of 1280 in the middle, both ways: the routers say what fits", async () => {
      const { stack, finish } = await beyondRouters(1280);
      await weEchoThroughLinux(stack, FAR6, TRANSFER);
      expect(pathMtus(stack)).toBe(1);
      await linuxEchoesThroughUs(stack, STACK6, TRANSFER);
      await finish();
    });

    test("datagrams and pings over a link of 1280 in the middle, both ways: one is lost, then they are cut to fit", async () => {
      const { stack, finish } = await beyondRouters(1280);
      await linuxPings(STACK6, 1232);
      const { peer, port } = await udpServer({ host: "::" });
      const socket = stack.udp.bind();
      expect(await untilEchoed(socket, 1232, port)).toBe(1);
      expect(pathMtus(stack)).toBe(0);
      // Lost on our way to Linux, then on its way back.
      expect(await untilEchoed(socket, 1233, port)).toBeLessThanOrEqual(3);
      expect(pathMtus(stack)).toBe(1);
      expect(await untilEchoed(socket, LARGEST, port)).toBe(1);
      const strict = stack.udp.bind({ dontFragment: true });
      await strict.send(randomBytes(1232), { host: FAR6, port });
      expect(await outcome(strict.send(randomBytes(1233), { host: FAR6, port }))).toBe("EMSGSIZE");
      await linuxDatagrams(stack, STACK6, [1232, 1233, LARGEST]);
      await linuxPings(STACK6, LARGEST);
      expect((await stack.ping(FAR6, { size: LARGEST })).received).toBe(1);
      await peer.stop();
      await finish();
    });

    test("the path becomes narrow in the middle of a transfer, for both ways at once: it goes on and completes", async () => {
      const { stack, path, finish } = await beyondRouters(1500);
      const octets = 16 * TRANSFER;
      const listener = stack.tcp.listen(80);
      const serving = listener.serve(echo);
      const received = (): number => stack.stats()["ipv6"]!["receivedHandled"]!;
      const client = tcpClient({ host: STACK6, port: 80, octets });
      const began = received();
      await until(() => received() - began > 1000);
      await path.setMtu(1280);
      const { first } = await client;
      expect(first).toMatchObject({
        received: octets,
        receivedHash: first.sentHash,
        ended: true,
        error: null,
      });
      expect(pathMtus(stack)).toBe(1);
      await listener.close();
      await serving;
      await finish();
    });
  },
  { commands: ["ip", "nsenter", "ping", "sysctl", "tshark"] },
);

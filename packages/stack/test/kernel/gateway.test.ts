import { randomBytes } from "node:crypto";
import { type Gateway, gateway, tcpServer, udpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack, UdpSocket } from "@mnet/stack";
import { expect, onTestFinished, test } from "vitest";
import {
  linuxDatagrams,
  linuxEchoesThroughUs,
  ourDatagrams,
  weEchoThroughLinux,
} from "./support/transfer.ts";
import { HOST, linuxPings, outcome, STACK, type TapStack, tapStack } from "./support.ts";

const TRANSFER = 2 ** 20;

/** Our stack on one side of a router, Linux on the other. */
async function behindGateway(mtu: number): Promise<TapStack & { router: Gateway }> {
  const world = await tapStack();
  const router = await gateway({ link: world.tap.name, address: `${HOST}/24`, mtu });
  onTestFinished(() => router.stop());
  world.stack.setGateway(HOST);
  return { ...world, router };
}

async function echoed(socket: UdpSocket, size: number, to?: { host: string; port: number }): Promise<void> {
  const data = randomBytes(size);
  await socket.send(data, to);
  const { data: back } = await socket.recv({ signal: AbortSignal.timeout(5000) });
  expect(Buffer.compare(back, data)).toBe(0);
}

const pathMtus = (stack: Stack): number => stack.stats()["ipv4"]!["pathMtus"]!;

kernelSuite(
  "a gateway of Linux",
  () => {
    test("without a gateway beyond is unreachable; with one everything passes", async () => {
      const { stack, router, finish } = await behindGateway(1500);
      stack.setGateway(null);
      expect(await outcome(stack.ping(router.host))).toBe("ENETUNREACH");
      expect(await outcome(stack.tcp.connect({ host: router.host, port: 9 }))).toBe("ENETUNREACH");
      stack.setGateway(HOST);
      const { results } = await stack.ping(router.host, { size: 8000 });
      expect(results).toMatchObject([{ octets: 8000, hopLimit: 63 }]);
      await linuxPings(STACK, 8000);
      await linuxDatagrams(stack, STACK, [0, 1472, 65_507]);
      await ourDatagrams(stack, router.host, [0, 1472, 65_507]);
      await linuxEchoesThroughUs(stack, STACK, TRANSFER);
      await weEchoThroughLinux(stack, router.host, TRANSFER);
      await finish();
    });

    test("a narrow path behind it: who lets fragment gets through, who forbids it gets EMSGSIZE and then fits", async () => {
      const { stack, router, finish } = await behindGateway(1000);
      const { peer, port } = await udpServer();
      const to = { host: router.host, port };
      // The router cuts; nobody tells us anything.
      await echoed(stack.udp.bind(), 1472, to);
      expect(pathMtus(stack)).toBe(0);

      const strict = stack.udp.bind({ dontFragment: true });
      strict.connect(to);
      await echoed(strict, 1000 - 28);
      await strict.send(randomBytes(1000 - 27));
      // The first goes out and the router says what fits (RFC 1191); from then on it is the caller's error.
      expect(await outcome(strict.recv({ signal: AbortSignal.timeout(5000) }))).toBe("EMSGSIZE");
      expect(pathMtus(stack)).toBe(1);
      expect(await outcome(strict.send(randomBytes(1000 - 27)))).toBe("EMSGSIZE");
      await echoed(strict, 1000 - 28);
      // Others to the same host profit: what is cut now is cut by us and fits.
      await echoed(stack.udp.bind(), 65_507, to);
      expect(await outcome(stack.ping(router.host, { size: 1000, dontFragment: true }))).toBe("EMSGSIZE");
      expect((await stack.ping(router.host, { size: 972, dontFragment: true })).received).toBe(1);
      await peer.stop();
      await finish();
    });

    test("a narrow path behind it: pings that must not be fragmented are told by the router", async () => {
      const { stack, router, finish } = await behindGateway(1000);
      const options = { size: 1400, dontFragment: true, count: 2, interval: 10 };
      expect((await stack.ping(router.host, options)).results).toEqual([
        { code: "EMSGSIZE" },
        { code: "EMSGSIZE" },
      ]);
      expect((await stack.ping(router.host, { size: 1400 })).received).toBe(1);
      await finish();
    });

    test("a narrow path behind it: TCP both ways", async () => {
      const { stack, router, finish } = await behindGateway(1000);
      await linuxEchoesThroughUs(stack, STACK, TRANSFER);
      await weEchoThroughLinux(stack, router.host, TRANSFER);
      await finish();
    });

    test("addresses and routes come and go while the stack runs", async () => {
      const { stack, router, finish } = await behindGateway(1500);
      const inGateway = (...parameters: string[]) => router.namespace.runOk("ip", parameters);
      const { stdout } = await inGateway("-brief", "link", "show", "type", "tun");
      const link = stdout.split(/[\s@]/)[0]!;
      await inGateway("address", "add", "172.16.5.1/28", "dev", link);
      expect(await outcome(stack.ping("172.16.5.1"))).toBe("resolved");
      stack.setGateway(null);
      expect(await outcome(stack.ping("172.16.5.1"))).toBe("ENETUNREACH");

      stack.addAddress("172.16.5.2/28");
      expect((await stack.ping("172.16.5.1")).received).toBe(1);
      await router.namespace.runOk("ping", ["-n", "-c1", "-W5", "172.16.5.2"]);
      expect(stack.addresses().map(({ address }) => String(address))).toEqual([STACK, "172.16.5.2"]);

      // A host route by the second network's gateway, and the source that goes with it.
      stack.addRoute({ destination: `${router.host}/32`, gateway: "172.16.5.1" });
      const { peer, port } = await udpServer();
      const socket = stack.udp.bind();
      await echoed(socket, 100, { host: router.host, port });
      expect(await peer.event("datagram")).toMatchObject({ address: "172.16.5.2" });
      stack.addRoute({ destination: `${router.host}/32`, gateway: "172.16.5.1", source: STACK });
      await echoed(socket, 100, { host: router.host, port });
      expect(await peer.event("datagram")).toMatchObject({ address: STACK });
      await peer.stop();

      stack.removeRoute(`${router.host}/32`);
      expect(await outcome(stack.ping(router.host))).toBe("ENETUNREACH");
      stack.removeAddress("172.16.5.2");
      expect(await outcome(stack.ping("172.16.5.1"))).toBe("ENETUNREACH");
      expect((await stack.ping(HOST)).received).toBe(1);
      await finish();
    });

    test("a connection ends with its address, others go on; when it is back, new ones come from it", async () => {
      const { stack, router, finish } = await behindGateway(1500);
      stack.addAddress("10.0.0.3/24");
      const { peer, port } = await tcpServer({ mode: "echo", host: "0.0.0.0" });
      const to = { host: router.host, port };
      const ending = await stack.tcp.connect({ ...to, localHost: "10.0.0.3" });
      const other = await stack.tcp.connect(to);
      stack.removeAddress("10.0.0.3");
      expect(await outcome(ending.readExactly(1))).toBe("EADDRNOTAVAIL");
      await other.write("world");
      expect(new TextDecoder().decode(await other.readExactly(5))).toBe("world");
      stack.addAddress("10.0.0.3/24");
      const again = await stack.tcp.connect({ ...to, localHost: "10.0.0.3" });
      await again.write("hello");
      expect(new TextDecoder().decode(await again.readExactly(5))).toBe("hello");
      await Promise.all([again.close(), other.close()]);
      await peer.stop();
      await finish();
    });
  },
  { commands: ["nsenter", "ping", "sysctl", "tshark"] },
);

import { icmpV4Message, ipv4Packet, tcpSegment } from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { type Gateway, gateway, tcpServer, udpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack, UdpSocket } from "@mnet/stack";
import { expect, onTestFinished, test } from "vitest";
import { ipv4Frame } from "./support/frames.ts";
import { HOST, outcome, packetSocket, STACK, sleep, type TapStack, tapStack, until } from "./support.ts";

const NOWHERE = "10.1.0.99";
const PORT = 9000;

/** Our stack behind a router with a filter. */
async function behindRouter(...rules: string[]): Promise<TapStack & { router: Gateway }> {
  const world = await tapStack({ parameters: { tcp: { connectTimeout: 900 } } });
  const router = await gateway({ link: world.tap.name, address: `${HOST}/24` });
  onTestFinished(() => router.stop());
  world.stack.setGateway(HOST);
  const chain = ["type filter hook forward priority 0;", ...rules].join("\n");
  const ruleset = `table ip filter {\nchain forward {\n${chain}\n}\n}\n`;
  await router.namespace.runOk("nft", ["-f", "-"], { input: ruleset });
  // Linux limits what a router tells one host: no kind of error is to be limited here.
  await router.namespace.runOk("sysctl", ["-q", "-w", "net.ipv4.icmp_ratemask=0"]);
  const retransmission = `net.ipv4.neigh.${router.farInterface}.retrans_time_ms=100`;
  await router.namespace.runOk("sysctl", ["-q", "-w", retransmission]);
  return { ...world, router };
}

/** What a connected UDP socket and a connection attempt hear when they send to `host`. */
async function heard(stack: Stack, host: string, port: number): Promise<{ udp: string; tcp: string }> {
  const socket = stack.udp.bind();
  socket.connect({ host, port });
  await socket.send("x");
  const receiving = outcome(socket.recv({ signal: AbortSignal.timeout(8000) }));
  const connecting = outcome(stack.tcp.connect({ host, port }));
  const result = { udp: await receiving, tcp: await connecting };
  await socket.close();
  return result;
}

kernelSuite(
  "ICMP errors that Linux sends us",
  () => {
    test("from a router: no such host, no route, prohibited, by name; an attempt to connect goes on and tells in the end", async () => {
      const { stack, router, finish } = await behindRouter(
        "ip daddr 10.2.0.1 reject with icmp type admin-prohibited",
        "ip daddr 10.2.0.2 reject with icmp type net-unreachable",
        "ip daddr 10.2.0.3 reject with icmp type host-unreachable",
        "ip daddr 10.2.0.4 reject with icmp type prot-unreachable",
        "ip daddr 10.2.0.5 reject with icmp type net-prohibited",
        "ip daddr 10.2.0.6 reject with icmp type port-unreachable",
      );
      await router.namespace.runOk("ip", ["route", "add", "10.2.0.0/24", "via", router.host]);
      await router.namespace.runOk("ip", ["route", "add", "unreachable", "10.3.0.0/24"]);
      await router.namespace.runOk("ip", ["route", "add", "prohibit", "10.4.0.0/24"]);
      const hosts = [
        "10.2.0.1",
        "10.2.0.2",
        "10.2.0.3",
        "10.2.0.4",
        "10.2.0.5",
        "10.2.0.6",
        "10.3.0.1",
        "10.4.0.1",
        NOWHERE,
      ];
      const answers = await Promise.all(hosts.map((host) => heard(stack, host, PORT)));
      expect(Object.fromEntries(hosts.map((host, i) => [host, answers[i]]))).toEqual({
        "10.2.0.1": { udp: "EHOSTUNREACH", tcp: "EHOSTUNREACH" },
        "10.2.0.2": { udp: "ENETUNREACH", tcp: "ENETUNREACH" },
        "10.2.0.3": { udp: "EHOSTUNREACH", tcp: "EHOSTUNREACH" },
        // Hard errors end an attempt at once (RFC 1122 4.2.3.9).
        "10.2.0.4": { udp: "ECONNREFUSED", tcp: "ECONNREFUSED" },
        "10.2.0.5": { udp: "EHOSTUNREACH", tcp: "EHOSTUNREACH" },
        "10.2.0.6": { udp: "ECONNREFUSED", tcp: "ECONNREFUSED" },
        "10.3.0.1": { udp: "EHOSTUNREACH", tcp: "EHOSTUNREACH" },
        "10.4.0.1": { udp: "EHOSTUNREACH", tcp: "EHOSTUNREACH" },
        [NOWHERE]: { udp: "EHOSTUNREACH", tcp: "EHOSTUNREACH" },
      });
      // Without the last three: what a routing table of Linux forbids it tells one host five times and then once a second.
      const filtered = hosts.slice(0, 6);
      const pings = await Promise.all(filtered.map((host) => stack.ping(host, { timeout: 8000 })));
      expect(pings.map(({ results }) => results[0])).toEqual(
        answers.slice(0, 6).map(({ udp }) => ({ code: udp })),
      );
      await finish();
    });

    test("time exceeded on the way: a traceroute by hand", async () => {
      const { stack, router, finish } = await behindRouter();
      const trace = (hopLimit: number) => stack.ping(router.host, { hopLimit });
      expect((await trace(1)).results).toEqual([{ code: "EHOSTUNREACH" }]);
      expect((await trace(2)).received).toBe(1);
      const socket: UdpSocket = stack.udp.bind({ hopLimit: 1 });
      socket.connect({ host: router.host, port: PORT });
      await socket.send("x");
      expect(await outcome(socket.recv({ signal: AbortSignal.timeout(5000) }))).toBe("EHOSTUNREACH");
      await finish();
    });

    test("a socket that is not connected hears nothing, and one connected elsewhere neither", async () => {
      const { stack, finish } = await tapStack();
      const { peer, port } = await udpServer();
      const [plain, elsewhere, refused] = [stack.udp.bind(), stack.udp.bind(), stack.udp.bind()];
      elsewhere.connect({ host: HOST, port });
      refused.connect({ host: HOST, port: 9 });
      await plain.send("x", { host: HOST, port: 9 });
      await refused.send("x");
      expect(await outcome(refused.recv())).toBe("ECONNREFUSED");
      await plain.send("plain", { host: HOST, port });
      await elsewhere.send("elsewhere");
      expect((await plain.recv()).data.length).toBe(5);
      expect((await elsewhere.recv()).data.length).toBe(9);
      await peer.stop();
      await finish();
    });

    test("soft errors do not end a connection: a route that goes away and comes back", async () => {
      const { stack, router, finish } = await behindRouter();
      const { peer, port } = await tcpServer({ mode: "echo", host: "0.0.0.0" });
      const flow = await stack.tcp.connect({ host: router.host, port });
      const route = (action: string) =>
        router.namespace.runOk("ip", ["route", action, "unreachable", `${router.host}/32`]);
      await route("add");
      const errors = (): number => stack.stats()["icmp"]!["receivedHandled"] ?? 0;
      await flow.write("through");
      await until(() => errors() > 0);
      await route("del");
      expect(new TextDecoder().decode(await flow.readExactly(7))).toBe("through");
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("forged errors do not end a connection, hard ones included (RFC 5927)", async () => {
      const { stack, tap, finish } = await tapStack();
      const { peer, port } = await tcpServer({ mode: "echo", host: "0.0.0.0" });
      const flow = await stack.tcp.connect({ host: HOST, port });
      await flow.write("one");
      await flow.readExactly(3);
      const socket = packetSocket(tap);
      const { local } = flow;
      const link = { from: String(tap.hostMac), to: String(stack.mac) };
      const forge = (type: number, code: number, sequence: number, rest = 0): void => {
        const addresses = { source: STACK, destination: HOST };
        const ports = { sourcePort: local.port, destinationPort: port };
        const segment = tcpSegment({ ...addresses, ...ports, sequence, flags: "A" }, new Uint8Array(1400));
        const quoted = ipv4Packet({ ...addresses, protocol: IpProtocol.Tcp, dontFragment: true }, segment);
        const message = icmpV4Message({ type, code, rest }, quoted.subarray(0, 28));
        socket.send(
          ipv4Frame(link, { source: HOST, destination: STACK, protocol: IpProtocol.Icmp }, message),
        );
      };
      for (let guess = 0; guess < 16; guess++) {
        const sequence = guess * 2 ** 28;
        for (let code = 0; code <= 15; code++) if (code !== 4) forge(3, code, sequence);
        // Source quench (RFC 6633), a redirect, time exceeded, parameter problem.
        forge(4, 0, sequence);
        forge(5, 1, sequence, 0x0a00_0063);
        forge(11, 0, sequence);
        forge(12, 0, sequence);
        // A path of 68 octets, and an old router's that does not say.
        forge(3, 4, sequence, 68);
        forge(3, 4, sequence, 0);
      }
      await until(() => count(stack) >= 16 * 21);
      expect(stack.stats()["ipv4"]!["pathMtus"]).toBe(0);
      await flow.write("two");
      expect(new TextDecoder().decode(await flow.readExactly(3))).toBe("two");
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("errors that are wrong, short or about nothing are counted and dropped", async () => {
      const { stack, tap, finish } = await tapStack({}, { judged: false });
      const socket = packetSocket(tap);
      const link = { from: String(tap.hostMac), to: String(stack.mac) };
      const from = { source: HOST, destination: STACK, protocol: IpProtocol.Icmp };
      const message = (payload: Uint8Array, fields = {}): void =>
        socket.send(ipv4Frame(link, from, icmpV4Message({ type: 3, code: 3, ...fields }, payload)));
      const echo = ipv4Packet({ source: STACK, destination: HOST, protocol: 1 }, new Uint8Array(8).fill(8));
      for (let octets = 0; octets <= echo.length; octets++) message(echo.subarray(0, octets));
      message(echo, { checksum: 0x1234 });
      message(echo, { code: 16 });
      message(ipv4Packet({ source: "10.0.0.9", destination: HOST, protocol: 17 }, new Uint8Array(8)));
      message(ipv4Packet({ source: STACK, destination: HOST, protocol: 253 }, new Uint8Array(8)));
      message(
        ipv4Packet({ source: STACK, destination: HOST, protocol: 17, fragmentOffset: 8 }, new Uint8Array(8)),
      );
      const sent = echo.length + 1 + 5;
      await until(() => count(stack) >= sent);
      await sleep(20);
      expect(stack.stats()["icmp"]).toMatchObject({ receivedBadChecksum: 1, receivedUnknownType: 1 });
      expect(stack.stats()["icmp"]!["receivedHandled"] ?? 0).toBe(0);
      expect((await stack.ping(HOST)).received).toBe(1);
      await finish();
    });
  },
  { commands: ["nft", "nsenter", "sysctl", "tshark"] },
);

/** ICMP messages received, whatever became of them. */
function count(stack: Stack): number {
  let messages = 0;
  for (const [name, value] of Object.entries(stack.stats()["icmp"]!)) {
    if (name.startsWith("received")) messages += value;
  }
  return messages;
}

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { tcpSegment, udpDatagram } from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { run } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { UdpSocket } from "@mnet/stack";
import { expect, onTestFinished, test } from "vitest";
import { ipv4Frame, ipv4In } from "./support/frames.ts";
import { HOST, linuxPings, outcome, packetSocket, STACK, sleep, tapStack, until } from "./support.ts";

const DIRECTED = "10.0.0.255";
const LIMITED = "255.255.255.255";
const GROUP = "239.1.2.3";
const OTHER_GROUP = "239.1.2.4";
const GROUP_MAC = "01:00:5e:01:02:03";
const BROADCAST_MAC = "ff:ff:ff:ff:ff:ff";
const PORT = 9000;

/** A UDP socket of Linux on the link. */
async function linuxSocket(port = 0): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  onTestFinished(() => void socket.close());
  socket.bind(port);
  await once(socket, "listening");
  socket.setBroadcast(true);
  socket.setMulticastInterface(HOST);
  return socket;
}

/** Texts of the datagrams that a socket of ours receives; live. */
function texts(socket: UdpSocket): string[] {
  const received: string[] = [];
  (async () => {
    for await (const { data } of socket) received.push(new TextDecoder().decode(data));
  })().catch(() => {});
  return received;
}

const errorsSent = (stack: { stats(): Readonly<Record<string, Readonly<Record<string, number>>>> }): number =>
  stack.stats()["icmp"]!["sentHandled"] ?? 0;

kernelSuite(
  "broadcast and multicast with Linux",
  () => {
    test("broadcasts reach the ports bound to every address or to that one", async () => {
      const { stack, finish } = await tapStack();
      const every = texts(stack.udp.bind({ port: PORT, reuse: true }));
      const directed = texts(stack.udp.bind({ port: PORT, host: DIRECTED, reuse: true }));
      const unicast = texts(stack.udp.bind({ port: PORT, host: STACK, reuse: true }));
      const elsewhere = texts(stack.udp.bind({ port: PORT + 1 }));
      const linux = await linuxSocket();
      linux.send("directed", PORT, DIRECTED);
      await until(() => every.length === 1);
      linux.send("unicast", PORT, STACK);
      await until(() => unicast.length === 1);
      expect({ every, directed, unicast, elsewhere }).toEqual({
        every: ["directed"],
        directed: ["directed"],
        unicast: ["unicast"],
        elsewhere: [],
      });
      // A closed port: no answer to a broadcast (RFC 1122 3.2.2).
      linux.send("nobody", PORT + 9, DIRECTED);
      linux.send("end", PORT, DIRECTED);
      await until(() => every.length === 2);
      expect(errorsSent(stack)).toBe(0);
      await finish();
    });

    test("multicasts reach the ports that joined the group, on their port", async () => {
      const { stack, finish } = await tapStack();
      const [joined, other] = [PORT, PORT].map((port) => stack.udp.bind({ port, reuse: true }));
      joined!.joinGroup(GROUP);
      other!.joinGroup(OTHER_GROUP);
      const [member, stranger] = [texts(joined!), texts(other!)];
      const linux = await linuxSocket();
      linux.send("group", PORT, GROUP);
      linux.send("other", PORT, OTHER_GROUP);
      linux.send("third", PORT, "239.9.9.9");
      await until(() => member.length + stranger.length === 2);
      joined!.leaveGroup(GROUP);
      linux.send("left", PORT, GROUP);
      linux.send("other again", PORT, OTHER_GROUP);
      await until(() => stranger.length === 2);
      expect({ member, stranger }).toEqual({ member: ["group"], stranger: ["other", "other again"] });
      expect(errorsSent(stack)).toBe(0);
      await finish();
    });

    test("ours reach Linux: broadcasts when allowed, multicasts with a TTL of 1", async () => {
      const { stack, tap, finish } = await tapStack();
      const watch = packetSocket(tap);
      const linux = await linuxSocket(PORT);
      const received: string[] = [];
      linux.on("message", (message) => received.push(message.toString()));
      linux.addMembership(GROUP, HOST);
      const plain = stack.udp.bind();
      expect(await outcome(plain.send("forbidden", { host: DIRECTED, port: PORT }))).toBe("EPERM");
      const socket = stack.udp.bind({ broadcast: true });
      await socket.send("directed", { host: DIRECTED, port: PORT });
      await socket.send("limited", { host: LIMITED, port: PORT });
      await socket.send("group", { host: GROUP, port: PORT });
      await until(() => received.length === 3);
      expect(received).toEqual(["directed", "limited", "group"]);
      expect(ipv4In(watch.received())).toMatchObject([
        { destination: DIRECTED, to: BROADCAST_MAC, ttl: 64 },
        { destination: LIMITED, to: BROADCAST_MAC, ttl: 64 },
        { destination: GROUP, to: GROUP_MAC, ttl: 1 },
      ]);
      await finish();
    });

    test("pings to broadcast and multicast addresses stay unanswered", async () => {
      const { stack, tap, finish } = await tapStack();
      stack.udp.bind({ port: PORT }).joinGroup(GROUP);
      await Promise.all(
        [
          ["-b", DIRECTED],
          ["-I", tap.name, GROUP],
          ["-I", tap.name, "224.0.0.1"],
        ].map(async (options) => {
          const { stdout } = await run("ping", ["-n", "-c2", "-i0.2", "-W1", ...options]);
          expect(stdout).toMatch(/ 0 received/);
        }),
      );
      expect(stack.stats()["icmp"]!["receivedBadDestination"]).toBe(6);
      await linuxPings(STACK, 56);
      await finish();
    });

    test("TCP to a broadcast or multicast address is silence, and so is unicast IP in a broadcast frame", async () => {
      const { stack, tap, finish } = await tapStack();
      stack.tcp.listen(PORT);
      stack.udp.bind({ port: PORT + 1 }).joinGroup(GROUP);
      const datagrams = texts(stack.udp.bind({ port: PORT }));
      await linuxPings(STACK, 56);
      const watch = packetSocket(tap);
      const from = String(tap.hostMac);
      const syn = (destination: string, to: string): Uint8Array => {
        const addresses = { source: HOST, destination };
        const ports = { sourcePort: 4000, destinationPort: PORT };
        const segment = tcpSegment({ ...addresses, ...ports, sequence: 1, flags: "S" });
        return ipv4Frame({ from, to }, { ...addresses, protocol: IpProtocol.Tcp }, segment);
      };
      const datagram = (to: string): Uint8Array => {
        const addresses = { source: HOST, destination: STACK };
        const ports = { sourcePort: 4000, destinationPort: PORT };
        const payload = udpDatagram({ ...addresses, ...ports }, new TextEncoder().encode(to));
        return ipv4Frame({ from, to }, { ...addresses, protocol: IpProtocol.Udp }, payload);
      };
      watch.send(syn(DIRECTED, BROADCAST_MAC));
      watch.send(syn(LIMITED, BROADCAST_MAC));
      watch.send(syn(GROUP, GROUP_MAC));
      watch.send(syn(STACK, BROADCAST_MAC));
      watch.send(datagram(BROADCAST_MAC));
      watch.send(datagram(GROUP_MAC));
      // For another station: a switch that floods.
      watch.send(datagram("02:00:00:00:00:55"));
      watch.send(datagram(String(stack.mac)));
      await until(() => datagrams.length > 0);
      await sleep(50);
      expect(datagrams).toEqual([String(stack.mac)]);
      // Our reports of the group are no answers.
      const answers = ipv4In(watch.received()).filter(({ protocol }) => protocol !== IpProtocol.Igmp);
      expect(answers).toEqual([]);
      await finish();
    });
  },
  { commands: ["ping", "tshark"] },
);

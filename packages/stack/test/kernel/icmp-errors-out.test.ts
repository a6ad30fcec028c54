import {
  type Ipv4Fields,
  icmpV4EchoRequest,
  icmpV4Message,
  ipv4Packet,
  parseIpv4,
  tcpSegment,
  udpDatagram,
} from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { type PacketSocket, runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { StackOptions } from "@mnet/stack";
import { expect, test } from "vitest";
import { collect, type IcmpFrame, icmpIn, ipv4Frame, ipv4In } from "./support/frames.ts";
import { HOST, linuxPings, packetSocket, STACK, sleep, type TapStack, tapStack, until } from "./support.ts";

const CLOSED = 9009;
/** A protocol number for experiments (RFC 3692). */
const UNKNOWN_PROTOCOL = 253;

interface Wire extends TapStack {
  readonly socket: PacketSocket;
  /** Puts a datagram on the link as Linux would send it, except for what `fields` and `to` say. */
  send(fields: Partial<Ipv4Fields>, payload: Uint8Array, to?: string): void;
  /** The errors that come back; `count` of them, and no more within a while. */
  errors(count: number): Promise<IcmpFrame[]>;
}

/** Linux' raw access to our link, addresses resolved. */
async function wire(parameters: StackOptions["parameters"] = {}): Promise<Wire> {
  const world = await tapStack({ parameters });
  await linuxPings(STACK, 56);
  const socket = packetSocket(world.tap);
  const link = { from: String(world.tap.hostMac), to: String(world.stack.mac) };
  return {
    ...world,
    socket,
    send(fields, payload, to = link.to) {
      const all = { source: HOST, destination: STACK, protocol: IpProtocol.Udp, ...fields };
      socket.send(ipv4Frame({ ...link, to }, all, payload));
    },
    async errors(count) {
      const found = await collect(socket, icmpIn, (errors) => errors.length >= count);
      await sleep(50);
      return [...found, ...icmpIn(socket.received())];
    },
  };
}

function toClosedPort(octets = 10, addresses: { source?: string; destination?: string } = {}): Uint8Array {
  const ports = { sourcePort: 4000, destinationPort: CLOSED };
  return udpDatagram({ source: HOST, destination: STACK, ...addresses, ...ports }, new Uint8Array(octets));
}

kernelSuite(
  "ICMP errors that we send",
  () => {
    test("port unreachable: from the address that was asked, precedence 6, with the datagram as it came", async () => {
      const { stack, send, errors, finish } = await wire();
      stack.addAddress("10.0.0.3/24");
      const datagram = toClosedPort(10, { destination: "10.0.0.3" });
      send({ destination: "10.0.0.3", identification: 77, ttl: 9 }, datagram);
      const [error, ...more] = await errors(1);
      expect(more).toEqual([]);
      expect(error).toMatchObject({ type: 3, code: 3, rest: 0, checksumValid: true });
      expect(error!.ip).toMatchObject({ source: "10.0.0.3", destination: HOST, trafficClass: 0xc0, ttl: 64 });
      const quoted = parseIpv4(error!.payload);
      expect(quoted).toMatchObject({ identification: 77, ttl: 9, checksumValid: true });
      expect(Buffer.compare(quoted.payload, datagram)).toBe(0);
      await finish();
    });

    test("it quotes as much as fits into 576 octets", async () => {
      const { send, errors, finish } = await wire();
      send({}, toClosedPort(1400));
      const [error] = await errors(1);
      expect(error!.ip.totalLength).toBe(576);
      await finish();
    });

    test("port unreachable for a whole datagram that came in pieces, not for each piece", async () => {
      const { send, errors, finish } = await wire();
      const datagram = toClosedPort(2000);
      const size = 1400;
      send({ identification: 5, fragmentOffset: size }, datagram.subarray(size));
      send({ identification: 5, moreFragments: true }, datagram.subarray(0, size));
      expect(await errors(1)).toMatchObject([{ type: 3, code: 3 }]);
      await finish();
    });

    test("protocol unreachable, as hping3 sees it too", async () => {
      const { send, errors, finish } = await wire();
      send({ protocol: UNKNOWN_PROTOCOL }, new Uint8Array(8));
      expect(await errors(1)).toMatchObject([{ type: 3, code: 2 }]);
      const hping = ["-n", "-c", "1", "--rawip", "--ipproto", String(UNKNOWN_PROTOCOL), "-d", "40", STACK];
      const { stdout } = await runOk("hping3", hping);
      expect(stdout).toMatch(/Protocol Unreachable from ip=10\.0\.0\.2/);
      await finish();
    });

    test("parameter problem, where an option lies about its length", async () => {
      const { send, errors, finish } = await wire();
      send({ options: new Uint8Array([1, 7, 1, 0]) }, toClosedPort());
      expect(await errors(1)).toMatchObject([{ type: 12, code: 0, rest: 22 * 2 ** 24 }]);
      await finish();
    });

    test("time exceeded, when the first fragment came and others did not", async () => {
      const { stack, send, errors, finish } = await wire({ ipv4: { reassemblyTimeout: 200 } });
      const pieces = toClosedPort(2000);
      send({ identification: 1, moreFragments: true }, pieces.subarray(0, 400));
      // Without the first one nobody knows whose it was (RFC 792).
      send({ identification: 2, moreFragments: true, fragmentOffset: 800 }, pieces.subarray(800, 1600));
      const [error, ...more] = await errors(1);
      expect(more).toEqual([]);
      expect(error).toMatchObject({ type: 11, code: 1 });
      expect(parseIpv4(error!.payload)).toMatchObject({ identification: 1, moreFragments: true });
      expect(stack.stats()["ipv4"]!["reassemblyTimeouts"]).toBe(2);
      await finish();
    });

    test("never about these (RFC 1122 3.2.2)", async () => {
      const { stack, send, errors, finish } = await wire({ ipv4: { reassemblyTimeout: 100 } });
      const broadcastMac = "ff:ff:ff:ff:ff:ff";
      const groupMac = "01:00:5e:00:00:01";
      const unknown = { protocol: UNKNOWN_PROTOCOL };
      const octets = new Uint8Array(8);
      // To broadcast and multicast addresses, of IP and of the link.
      send({ destination: "10.0.0.255" }, toClosedPort(1, { destination: "10.0.0.255" }), broadcastMac);
      send(
        { destination: "255.255.255.255" },
        toClosedPort(1, { destination: "255.255.255.255" }),
        broadcastMac,
      );
      send({ destination: "224.0.0.1" }, toClosedPort(1, { destination: "224.0.0.1" }), groupMac);
      send({ ...unknown, destination: "10.0.0.255" }, octets, broadcastMac);
      send({}, toClosedPort(), broadcastMac);
      send({}, toClosedPort(), groupMac);
      // From what is no host's address.
      for (const source of [
        "0.0.0.0",
        "127.0.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "10.0.0.255",
        "240.0.0.1",
        STACK,
      ]) {
        send({ source }, toClosedPort(1, { source }));
        send({ ...unknown, source }, octets);
      }
      // About ICMP errors, and ICMP that may be one.
      const quoted = ipv4Packet({ source: STACK, destination: HOST, protocol: UNKNOWN_PROTOCOL }, octets);
      for (const type of [3, 4, 5, 11, 12, 99]) {
        send({ protocol: IpProtocol.Icmp }, icmpV4Message({ type, code: 0 }, quoted));
      }
      // About fragments but the first, a timeout included.
      send({ ...unknown, fragmentOffset: 800, identification: 9 }, octets);
      // About a first fragment that was sent to everybody.
      send({ destination: "10.0.0.255", moreFragments: true, identification: 8 }, octets, broadcastMac);
      // About a source route, which is nobody's to choose, and a bad option sent to everybody.
      send({ ...unknown, options: new Uint8Array([131, 7, 4, 10, 0, 0, 9, 0]) }, octets);
      send(
        { ...unknown, destination: "10.0.0.255", options: new Uint8Array([7, 1, 0, 0]) },
        octets,
        broadcastMac,
      );
      // About TCP: a reset says that.
      const segment = {
        source: HOST,
        destination: STACK,
        sourcePort: 4000,
        destinationPort: CLOSED,
        sequence: 1,
      };
      send({ protocol: IpProtocol.Tcp }, tcpSegment({ ...segment, flags: "R" }));
      await until(() => stack.stats()["ipv4"]!["reassemblyTimeouts"] === 2);
      expect(await errors(0)).toEqual([]);
      // The line still works.
      send({}, toClosedPort());
      expect(await errors(1)).toMatchObject([{ type: 3, code: 3 }]);
      await finish();
    });

    test("about an echo request that is incomplete: yes, it is no error", async () => {
      const { send, errors, finish } = await wire({ ipv4: { reassemblyTimeout: 100 } });
      const echo = icmpV4EchoRequest({ identifier: 1, sequence: 1 }, new Uint8Array(100));
      send({ protocol: IpProtocol.Icmp, moreFragments: true }, echo.subarray(0, 64));
      expect(await errors(1)).toMatchObject([{ type: 11, code: 1 }]);
      await finish();
    });

    test("a flood gets its burst of answers and then one every 100 ms; another host still gets its own", async () => {
      const { stack, tap, send, socket, finish } = await wire();
      await runOk("ip", ["address", "add", "10.0.0.9/24", "dev", tap.name]);
      const began = performance.now();
      for (let i = 0; i < 500; i++) send({}, toClosedPort());
      await until(() => (stack.stats()["icmp"]!["sentRateLimited"] ?? 0) >= 450);
      send({ source: "10.0.0.9" }, toClosedPort(10, { source: "10.0.0.9" }));
      const answered: string[] = [];
      const listen = (): number =>
        answered.push(...ipv4In(socket.received()).map(({ destination }) => destination));
      const to = (host: string): number => answered.filter((destination) => destination === host).length;
      await until(() => listen() > 0 && to("10.0.0.9") > 0);
      // Tokens come back.
      await sleep(300);
      send({}, toClosedPort());
      send({}, toClosedPort());
      await until(() => listen() > 0 && to(HOST) >= 8);
      const milliseconds = performance.now() - began;
      expect(to(HOST)).toBeLessThanOrEqual(6 + milliseconds / 100 + 1);
      expect(to("10.0.0.9")).toBe(1);
      await finish();
    });

    test("many hosts at once share the limit for all", async () => {
      const { stack, send, socket, finish } = await wire({ icmp: { errorRate: 10, errorBurst: 20 } });
      stack.addRoute({ destination: "10.7.0.0/16", gateway: HOST });
      for (let i = 0; i < 200; i++) {
        const source = `10.7.0.${i + 1}`;
        send({ source }, toClosedPort(10, { source }));
      }
      await until(() => (stack.stats()["icmp"]!["sentRateLimited"] ?? 0) >= 100);
      await sleep(100);
      const answers = icmpIn(socket.received()).length;
      // What one costs is random, 0 to 2 tokens, so that nobody can count with them (CVE-2020-25705).
      expect(answers).toBeGreaterThanOrEqual(10);
      expect(answers).toBeLessThanOrEqual(60);
      await finish();
    });
  },
  { commands: ["hping3", "ping", "tshark"] },
);

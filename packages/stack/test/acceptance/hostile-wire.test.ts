import {
  icmpV4Message,
  ipv4Packet,
  parseEthernet,
  parseIcmpV4,
  parseIpv4,
  tcpSegment,
  udpDatagram,
} from "@mnet/conformance";
import { simulatedLink, Timeline } from "@mnet/simulation";
import { expect, test } from "vitest";
import { RawPeer } from "../support/raw-peer.ts";
import { stackOn } from "../support/world.ts";

const PEER = "10.0.0.1";
const STACK = "10.0.0.2";
const flow = { source: PEER, destination: STACK };

async function hostAndPeer() {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const peer = new RawPeer(near, [PEER]);
  const stack = await stackOn(timeline, far, { ipv4: `${STACK}/24` });
  await timeline.run(10);
  return { timeline, peer, stack, mac: String(stack.mac) };
}

test("9: a packet with IPv4 options is accepted", async () => {
  const { timeline, peer, mac } = await hostAndPeer();
  const echo = icmpV4Message({ type: 8, code: 0, rest: 0x00010001 }, new Uint8Array(8));
  // Router alert (RFC 2113) and two no-operations.
  const options = Uint8Array.of(148, 4, 0, 0, 1, 1, 1, 0);
  peer.sendIpv4(mac, ipv4Packet({ ...flow, protocol: 1, options }, echo));
  await timeline.run(100);
  const replies = peer.frames.map((frame) => parseIcmpV4(parseIpv4(parseEthernet(frame).payload).payload));
  expect(replies.map(({ type }) => type)).toEqual([0]);
});

const ports = { sourcePort: 4000, destinationPort: 7 };
const corrupted: [layer: string, packet: Uint8Array, counters: string][] = [
  [
    "IPv4",
    ipv4Packet(
      { ...flow, protocol: 17, checksum: 0x1234 },
      udpDatagram({ ...flow, ...ports }, new Uint8Array(4)),
    ),
    "ipv4",
  ],
  [
    "UDP",
    ipv4Packet(
      { ...flow, protocol: 17 },
      udpDatagram({ ...flow, ...ports, checksum: 0x1234 }, new Uint8Array(4)),
    ),
    "udp",
  ],
  [
    "TCP",
    ipv4Packet(
      { ...flow, protocol: 6 },
      tcpSegment({ ...flow, ...ports, sequence: 1, flags: "S", checksum: 0x1234 }),
    ),
    "tcp",
  ],
  [
    "ICMP",
    ipv4Packet(
      { ...flow, protocol: 1 },
      icmpV4Message({ type: 8, code: 0, checksum: 0x1234 }, new Uint8Array(8)),
    ),
    "icmp",
  ],
];

test.each(corrupted)(
  "12: a corrupted %s checksum is dropped and counted",
  async (_layer, packet, counters) => {
    const { timeline, peer, stack, mac } = await hostAndPeer();
    const socket = stack.udp.bind({ port: 7 });
    let received = 0;
    socket.recv().then(
      () => {
        received++;
      },
      () => {},
    );
    stack.tcp.listen(7);
    peer.sendIpv4(mac, packet);
    await timeline.run(1000);
    expect(received).toBe(0);
    expect(peer.frames).toEqual([]);
    expect(stack.stats()[counters]).toMatchObject({ receivedBadChecksum: 1 });
  },
);

test("a connection attempt to a broadcast address is not answered", async () => {
  const { timeline, peer, stack, mac } = await hostAndPeer();
  stack.tcp.listen(7);
  const broadcast = { source: PEER, destination: "10.0.0.255" };
  peer.sendIpv4(
    mac,
    ipv4Packet(
      { ...broadcast, protocol: 6 },
      tcpSegment({ ...broadcast, ...ports, sequence: 1, flags: "S" }),
    ),
  );
  peer.sendIpv4(
    "ff:ff:ff:ff:ff:ff",
    ipv4Packet(
      { ...broadcast, protocol: 6 },
      tcpSegment({ ...broadcast, ...ports, sequence: 1, flags: "S" }),
    ),
  );
  await timeline.run(5000);
  expect(peer.frames).toEqual([]);
});

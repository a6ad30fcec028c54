import { ethernetFrame, icmpV4EchoRequest, ipv4Packet, tcpSegment, udpDatagram } from "@mnet/conformance";
import { readPcapng } from "@mnet/pcap";
import { record, simulatedLink, Timeline } from "@mnet/simulation";
import { expect, test } from "vitest";
import { RawPeer } from "../support/raw-peer.ts";
import { settle, stackOn } from "../support/world.ts";

const PEER = "10.0.0.1";
const STACK = "10.0.0.2";
const flow = { source: PEER, destination: STACK };
const ports = { sourcePort: 4000, destinationPort: 7 };
const data = new Uint8Array(4);
const udp = udpDatagram({ ...flow, ...ports }, data);
const syn = { ...flow, ...ports, sequence: 1, flags: "S" };

/** What a peer sends, and what the capture says about it. */
const cases: [what: string, comment: string | null, ip: Uint8Array][] = [
  [
    "an echo request",
    null,
    ipv4Packet({ ...flow, protocol: 1 }, icmpV4EchoRequest({ identifier: 1, sequence: 1 }, data)),
  ],
  ["a wrong IPv4 checksum", "BadChecksum", ipv4Packet({ ...flow, protocol: 17, checksum: 1 }, udp)],
  [
    "a wrong UDP checksum",
    "BadChecksum",
    ipv4Packet({ ...flow, protocol: 17 }, udpDatagram({ ...flow, ...ports, checksum: 1 }, data)),
  ],
  [
    "a wrong TCP checksum",
    "BadChecksum",
    ipv4Packet({ ...flow, protocol: 6 }, tcpSegment({ ...syn, checksum: 1 })),
  ],
  ["a port that nobody has bound", "PortUnreachable", ipv4Packet({ ...flow, protocol: 17 }, udp)],
  ["a port that nobody listens on", "NoConnection", ipv4Packet({ ...flow, protocol: 6 }, tcpSegment(syn))],
  ["a protocol that nobody speaks", "ProtocolUnreachable", ipv4Packet({ ...flow, protocol: 253 }, data)],
  ["another version", "BadVersion", ipv4Packet({ ...flow, protocol: 17, version: 5 }, udp)],
  ["another host", "NotForUs", ipv4Packet({ ...flow, destination: "10.0.0.3", protocol: 17 }, udp)],
  [
    "a fragment that waits for the others",
    null,
    ipv4Packet({ ...flow, protocol: 17, moreFragments: true }, new Uint8Array(8)),
  ],
];

async function captured() {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const peer = new RawPeer(near, [PEER]);
  const { device, pcapng } = record(far, timeline);
  const stack = await stackOn(timeline, device, { ipv4: `${STACK}/24` });
  // Both know each other's MAC address from here on.
  await settle(timeline, stack.ping(PEER, { count: 1, timeout: 100 }));
  await timeline.run(3000);
  const before = readPcapng(pcapng()).packets.length;
  return {
    timeline,
    peer,
    mac: String(stack.mac),
    packets: () => readPcapng(pcapng()).packets.slice(before),
  };
}

test.each(cases)("a capture says what became of %s: %s", async (_, comment, ip) => {
  const { timeline, peer, mac, packets } = await captured();
  peer.sendIpv4(mac, ip);
  await timeline.run(100);
  const [received, ...answers] = packets();
  expect(received).toMatchObject({ direction: "in" });
  expect(received!.comment).toBe(comment);
  for (const answer of answers.filter(({ direction }) => direction === "out")) {
    expect(answer.comment).toBeNull();
  }
});

test("a capture says what became of frames that no IP layer sees", async () => {
  const { timeline, peer, mac, packets } = await captured();
  const to = { destination: mac, source: peer.mac };
  peer.send(ethernetFrame({ ...to, destination: "02:00:00:00:00:77", etherType: 0x0800 }, data));
  peer.send(ethernetFrame({ ...to, etherType: 0x88b5 }, data));
  peer.send(ethernetFrame({ ...to, etherType: 0x8100 }, data));
  peer.send(ethernetFrame({ ...to, source: "ff:ff:ff:ff:ff:ff", etherType: 0x0800 }, data));
  peer.send(Uint8Array.of(1, 2, 3));
  await timeline.run(100);
  const comments = packets().filter(({ direction }) => direction === "in");
  expect(comments.map(({ comment }) => comment)).toEqual([
    "NotForUs",
    "UnknownEtherType",
    "VlanTagged",
    "BadSource",
    "TooShort",
  ]);
});

test("the answer to a dropped datagram is recorded behind it", async () => {
  const { timeline, peer, mac, packets } = await captured();
  peer.sendIpv4(mac, ipv4Packet({ ...flow, protocol: 17 }, udp));
  peer.sendIpv4(mac, ipv4Packet({ ...flow, protocol: 6 }, tcpSegment(syn)));
  await timeline.run(100);
  const ipOnly = packets().filter(({ bytes }) => bytes[12] === 8 && bytes[13] === 0);
  expect(ipOnly.map(({ direction, comment, bytes }) => [direction, bytes[23], comment])).toEqual([
    ["in", 17, "PortUnreachable"],
    ["out", 1, null],
    ["in", 6, "NoConnection"],
    ["out", 6, null],
  ]);
});

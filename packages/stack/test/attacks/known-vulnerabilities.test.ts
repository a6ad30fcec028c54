import {
  ethernetFrame,
  icmpV4EchoRequest,
  ipv4Packet,
  parseIcmpV4,
  tcpOptions,
  tcpSegment,
  udpDatagram,
} from "@mnet/conformance";
import { EtherType } from "@mnet/core";
import { expect, test } from "vitest";
import type { Attacker } from "../support/attacker.ts";
import { ATTACKER, ECHO_PORT, siege, VICTIM } from "../support/siege.ts";
import { settle } from "../support/world.ts";

/**
 * The inputs of published vulnerabilities of other stacks, as far as they concern Ethernet, ARP, IPv4, ICMP, UDP and TCP: each with the
 * verdict it must get here. What needs a conversation rather than one input is in the files named beside the others in docs/security.md.
 */

interface Known {
  /** Identifier, and what went wrong there. */
  readonly name: string;
  readonly send: (attacker: Attacker) => void;
  /** Counters it leaves behind, `layer.name`: exactly so many. */
  readonly counts: Readonly<Record<string, number>>;
  /** IPv4 packets we answer with. */
  readonly answers: number;
}

const octets = (length: number, fill = 0): Uint8Array => new Uint8Array(length).fill(fill);
const both = { source: ATTACKER, destination: VICTIM };
const ports = { sourcePort: 4000, destinationPort: ECHO_PORT };
const echo = icmpV4EchoRequest({ identifier: 1, sequence: 1 }, octets(24));
const inner = ipv4Packet({ ...both, protocol: 1, totalLength: 2000 }, echo);
const syn = (options: Uint8Array): Uint8Array =>
  tcpSegment({ ...both, ...ports, sequence: 1, flags: "S", options });

const single: Known[] = [
  {
    name: "CVE-1999-0128 ping of death: an echo request of more than 65 535 octets",
    send: (attacker) => {
      attacker.ip({ protocol: 1, identification: 1, moreFragments: true }, octets(1480));
      attacker.ip({ protocol: 1, identification: 1, fragmentOffset: 65_528 }, octets(1480));
    },
    counts: { "ipv4.receivedFragmentTooBig": 1, "ipv4.reassemblyQueues": 0 },
    answers: 0,
  },
  {
    name: "CVE-1999-0015 teardrop: a fragment inside another",
    send: (attacker) => {
      attacker.ip({ protocol: 17, identification: 242, moreFragments: true }, octets(40));
      attacker.ip({ protocol: 17, identification: 242, fragmentOffset: 24 }, octets(4));
    },
    counts: { "ipv4.receivedFragmentOverlap": 1, "ipv4.reassemblyQueues": 0 },
    answers: 0,
  },
  {
    name: "CVE-1999-0016 LAND: a SYN from the victim to itself",
    send: (attacker) => attacker.tcp({ source: VICTIM, ...ports, sourcePort: ECHO_PORT, flags: "S" }),
    counts: { "ipv4.receivedBadSource": 1, "tcp.halfOpen": 0 },
    answers: 0,
  },
  {
    name: "CVE-1999-0513 smurf: an echo request to the broadcast address",
    send: (attacker) => attacker.ip({ protocol: 1, destination: "10.0.0.255" }, echo),
    counts: { "icmp.receivedBadDestination": 1 },
    answers: 0,
  },
  {
    name: "Ripple20 CVE-2020-11896: fragments of IP-in-IP with lengths that contradict each other",
    send: (attacker) => {
      const fields = { protocol: 4, identification: 5 };
      attacker.ip({ ...fields, moreFragments: true }, inner.subarray(0, 32));
      attacker.ip({ ...fields, fragmentOffset: 32 }, inner.subarray(32));
    },
    counts: { "ipv4.receivedProtocolUnreachable": 1, "ipv4.reassemblyOctets": 0 },
    answers: 1,
  },
  {
    name: "Ripple20 CVE-2020-11898: IP-in-IP whose inner length runs past the packet",
    send: (attacker) => attacker.ip({ protocol: 4 }, inner),
    counts: { "ipv4.receivedProtocolUnreachable": 1 },
    answers: 1,
  },
  {
    name: "Ripple20 CVE-2020-11902: IPv6 in IPv4",
    send: (attacker) => attacker.ip({ protocol: 41 }, octets(40, 0x60)),
    counts: { "ipv4.receivedProtocolUnreachable": 1 },
    answers: 1,
  },
  {
    name: "Ripple20 CVE-2020-11907, AMNESIA:33 CVE-2020-24341: TCP header lengths past the segment, and none at all",
    send: (attacker) => {
      attacker.tcp({ ...ports, flags: "S", dataOffset: 15 });
      attacker.tcp({ ...ports, flags: "S", dataOffset: 4 });
      for (const length of [0, 1, 8, 19]) attacker.ip({ protocol: 6 }, syn(octets(0)).subarray(0, length));
    },
    counts: { "tcp.receivedBadHeaderLength": 2, "tcp.receivedTooShort": 4, "tcp.halfOpen": 0 },
    answers: 0,
  },
  {
    name: "Ripple20 CVE-2020-11909: total lengths under the header's, and header lengths under 20 and past the packet",
    send: (attacker) => {
      for (const totalLength of [0, 1, 19]) attacker.ip({ protocol: 1, totalLength }, echo);
      for (const headerLength of [0, 4, 16]) attacker.ip({ protocol: 1, headerLength }, echo);
      attacker.ip({ protocol: 1, headerLength: 60 }, octets(8));
    },
    counts: { "ipv4.receivedBadLength": 3, "ipv4.receivedBadHeaderLength": 4 },
    answers: 0,
  },
  {
    name: "Ripple20 CVE-2020-11910: ICMP errors cut short, and quoting what lies about its lengths",
    send: (attacker) => {
      attacker.ip({ protocol: 1 }, octets(4, 3));
      for (const length of [0, 8, 19, 20, 27]) {
        const quote = ipv4Packet({ source: VICTIM, destination: ATTACKER, protocol: 6 }, octets(8));
        attacker.icmp({ type: 3, code: 4, rest: 68 }, quote.subarray(0, length));
      }
      attacker.icmp({ type: 3, code: 4, rest: 68 }, octets(28, 0x4f));
    },
    counts: { "icmp.receivedTooShort": 6, "icmp.receivedBadHeaderLength": 1, "ipv4.pathMtus": 0 },
    answers: 0,
  },
  {
    name: "Ripple20 CVE-2020-11911: an address mask reply that nobody asked for",
    send: (attacker) => attacker.icmp({ type: 18, code: 0, rest: 0x00010001 }, octets(4, 0xff)),
    counts: { "icmp.receivedIgnored": 1 },
    answers: 0,
  },
  {
    name: "Ripple20 CVE-2020-11912: SACK and timestamp options cut short",
    send: (attacker) => {
      attacker.tcp({ ...ports, flags: "S", options: Uint8Array.of(5, 34, 1, 2, 8, 10, 0, 0) });
      attacker.tcp({
        ...ports,
        sourcePort: 4001,
        flags: "S",
        options: Uint8Array.of(8, 2, 5, 2, 5, 9, 0, 0),
      });
    },
    counts: { "tcp.halfOpen": 2 },
    answers: 2,
  },
  {
    name: "Ripple20 CVE-2020-11914: ARP cut short",
    send: (attacker) => {
      for (const length of [0, 8, 27]) {
        const frame = { destination: "ff:ff:ff:ff:ff:ff", source: attacker.mac, etherType: EtherType.Arp };
        attacker.send(ethernetFrame(frame, octets(length)));
      }
    },
    counts: { "arp.receivedTooShort": 3 },
    answers: 0,
  },
  {
    name: "URGENT/11 CVE-2019-12256: source routes whose pointers and lengths lie",
    send: (attacker) => {
      for (const type of [131, 137]) {
        for (const option of [
          [type, 3, 255],
          [type, 39, 4],
          [type, 4, 0, 0],
          [1, type, 7, 4, 10, 0, 0, 66],
        ]) {
          const options = new Uint8Array(40);
          options.set(option);
          attacker.ip({ protocol: 1, options }, echo);
        }
      }
      for (const option of [
        [131, 0],
        [131, 1],
        [131, 41],
        [7, 1],
        [68, 255],
      ]) {
        const options = new Uint8Array(40).fill(1);
        options.set(option);
        attacker.ip({ protocol: 1, options }, echo);
      }
    },
    counts: { "ipv4.receivedSourceRouted": 8, "ipv4.receivedBadOption": 5 },
    // Parameter problem for each list that cannot be read (RFC 1122 3.2.2.5), at the rate of any error.
    answers: 5,
  },
  {
    name: "URGENT/11 CVE-2019-12262: reverse ARP replies",
    send: (attacker) => {
      const frame = { destination: "ff:ff:ff:ff:ff:ff", source: attacker.mac, etherType: 0x8035 };
      attacker.send(ethernetFrame(frame, octets(28)));
    },
    counts: { "ethernet.receivedUnknownEtherType": 1 },
    answers: 0,
  },
  {
    name: "URGENT/11 CVE-2019-12259, CVE-2019-12265: IGMP queries that are cut, fragmented or not to a group",
    send: (attacker) => {
      attacker.ip({ protocol: 2, destination: "224.0.0.1", ttl: 1 }, octets(4));
      attacker.ip(
        { protocol: 2, destination: "224.0.0.1", moreFragments: true, identification: 2 },
        octets(8, 0x11),
      );
      attacker.ip({ protocol: 2, destination: "224.0.0.1", fragmentOffset: 8, identification: 2 }, octets(8));
    },
    counts: { "ipv4.receivedTooShort": 1, "ipv4.receivedBadChecksum": 1 },
    answers: 0,
  },
  {
    name: "AMNESIA:33 CVE-2020-24337, CVE-2020-13988: TCP options of length 0, of length 1, and an MSS past the end",
    send: (attacker) => {
      const lists = [
        [2, 0, 5, 180],
        [3, 0, 0, 0],
        [8, 1, 1, 1],
        [1, 1, 1, 2],
        [1, 1, 2, 4],
        [2, 255, 1, 1],
        [99, 0, 2, 4],
      ];
      for (const [i, list] of lists.entries()) {
        attacker.tcp({ ...ports, sourcePort: 5000 + i, flags: "S", options: Uint8Array.from(list) });
      }
    },
    counts: { "tcp.halfOpen": 7 },
    answers: 7,
  },
  {
    name: "AMNESIA:33 CVE-2020-13987: UDP lengths under 8 and past the packet",
    send: (attacker) => {
      for (const length of [0, 1, 7, 9, 65_535]) attacker.udp({ ...ports, length });
    },
    counts: { "udp.receivedBadLength": 5 },
    answers: 0,
  },
  {
    name: "AMNESIA:33 CVE-2020-17438: a fragment that would be written behind the buffer",
    send: (attacker) =>
      attacker.ip({ protocol: 17, identification: 3, fragmentOffset: 65_528 }, octets(1480)),
    counts: { "ipv4.receivedFragmentTooBig": 1, "ipv4.reassemblyQueues": 0 },
    answers: 0,
  },
  {
    name: "CVE-2019-11477, CVE-2019-11478 SACK panic and slowness: SACK is not negotiated, so its blocks mean nothing",
    send: (attacker) => {
      const blocks = Array.from({ length: 4 }, (_, i) => [i * 8, i * 8 + 8] as const);
      attacker.tcp({ ...ports, flags: "A", acknowledgment: 1, options: tcpOptions({ sack: blocks }) });
    },
    counts: { "tcp.outResets": 1, "tcp.connections": 0 },
    answers: 1,
  },
  {
    name: "scans: null, Christmas tree, SYN with FIN, RST with everything",
    send: (attacker) => {
      for (const [i, flags] of ["", "FPU", "SFPRAUEC", "SF", "SR", "U"].entries()) {
        attacker.tcp({ ...ports, sourcePort: 6000 + i, flags });
      }
    },
    counts: { "tcp.halfOpen": 0, "tcp.connections": 0 },
    answers: 0,
  },
  {
    name: "frames that are not ours to read: runts, 802.3 lengths, VLAN tags, IPv4 in fewer octets than a header",
    send: (attacker) => {
      const to = { destination: "ff:ff:ff:ff:ff:ff", source: attacker.mac };
      attacker.send(octets(13));
      attacker.send(ethernetFrame({ ...to, etherType: 0x0100 }, octets(46)));
      attacker.send(ethernetFrame({ ...to, etherType: 0x8100 }, octets(46)));
      for (const length of [0, 1, 19]) attacker.packet(octets(length, 0x45));
    },
    counts: {
      "ethernet.receivedLengthFrame": 1,
      "ethernet.receivedVlanTagged": 1,
      "ipv4.receivedTooShort": 3,
    },
    answers: 0,
  },
];

test.each(single.map((known) => [known.name, known] as const))("%s", async (_name, known) => {
  const { send, counts, answers } = known;
  const { attacker, timeline, count, serves } = await siege();
  send(attacker);
  await timeline.run(10);
  const counted = Object.keys(counts).map((key) => {
    const [layer, name] = key.split(".") as [string, string];
    return [key, count(layer, name)] as const;
  });
  expect(Object.fromEntries(counted)).toEqual(counts);
  expect(attacker.take()).toHaveLength(answers);
  expect(await serves()).toBe(true);
});

test("Ripple20 CVE-2020-11898: octets behind the total length are never answered with", async () => {
  const { attacker, timeline } = await siege();
  const packet = ipv4Packet({ ...both, protocol: 1 }, echo);
  const padded = new Uint8Array(packet.length + 500).fill(0xee);
  padded.set(packet);
  attacker.packet(padded);
  await timeline.run(10);
  const [reply] = attacker.take();
  expect(reply!.totalLength).toBe(packet.length);
  expect(parseIcmpV4(reply!.payload).payload).toEqual(octets(24));
});

test("URGENT/11 CVE-2019-12255, -12260, -12261, -12263, AMNESIA:33 CVE-2020-17437: no urgent pointer moves an octet", async () => {
  const { attacker, timeline, victim } = await siege();
  const accepted = victim.tcp.listen(8).accept();
  // An unknown option of the kind of TCP-AO on the SYN, urgent from the first segment on.
  const raw = await attacker.connect(timeline, { destinationPort: 8, options: Uint8Array.of(29, 4, 0, 0) });
  const flow = await settle(timeline, accepted);
  const text = "the urgent and the ordinary";
  for (const [i, letter] of [...text].entries()) {
    const urgentPointer = [0, 1, 2, 100, 32_768, 65_535][i % 6]!;
    raw.send("PAU", new TextEncoder().encode(letter), { urgentPointer });
    raw.sequence += 1;
    // And without any text.
    raw.send("AU", undefined, { urgentPointer });
  }
  const received = await settle(timeline, flow.readExactly(text.length));
  expect(new TextDecoder().decode(received)).toBe(text);
});

test("URGENT/11 CVE-2019-12258: no options of a segment, however broken, end an established connection", async () => {
  const { attacker, timeline, victim } = await siege();
  const accepted = victim.tcp.listen(8).accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8 });
  const flow = await settle(timeline, accepted);
  const broken = [
    [3, 0, 0, 0],
    [3, 2, 0, 0],
    [2, 255, 0, 0],
    [8, 11, 0, 0],
    [5, 3, 1, 1],
    [19, 18, 0, 0],
    [29, 1, 0, 0],
    [255, 255],
  ];
  for (const list of broken) {
    raw.send("A", new Uint8Array(1), { options: Uint8Array.from(list) });
    raw.sequence += 1;
  }
  expect((await settle(timeline, flow.readExactly(broken.length))).length).toBe(broken.length);
  expect(flow.info()["state"]).toBe("ESTABLISHED");
});

test("AMNESIA:33 CVE-2020-13987: a datagram with a right checksum over the wrong length is nobody's", async () => {
  const { attacker, timeline, victim, count } = await siege();
  let received = 0;
  const socket = victim.udp.bind({ port: 53 });
  void (async () => {
    for await (const _ of socket) received++;
  })().catch(() => {});
  const datagram = udpDatagram(
    { ...both, sourcePort: 1, destinationPort: 53, length: 100, checksum: 0 },
    octets(8),
  );
  attacker.ip({ protocol: 17 }, datagram);
  await timeline.run(10);
  expect(received).toBe(0);
  expect(count("udp", "receivedBadLength")).toBe(1);
});

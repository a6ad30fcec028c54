import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arpPacket,
  describeDatagram,
  describeFrame,
  describeTransport,
  ethernetFrame,
  icmpV4EchoRequest,
  icmpV4Message,
  ipv4Packet,
  ipv6Packet,
  tcpOptions,
  tcpSegment,
  udpDatagram,
} from "../src/index.ts";

const macs = { destination: "ff:ff:ff:ff:ff:ff", source: "02:00:00:00:00:01" };
const addresses = { source: "10.0.0.1", destination: "10.0.0.2" };
const addresses6 = { source: "fd00::1", destination: "fd00::2" };
const ports = { sourcePort: 1000, destinationPort: 7 };
const arp = { senderMac: "02:00:00:00:00:01", senderAddress: "10.0.0.1", targetAddress: "10.0.0.2" };
const octets = (length: number): Uint8Array => new Uint8Array(length);
const frame = (etherType: number, payload: Uint8Array): string =>
  describeFrame(ethernetFrame({ ...macs, etherType }, payload));

describe("describeFrame", () => {
  it("names the addresses and the payload", () => {
    const from = "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff";
    expect(frame(0x0806, arpPacket({ operation: "request", ...arp }))).toBe(
      `${from} ARP who has 10.0.0.2? tell 10.0.0.1`,
    );
    expect(frame(0x0806, arpPacket({ operation: "reply", ...arp }))).toBe(
      `${from} ARP 10.0.0.1 is at 02:00:00:00:00:01`,
    );
    expect(frame(0x0806, arpPacket({ operation: 9, ...arp }))).toBe(`${from} ARP operation 9`);
    expect(frame(0x0800, ipv4Packet({ ...addresses, protocol: 253 }, octets(4)))).toBe(
      `${from} 10.0.0.1 > 10.0.0.2: protocol 253, 4 octets`,
    );
    expect(frame(0x0101, octets(46))).toBe(`${from} type 0x0101, 46 octets`);
  });

  it("never throws, whatever the octets", () => {
    const types = [fc.constant([8, 0]), fc.constant([8, 6]), fc.constant([0x86, 0xdd])];
    const header = fc.tuple(fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.oneof(...types));
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 90 }), ([macOctets, type], rest) => {
        expect(describeFrame(Uint8Array.from([...macOctets, ...type, ...rest]))).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
    expect(describeFrame(octets(3))).toBe("malformed: an Ethernet header needs 14 octets, not 3");
  });
});

describe("describeDatagram", () => {
  const v4 = (protocol: number, payload: Uint8Array): string =>
    describeDatagram(ipv4Packet({ ...addresses, protocol }, payload));

  it("names what is in it", () => {
    expect(v4(1, icmpV4EchoRequest({ identifier: 5, sequence: 6 }, octets(56)))).toBe(
      "10.0.0.1 > 10.0.0.2: ICMP echo request id 5 seq 6, 56 octets",
    );
    expect(v4(1, icmpV4Message({ type: 3, code: 4, rest: 576 }, octets(28)))).toBe(
      "10.0.0.1 > 10.0.0.2: ICMP 3/4, 28 octets",
    );
    expect(v4(17, udpDatagram({ ...addresses, ...ports }, octets(3)))).toBe(
      "10.0.0.1:1000 > 10.0.0.2:7: UDP 3 octets",
    );
    const options = tcpOptions({
      maximumSegmentSize: 1460,
      windowScale: 7,
      sackPermitted: true,
      timestamps: { value: 1, echo: 2 },
      raw: Uint8Array.of(1, 254, 2),
    });
    expect(v4(6, tcpSegment({ ...addresses, ...ports, sequence: 1, flags: "S", window: 100, options }))).toBe(
      "10.0.0.1:1000 > 10.0.0.2:7: TCP [S] seq 1 win 100 <mss 1460, wscale 7, sackOK, TS 1 2, option 254>, 0 octets",
    );
    const sack = tcpOptions({ sack: [[5, 6]], raw: Uint8Array.of(2, 9) });
    const ack = { ...addresses, ...ports, sequence: 1, acknowledgment: 2, flags: "PA", options: sack };
    expect(v4(6, tcpSegment(ack, octets(4)))).toBe(
      "10.0.0.1:1000 > 10.0.0.2:7: TCP [PA] seq 1 ack 2 win 65535 <sack 5:6, malformed>, 4 octets",
    );
    const fragment = {
      ...addresses,
      protocol: 17,
      identification: 7,
      fragmentOffset: 16,
      moreFragments: true,
    };
    expect(describeDatagram(ipv4Packet(fragment, octets(8)))).toBe(
      "10.0.0.1 > 10.0.0.2: fragment 16+8 of 7, more",
    );
  });

  it("speaks IPv6", () => {
    const udp = udpDatagram({ ...addresses6, ...ports }, octets(3));
    expect(describeDatagram(ipv6Packet({ ...addresses6, nextHeader: 17 }, udp))).toBe(
      "[fd00::1]:1000 > [fd00::2]:7: UDP 3 octets",
    );
  });

  it("names wrong checksums, and what cannot be parsed", () => {
    expect(v4(17, udpDatagram({ ...addresses, ...ports, checksum: 1 }))).toContain("(bad UDP checksum)");
    const segment = tcpSegment({ ...addresses, ...ports, sequence: 0, flags: "A", checksum: 1 });
    expect(v4(6, segment)).toContain("(bad TCP checksum)");
    expect(v4(1, icmpV4Message({ type: 8, code: 0, checksum: 1 }))).toContain("(bad ICMP checksum)");
    expect(describeDatagram(ipv4Packet({ ...addresses, protocol: 99, checksum: 1 }))).toContain(
      "(bad IPv4 checksum)",
    );
    expect(v4(6, octets(19))).toBe("malformed: a TCP header needs 20 octets, not 19");
  });
});

describe("describeTransport", () => {
  it("describes what was sent through a FakeIpLayer", () => {
    const sent = { ...addresses, protocol: 17, octets: udpDatagram({ ...addresses, ...ports }) };
    expect(describeTransport(sent)).toBe("10.0.0.1:1000 > 10.0.0.2:7: UDP 0 octets");
  });
});

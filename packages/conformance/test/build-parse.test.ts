import { fromHex, toHex } from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  arpPacket,
  concatenate,
  ethernetFrame,
  icmpV4EchoRequest,
  icmpV4Message,
  ipv4Fragments,
  ipv4Packet,
  ipv6Packet,
  naiveChecksum,
  parseArp,
  parseEthernet,
  parseIcmpV4,
  parseIpv4,
  parseIpv6,
  parseTcp,
  parseTcpOptions,
  parseUdp,
  tcpOptions,
  tcpSegment,
  udpDatagram,
} from "../src/index.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const addresses = { source: "10.0.0.1", destination: "10.0.0.2" };
const addresses6 = { source: "fd00::1", destination: "fd00::2" };

describe("the checksum of RFC 1071", () => {
  it("is that of the RFC's own example", () => {
    expect(naiveChecksum(fromHex("00 01 f2 03 f4 f5 f6 f7"))).toBe(0x220d);
  });

  it("pads an odd last octet with zero, and counts ranges as one run of octets", () => {
    expect(naiveChecksum(fromHex("01 02 03"))).toBe(0xffff - 0x0402);
    expect(naiveChecksum(fromHex("01"), fromHex("02 03"))).toBe(0xffff - 0x0402);
  });
});

describe("Ethernet", () => {
  it("has the addresses in front of the type, and padding behind the payload", () => {
    const frame = ethernetFrame(
      { destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01", etherType: 0x0800, padTo: 18 },
      fromHex("aa bb"),
    );
    expect(toHex(frame)).toBe("0200000000020200000000010800aabb0000");
    expect(parseEthernet(frame)).toEqual({
      destination: "02:00:00:00:00:02",
      source: "02:00:00:00:00:01",
      etherType: 0x0800,
      payload: fromHex("aa bb 00 00"),
    });
  });

  it("cannot be parsed from 13 octets", () => {
    expect(() => parseEthernet(new Uint8Array(13))).toThrow("an Ethernet header needs 14 octets, not 13");
  });
});

describe("ARP", () => {
  const request = arpPacket({
    operation: "request",
    senderMac: "02:00:00:00:00:01",
    senderAddress: "10.0.0.1",
    targetAddress: "10.0.0.2",
  });

  it("is laid out as RFC 826 has it", () => {
    expect(toHex(request)).toBe("0001080006040001" + "0200000000010a000001" + "0000000000000a000002");
    expect(parseArp(request)).toEqual({
      hardwareType: 1,
      protocolType: 0x0800,
      hardwareLength: 6,
      protocolLength: 4,
      operation: "request",
      senderMac: "02:00:00:00:00:01",
      senderAddress: "10.0.0.1",
      targetMac: "00:00:00:00:00:00",
      targetAddress: "10.0.0.2",
    });
  });

  it("takes any operation and any lie about types and lengths", () => {
    const lies = { hardwareType: 6, protocolType: 0x86dd, hardwareLength: 8, protocolLength: 16 };
    const bytes = arpPacket({ ...parseArp(request), ...lies, operation: 25 });
    expect(parseArp(bytes)).toMatchObject({ ...lies, operation: 25 });
  });
});

describe("IPv4", () => {
  it("has the header checksum of a datagram seen in the wild", () => {
    const header = "45000073000040004011b861c0a80001c0a800c7";
    const packet = ipv4Packet(
      { source: "192.168.0.1", destination: "192.168.0.199", protocol: 17, dontFragment: true },
      new Uint8Array(0x73 - 20),
    );
    expect(toHex(packet.subarray(0, 20))).toBe(header);
  });

  it("round-trips every field", () => {
    const fields = {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: 253,
      ttl: 3,
      trafficClass: 0xb9,
      identification: 0xbeef,
      dontFragment: true,
      moreFragments: true,
      reservedFlag: true,
      fragmentOffset: 65528,
      options: fromHex("94 04 00 00"),
    };
    const parsed = parseIpv4(concatenate(ipv4Packet(fields, text("abc")), new Uint8Array(5)));
    expect(parsed).toMatchObject(fields);
    expect(parsed).toMatchObject({
      version: 4,
      headerLength: 24,
      totalLength: 27,
      checksumValid: true,
      padding: 5,
      payload: text("abc"),
    });
  });

  it("tells the lies it is asked for, with a checksum to match", () => {
    const bytes = ipv4Packet({ ...addresses, protocol: 6, version: 5, headerLength: 16, totalLength: 12 });
    expect(toHex(bytes.subarray(0, 4))).toBe("5400000c");
    expect(naiveChecksum(bytes)).toBe(0);
    expect(parseIpv4(ipv4Packet({ ...addresses, protocol: 6, checksum: 0 })).checksumValid).toBe(false);
    expect(() => ipv4Packet({ ...addresses, protocol: 6, headerLength: 5 })).toThrow("headerLength");
    expect(() => ipv4Packet({ ...addresses, protocol: 6, fragmentOffset: 4 })).toThrow("fragmentOffset");
  });

  it("is cut into fragments that add up", () => {
    const payload = Uint8Array.from({ length: 20 }, (_, at) => at);
    const pieces = ipv4Fragments({ ...addresses, protocol: 17, identification: 7 }, payload, 8).map(
      parseIpv4,
    );
    expect(pieces.map((piece) => [piece.fragmentOffset, piece.moreFragments, piece.identification])).toEqual([
      [0, true, 7],
      [8, true, 7],
      [16, false, 7],
    ]);
    expect(concatenate(...pieces.map((piece) => piece.payload))).toEqual(payload);
  });
});

describe("IPv6", () => {
  it("round-trips every field", () => {
    const fields = { ...addresses6, nextHeader: 17, hopLimit: 255, trafficClass: 0xb9, flowLabel: 0xabcde };
    const packet = ipv6Packet(fields, text("abc"));
    expect(toHex(packet.subarray(0, 8))).toBe("6b9abcde000311ff");
    expect(parseIpv6(packet)).toEqual({ ...fields, version: 6, payloadLength: 3, payload: text("abc") });
  });
});

describe("ICMPv4", () => {
  it("has a checksum over everything and no pseudo-header", () => {
    const echo = icmpV4EchoRequest({ identifier: 0x1234, sequence: 1 }, fromHex("0001"));
    expect(toHex(echo)).toBe("0800" + "e5c9" + "12340001" + "0001");
    expect(parseIcmpV4(echo)).toMatchObject({
      type: 8,
      code: 0,
      identifier: 0x1234,
      sequence: 1,
      checksumValid: true,
      payload: fromHex("0001"),
    });
  });

  it("carries any second word", () => {
    const message = icmpV4Message({ type: 12, code: 0, rest: 0xff000001 }, text("quote"));
    expect(parseIcmpV4(message)).toMatchObject({ type: 12, rest: 0xff000001, payload: text("quote") });
    expect(parseIcmpV4(icmpV4Message({ type: 0, code: 0, checksum: 1 })).checksumValid).toBe(false);
  });
});

describe("UDP", () => {
  it("has a checksum over the pseudo-header of either family", () => {
    const ports = { sourcePort: 1000, destinationPort: 53 };
    const v4 = udpDatagram({ ...addresses, ...ports }, text("abc"));
    // By hand: 0a00 0001 0a00 0002 0011 000b, 03e8 0035 000b 0000, 6162 6300 = 0xdca9 (folded); its complement.
    expect(toHex(v4)).toBe("03e80035000b" + "23" + "56" + "616263");
    expect(parseUdp(v4, addresses)).toMatchObject({ ...ports, length: 11, checksumValid: true });
    expect(parseUdp(v4, { ...addresses, source: "10.0.0.9" }).checksumValid).toBe(false);
    const v6 = udpDatagram({ ...addresses6, ...ports }, text("abc"));
    expect(parseUdp(v6, addresses6).checksumValid).toBe(true);
  });

  it("writes a computed 0 as 0xffff, and 0 for none on request", () => {
    const fields = { ...addresses, sourcePort: 0, destinationPort: 0 };
    const free = udpDatagram(fields, fromHex("0000"));
    const sum = parseUdp(free).checksum;
    const zero = udpDatagram(fields, Uint8Array.of(sum >>> 8, sum & 0xff));
    expect(parseUdp(zero, addresses)).toMatchObject({ checksum: 0xffff, checksumValid: true });
    const none = udpDatagram({ ...fields, checksum: 0 }, text("x"));
    expect(parseUdp(none, addresses)).toMatchObject({ checksum: 0, checksumValid: true });
    expect(parseUdp(none, addresses6).checksumValid).toBe(false);
    expect(parseUdp(none).checksumValid).toBe(null);
  });

  it("may lie about its length", () => {
    const fields = { ...addresses, sourcePort: 1, destinationPort: 2 };
    expect(parseUdp(udpDatagram({ ...fields, length: 9 }, text("abc"))).payload).toEqual(text("a"));
    expect(() => parseUdp(udpDatagram({ ...fields, length: 12 }, text("abc")))).toThrow("UDP length 12");
  });
});

describe("TCP", () => {
  it("has the layout and the checksum of a SYN", () => {
    const syn = tcpSegment({
      ...addresses,
      sourcePort: 49152,
      destinationPort: 80,
      sequence: 0xfffffffe,
      flags: "S",
      window: 64240,
      options: tcpOptions({ maximumSegmentSize: 1460 }),
    });
    // By hand: 0a00 0001 0a00 0002 0006 0018 and the words below add up to 0x371c (folded); its complement.
    expect(toHex(syn)).toBe("c0000050" + "fffffffe" + "00000000" + "6002faf0" + "c8e30000" + "020405b4");
    expect(parseTcp(syn, addresses)).toEqual({
      sourcePort: 49152,
      destinationPort: 80,
      sequence: 0xfffffffe,
      acknowledgment: 0,
      dataOffset: 6,
      reserved: 0,
      flags: "S",
      window: 64240,
      checksum: 0xc8e3,
      checksumValid: true,
      urgentPointer: 0,
      options: { maximumSegmentSize: 1460 },
      payload: new Uint8Array(0),
      segmentLength: 1,
    });
  });

  it("names its flags in one order and counts SYN and FIN", () => {
    const fields = { ...addresses, sourcePort: 1, destinationPort: 2, sequence: 0 };
    const parsed = parseTcp(tcpSegment({ ...fields, flags: "CEUAPRSF", reserved: 5 }, text("abc")));
    expect(parsed).toMatchObject({ flags: "SFRPAUEC", segmentLength: 5, reserved: 5, checksumValid: null });
    expect(() => tcpSegment({ ...fields, flags: "X" })).toThrow('not a TCP flag: "X"');
    expect(() => parseTcp(tcpSegment({ ...fields, flags: "A", dataOffset: 15 }))).toThrow("data offset");
  });

  it("round-trips its options", () => {
    const fields = {
      maximumSegmentSize: 1400,
      windowScale: 7,
      sackPermitted: true,
      timestamps: { value: 0xffffffff, echo: 5 },
    };
    expect(parseTcpOptions(tcpOptions(fields))).toEqual(fields);
    const sack: [number, number][] = [
      [0xfffffff0, 16],
      [100, 200],
    ];
    expect(parseTcpOptions(tcpOptions({ sack }))).toEqual({ sack });
    expect(parseTcpOptions(fromHex("01 01 fd 04 aa bb 02 04 05 b4"))).toEqual({
      unknown: [0xfd],
      maximumSegmentSize: 1460,
    });
  });

  it.each([
    ["a length of 0", "02 00 05 b4"],
    ["a length of 1", "02 01"],
    ["a length past the end", "02 05 05 b4"],
    ["no length at all", "02"],
    ["the wrong length for its kind", "02 03 05"],
  ])("survives an option with %s", (_, hex) => {
    expect(parseTcpOptions(fromHex(hex))).toEqual({ malformed: true });
  });
});

import { describe, expect, it } from "vitest";
import { LinkType, PcapngWriter, readPcapng } from "../src/index.ts";

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join(" ");

/** Each block as its 32-bit words, the way a hex dump shows them. */
const words = (bytes: Uint8Array): string[] => hex(bytes).match(/\S+ \S+ \S+ \S+/g)!;

const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/#.*/g, "").trim().split(/\s+/), (digits) => Number.parseInt(digits, 16));

describe("what the writer writes", () => {
  it("is a section header, an interface description and enhanced packets, little endian and padded", () => {
    const blocks: Uint8Array[] = [];
    const writer = new PcapngWriter({ write: (bytes) => blocks.push(bytes), application: "mnet!" });
    writer.packet(Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0x55), {
      timestampMicroseconds: 0x0001_0203_0405,
      direction: "out",
      comment: "hi",
    });
    expect(blocks.map(words)).toEqual([
      [
        "0a 0d 0d 0a", // section header block
        "2c 00 00 00", // 44 octets
        "4d 3c 2b 1a", // byte order magic
        "01 00 00 00", // version 1.0
        "ff ff ff ff", // section length -1: not known
        "ff ff ff ff",
        "04 00 05 00", // shb_userappl, 5 octets
        "6d 6e 65 74", // "mnet"
        "21 00 00 00", // "!" and padding
        "00 00 00 00", // opt_endofopt
        "2c 00 00 00",
      ],
      [
        "01 00 00 00", // interface description block
        "20 00 00 00", // 32 octets
        "01 00 00 00", // LINKTYPE_ETHERNET, reserved
        "00 00 00 00", // no snap length
        "09 00 01 00", // if_tsresol, 1 octet
        "06 00 00 00", // 10^-6 s
        "00 00 00 00",
        "20 00 00 00",
      ],
      [
        "06 00 00 00", // enhanced packet block
        "3c 00 00 00", // 60 octets
        "00 00 00 00", // interface 0
        "01 00 00 00", // time stamp, upper half first
        "05 04 03 02",
        "05 00 00 00", // captured
        "05 00 00 00", // original
        "de ad be ef",
        "55 00 00 00", // padded
        "02 00 04 00", // epb_flags
        "02 00 00 00", // outbound
        "01 00 02 00", // opt_comment
        "68 69 00 00", // "hi"
        "00 00 00 00",
        "3c 00 00 00",
      ],
    ]);
  });

  it("has no options where there is nothing to say, and no padding where none is needed", () => {
    const blocks: Uint8Array[] = [];
    const writer = new PcapngWriter({ write: (bytes) => blocks.push(bytes), linkType: LinkType.Raw });
    writer.packet(Uint8Array.of(0x45, 0, 0, 0), { timestampMicroseconds: 0n });
    expect(words(blocks[0]!)).toHaveLength(7);
    expect(words(blocks[1]!)[2]).toBe("65 00 00 00");
    expect(words(blocks[2]!)).toEqual([
      "06 00 00 00",
      "24 00 00 00",
      "00 00 00 00",
      "00 00 00 00",
      "00 00 00 00",
      "04 00 00 00",
      "04 00 00 00",
      "45 00 00 00",
      "24 00 00 00",
    ]);
  });

  it("keeps the first octets up to the snap length and says how many there were", () => {
    const blocks: Uint8Array[] = [];
    const writer = new PcapngWriter({ write: (bytes) => blocks.push(bytes), snapLength: 3 });
    writer.packet(Uint8Array.of(1, 2, 3, 4, 5, 6, 7), { timestampMicroseconds: 0, direction: "in" });
    expect(words(blocks[1]!)[3]).toBe("03 00 00 00");
    expect(words(blocks[2]!).slice(5, 10)).toEqual([
      "03 00 00 00",
      "07 00 00 00",
      "01 02 03 00",
      "02 00 04 00",
      "01 00 00 00",
    ]);
  });
});

describe("the reader", () => {
  const bigEndian = `
    0a 0d 0d 0a  00 00 00 1c  1a 2b 3c 4d  00 01 00 00  ff ff ff ff  ff ff ff ff  00 00 00 1c
    # interface: Ethernet, snap length 4, nanoseconds, named "e", 1 s offset
    00 00 00 01  00 00 00 34  00 01 00 00  00 00 00 04
      00 02 00 01  65 00 00 00
      00 09 00 01  09 00 00 00
      00 0e 00 08  00 00 00 00  00 00 00 01
      00 00 00 00  00 00 00 34
    # name resolution block: skipped
    00 00 00 04  00 00 00 10  00 00 00 00  00 00 00 10
    # enhanced packet: 2500 ns, 3 of 9 octets, inbound, two comments
    00 00 00 06  00 00 00 3c  00 00 00 00  00 00 00 00  00 00 09 c4  00 00 00 03  00 00 00 09
      aa bb cc 00
      00 02 00 04  00 00 00 01
      00 01 00 01  41 00 00 00
      00 01 00 01  42 00 00 00
      00 00 00 3c
    # simple packet: 6 octets, of which the snap length kept 4
    00 00 00 03  00 00 00 14  00 00 00 06  01 02 03 04  00 00 00 14`;

  it("understands big-endian sections, other resolutions, offsets and simple packets", () => {
    const file = readPcapng(fromHex(bigEndian));
    expect(file).toEqual({
      interfaces: [
        { linkType: 1, snapLength: 4, name: "e", unitsPerSecond: 1_000_000_000n, offsetSeconds: 1n },
      ],
      packets: [
        {
          interface: 0,
          bytes: Uint8Array.of(0xaa, 0xbb, 0xcc),
          originalLength: 9,
          timestampMicroseconds: 1_000_002.5,
          direction: "in",
          comment: "A",
        },
        {
          interface: 0,
          bytes: Uint8Array.of(1, 2, 3, 4),
          originalLength: 6,
          timestampMicroseconds: null,
          direction: null,
          comment: null,
        },
      ],
      truncated: false,
    });
  });

  it("counts interfaces through sections of different byte orders", () => {
    const littleEndian: number[] = [];
    const writer = new PcapngWriter({
      write: (bytes) => littleEndian.push(...bytes),
      interfaceName: "second",
    });
    writer.packet(Uint8Array.of(7), { timestampMicroseconds: 8 });
    const file = readPcapng(Uint8Array.of(...fromHex(bigEndian), ...littleEndian));
    expect(file.interfaces.map(({ name }) => name)).toEqual(["e", "second"]);
    expect(file.packets.map((packet) => packet.interface)).toEqual([0, 0, 1]);
    expect(file.packets[2]!.timestampMicroseconds).toBe(8);
  });

  it("understands time stamps in powers of two", () => {
    const bytes = fromHex(bigEndian);
    // if_tsresol 2^-1: 2500 halves of a second.
    bytes[28 + 28] = 0x81;
    const file = readPcapng(bytes);
    expect(file.interfaces[0]!.unitsPerSecond).toBe(2n);
    expect(file.packets[0]!.timestampMicroseconds).toBe(1_251_000_000);
  });
});

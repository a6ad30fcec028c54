import { describe, expect, it } from "vitest";
import { PcapngWriter, readPcapng } from "../src/index.ts";

function capture(packets: number): { bytes: Uint8Array; ends: number[] } {
  const octets: number[] = [];
  const ends: number[] = [];
  const writer = new PcapngWriter({
    write: (block) => {
      octets.push(...block);
      ends.push(octets.length);
    },
  });
  for (let i = 0; i < packets; i++) writer.packet(new Uint8Array(i).fill(i), { timestampMicroseconds: i });
  return { bytes: Uint8Array.from(octets), ends };
}

describe("a file that is cut off", () => {
  it("gives what is whole, at every length", () => {
    const { bytes, ends } = capture(4);
    for (let length = 16; length <= bytes.length; length++) {
      const file = readPcapng(bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      expect(file.interfaces).toHaveLength(whole >= 2 ? 1 : 0);
      expect(file.packets).toHaveLength(Math.max(0, whole - 2));
      expect(file.truncated).toBe(!ends.includes(length));
    }
  });
});

describe("a damaged block", () => {
  const cases: [string, (view: DataView, packet: number) => void][] = [
    ["length under the minimum", (view, packet) => view.setUint32(packet + 4, 8, true)],
    ["length that is not a multiple of 4", (view, packet) => view.setUint32(packet + 4, 37, true)],
    ["length past the end", (view, packet) => view.setUint32(packet + 4, 0xffff_fffc, true)],
    ["lengths that differ", (view, packet) => view.setUint32(packet + 32, 40, true)],
    ["captured length past the block", (view, packet) => view.setUint32(packet + 20, 0xffff_ffff, true)],
    ["interface that was not described", (view, packet) => view.setUint32(packet + 8, 1, true)],
  ];

  it.each(cases)("ends the reading: %s", (_, damage) => {
    const { bytes, ends } = capture(4);
    const thirdPacket = ends[3]!;
    damage(new DataView(bytes.buffer), thirdPacket);
    const file = readPcapng(bytes);
    expect(file.packets).toHaveLength(2);
    expect(file.truncated).toBe(true);
  });

  it("ends the reading when it is a section header of another version", () => {
    const { bytes } = capture(1);
    const twice = Uint8Array.of(...bytes, ...bytes);
    twice[bytes.length + 12] = 2;
    expect(readPcapng(twice)).toMatchObject({ packets: [{ bytes: new Uint8Array(0) }], truncated: true });
  });
});

describe("what is not pcapng", () => {
  it.each([
    ["nothing", new Uint8Array(0)],
    ["classic pcap", Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, ...new Uint8Array(20))],
    [
      "a section header of another byte order magic",
      Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a, ...new Uint8Array(24)),
    ],
  ])("is refused by name: %s", (_, bytes) => {
    expect(() => readPcapng(bytes)).toThrow(
      new RangeError("not pcapng: the file does not begin with a section header"),
    );
  });
});

describe("the writer", () => {
  const writer = new PcapngWriter({ write: () => {} });

  it.each([-1, Number.NaN, 2 ** 53, -1n, 1n << 64n])("refuses the time stamp %s", (timestampMicroseconds) => {
    expect(() => writer.packet(new Uint8Array(1), { timestampMicroseconds })).toThrow(
      /timestampMicroseconds/,
    );
  });

  it("refuses options that do not fit their fields", () => {
    expect(() => new PcapngWriter({ write: () => {}, linkType: 65536 })).toThrow(/linkType/);
    expect(() => new PcapngWriter({ write: () => {}, snapLength: 1.5 })).toThrow(/snapLength/);
  });
});

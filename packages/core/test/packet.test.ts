import { describe, expect, it } from "vitest";
import { fromHex, Packet, RxChecksum, Slice, toHex, viewOf } from "../src/index.ts";

function withTails(): Packet {
  const packet = new Packet(fromHex("00 11 22 33 44"));
  packet.reset(1, 4);
  packet.tails = 2;
  const ring = fromHex("a0 a1 a2 a3");
  packet.tail[0].aim(ring, viewOf(ring), 2, 4);
  packet.tail[1].aim(ring, viewOf(ring), 0, 1);
  return packet;
}

describe("Packet", () => {
  it("covers its whole buffer at first", () => {
    const packet = new Packet(fromHex("01 02 03"));
    expect(packet).toMatchObject({
      start: 0,
      end: 3,
      length: 3,
      checksumStart: -1,
      segmentSize: 0,
      tails: 0,
    });
    expect(Packet.allocate(5).length).toBe(5);
  });

  it("has a view over exactly its octets, wherever they lie in memory", () => {
    const memory = fromHex("aa bb cc dd");
    const packet = new Packet(memory.subarray(1, 3));
    expect(packet.view.getUint16(0)).toBe(0xbbcc);
    expect(packet.view.byteLength).toBe(2);
    packet.view.setUint8(0, 0x99);
    expect(toHex(memory)).toBe("aa99ccdd");
  });

  it("counts and copies its octets with the tails behind them, in order", () => {
    const packet = withTails();
    expect(packet.length).toBe(6);
    expect(toHex(packet.toBytes())).toBe("112233a2a3a0");
    const into = new Uint8Array(8);
    expect(packet.copyTo(into, 1)).toBe(6);
    expect(toHex(into)).toBe("00112233a2a3a000");
    packet.tails = 1;
    expect(toHex(packet.toBytes())).toBe("112233a2a3");
    packet.tails = 0;
    expect(packet.length).toBe(3);
  });

  it("copies: the copy does not change with the packet", () => {
    const packet = withTails();
    const copy = packet.toBytes();
    packet.bytes.fill(0);
    packet.tail[0].bytes.fill(0);
    expect(toHex(copy)).toBe("112233a2a3a0");
  });

  it("forgets everything when it is aimed anew", () => {
    const packet = withTails();
    packet.rxChecksum = RxChecksum.Verified;
    packet.checksumStart = 2;
    packet.checksumField = 3;
    packet.segmentSize = 1460;
    const bytes = fromHex("01 02 03 04");
    packet.aim(bytes, viewOf(bytes), 1, 3);
    expect(packet).toMatchObject({
      start: 1,
      end: 3,
      network: 1,
      transport: 1,
      payload: 1,
      rxChecksum: RxChecksum.Unknown,
      checksumStart: -1,
      checksumField: 0,
      segmentSize: 0,
      tails: 0,
    });
    expect(packet.bytes).toBe(bytes);
  });
});

describe("Slice", () => {
  it("is empty until it is aimed", () => {
    const slice = new Slice();
    expect(slice.length).toBe(0);
    const bytes = fromHex("01 02 03");
    slice.aim(bytes, viewOf(bytes), 1, 3);
    expect(slice.length).toBe(2);
    expect(slice.view.getUint8(1)).toBe(2);
  });
});

describe("a range of a packet", () => {
  it("is the same array as long as the same octets of the same buffer are asked for", () => {
    const packet = Packet.allocate(100);
    packet.bytes[40] = 7;
    const range = packet.octets(40, 60);
    expect([range.length, range[0]]).toEqual([20, 7]);
    expect(range.buffer).toBe(packet.bytes.buffer);
    packet.reset(10, 90);
    expect(packet.octets(40, 60)).toBe(range);
    for (const [from, to] of [
      [40, 61],
      [39, 60],
      [39, 59],
    ] as const) {
      const other = packet.octets(from, to);
      expect([other.byteOffset - packet.bytes.byteOffset, other.length]).toEqual([from, to - from]);
    }
  });

  it("follows the packet to another buffer", () => {
    const packet = Packet.allocate(100);
    packet.octets(40, 60);
    const bytes = new Uint8Array(100).fill(9);
    packet.aim(bytes, viewOf(bytes), 0, 100);
    expect(packet.octets(40, 60)).toEqual(new Uint8Array(20).fill(9));
  });

  it("is found in a buffer that begins inside another", () => {
    const packet = new Packet(new Uint8Array(200).fill(3).subarray(50, 150));
    packet.bytes[10] = 4;
    expect([...packet.octets(10, 12)]).toEqual([4, 3]);
  });

  it("is copied whole or not at all, however short", () => {
    const packet = Packet.allocate(20);
    const into = new Uint8Array(24).fill(1);
    expect(() => packet.copyTo(into, 5)).toThrow(RangeError);
    expect(into).toEqual(new Uint8Array(24).fill(1));
  });
});

import { describe, expect, it } from "vitest";
import {
  completeChecksum,
  foldChecksum,
  foldSum,
  fromHex,
  IpAddress,
  Packet,
  pseudoHeaderSum,
  sumOctets,
  swapSum,
  updateChecksum,
  viewOf,
} from "../src/index.ts";
import { naiveChecksum } from "./naive-checksum.ts";

describe("sums", () => {
  it("reproduce the example of RFC 1071 3", () => {
    const bytes = fromHex("00 01 f2 03 f4 f5 f6 f7");
    expect(foldSum(sumOctets(viewOf(bytes), 0, 8))).toBe(0xddf2);
    expect(foldChecksum(sumOctets(viewOf(bytes), 0, 8))).toBe(0x220d);
  });

  it("of nothing are 0, of an odd range padded with zero", () => {
    const view = viewOf(fromHex("aa bb cc"));
    expect(sumOctets(view, 1, 1)).toBe(0);
    expect(sumOctets(view, 0, 1)).toBe(0xaa00);
    expect(sumOctets(view, 0, 3)).toBe(foldSum(0xaabb + 0xcc00));
  });

  it("stay exact for the longest datagram", () => {
    const bytes = new Uint8Array(65535).fill(0xff);
    expect(foldChecksum(sumOctets(viewOf(bytes), 0, bytes.length))).toBe(naiveChecksum(bytes));
  });

  it.each([
    [0, 0],
    [0xffff, 0xffff],
    [0x10000, 1],
    [0x1fffe, 0xffff],
    [0xffffffff, 0xffff],
    [0x100000000, 1],
    [Number.MAX_SAFE_INTEGER, Number(BigInt(Number.MAX_SAFE_INTEGER) % 65535n)],
    // 2^53 - 1 = 31 (mod 65535) times ones: a multiple of 65535 that is not 0 folds to 0xffff.
    [65535 * 137438953471, 0xffff],
  ])("fold %d to %d", (sum, folded) => {
    expect(foldSum(sum)).toBe(folded);
  });

  it("of a range at an odd position count with their octets swapped", () => {
    expect(swapSum(0x1234)).toBe(0x3412);
    expect(swapSum(0xff00)).toBe(0x00ff);
  });
});

describe("updateChecksum", () => {
  it("reproduces the example of RFC 1624 4, where the older equation fails", () => {
    expect(updateChecksum(0xdd2f, 0x5555, 0x3285)).toBe(0x0000);
  });
});

describe("pseudoHeaderSum", () => {
  it("is the sum of RFC 768's words for IPv4, without the mapped marker", () => {
    const sum = pseudoHeaderSum(IpAddress.parse("10.0.0.1"), IpAddress.parse("255.255.255.255"), 17, 8);
    expect(foldSum(sum)).toBe(foldSum(0x0a00 + 0x0001 + 0xffff + 0xffff + 17 + 8));
  });

  it("is the sum of RFC 8200 8.1's words for IPv6", () => {
    const a = IpAddress.parse("fd00:1:2:3:4:5:6:7");
    const b = IpAddress.parse("ffff::9");
    const words = [0xfd00, 1, 2, 3, 4, 5, 6, 7, 0xffff, 9, 6, 20];
    expect(foldSum(pseudoHeaderSum(a, b, 6, 20))).toBe(foldSum(words.reduce((sum, word) => sum + word)));
  });
});

describe("completeChecksum", () => {
  function request(payload: Uint8Array): Packet {
    const packet = Packet.allocate(4 + payload.length);
    packet.bytes.set(payload, 4);
    packet.reset(2, packet.bytes.length);
    packet.checksumStart = 2;
    packet.checksumField = 2;
    packet.view.setUint16(2, 0x1234);
    return packet;
  }

  it("adds the range to the sum that the field holds, and withdraws the request", () => {
    const packet = request(fromHex("01 02 03"));
    completeChecksum(packet);
    expect(packet.view.getUint16(2)).toBe(0xffff - (0x1234 + 0x0102 + 0x0300));
    expect(packet.checksumStart).toBe(-1);
  });

  it("leaves a packet without a request alone", () => {
    const packet = request(fromHex("01 02"));
    packet.checksumStart = -1;
    completeChecksum(packet);
    expect(packet.view.getUint16(2)).toBe(0x1234);
  });
});

describe("a sum whose checksum is 0", () => {
  const complete = (checksumField: number): number => {
    const packet = Packet.allocate(20);
    // All words zero but one of 0xffff: the sum is 0xffff, its complement 0.
    packet.view.setUint16(0, 0xffff);
    packet.checksumStart = 0;
    packet.checksumField = checksumField;
    completeChecksum(packet);
    return packet.view.getUint16(checksumField);
  };

  it("is written as 0xffff for UDP, where 0 means none (RFC 768)", () => {
    expect(complete(6)).toBe(0xffff);
  });

  it("is written as 0 for TCP", () => {
    expect(complete(16)).toBe(0);
  });
});

import { fromHex, toHex } from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  describeDatagram,
  icmpV6EchoReply,
  icmpV6EchoRequest,
  icmpV6Message,
  ipv6Packet,
  parseIcmpV6,
} from "../src/index.ts";

const around = { source: "fe80::1", destination: "ff02::1" };

describe("ICMPv6", () => {
  it("covers the pseudo-header with its checksum (RFC 4443 2.3)", () => {
    // By hand: 8000 + 0001 + 0002 of the message, fe80 + 0001 + ff02 + 0001 + 000a + 003a of the pseudo-header, and aabb.
    const request = icmpV6EchoRequest({ ...around, identifier: 1, sequence: 2 }, fromHex("aabb"));
    expect(toHex(request)).toMatch(/^8000....00010002aabb$/);
    const sum = 0x8000 + 1 + 2 + 0xaabb + 0xfe80 + 1 + 0xff02 + 1 + 0x0a + 0x3a;
    const folded = (sum & 0xffff) + (sum >>> 16);
    expect(parseIcmpV6(request, around)).toMatchObject({
      type: 128,
      code: 0,
      identifier: 1,
      sequence: 2,
      checksum: 0xffff - folded,
      checksumValid: true,
      payload: fromHex("aabb"),
    });
    expect(parseIcmpV6(request, { source: "fe80::2", destination: "ff02::1" }).checksumValid).toBe(false);
    expect(parseIcmpV6(request).checksumValid).toBeNull();
  });

  it("carries an MTU or a pointer in the second word", () => {
    const tooBig = icmpV6Message({ ...around, type: 2, rest: 1280 }, fromHex("60"));
    expect(toHex(tooBig.subarray(4))).toBe("00000500" + "60");
    const problem = icmpV6Message({ ...around, type: 4, code: 1, rest: 0xffffffff });
    expect(parseIcmpV6(problem)).toMatchObject({ type: 4, code: 1, rest: 0xffffffff });
  });

  it("needs 8 octets", () => {
    expect(() => parseIcmpV6(new Uint8Array(7))).toThrow("an ICMPv6 message needs 8 octets, not 7");
  });

  it.each([
    [
      "fe80::1 > ff02::1: ICMPv6 echo reply id 9 seq 65535, 0 octets",
      icmpV6EchoReply({ ...around, identifier: 9, sequence: 0xffff }),
    ],
    ["fe80::1 > ff02::1: ICMPv6 1/4, 0 octets", icmpV6Message({ ...around, type: 1, code: 4 })],
    ["fe80::1 > ff02::1: ICMPv6 2/0 mtu 1280, 0 octets", icmpV6Message({ ...around, type: 2, rest: 1280 })],
    [
      "fe80::1 > ff02::1: ICMPv6 4/2 pointer 42, 1 octets",
      icmpV6Message({ ...around, type: 4, code: 2, rest: 42 }, fromHex("60")),
    ],
    [
      "fe80::1 > ff02::1: ICMPv6 1/0, 0 octets (bad ICMPv6 checksum)",
      icmpV6Message({ ...around, type: 1, checksum: 0 }),
    ],
  ])("reads %s", (line, message) => {
    expect(describeDatagram(ipv6Packet({ ...around, nextHeader: 58 }, message))).toBe(line);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IpAddress, IpPrefix, toIpPrefix } from "../src/index.ts";

const address = (text: string): IpAddress => IpAddress.parse(text);

describe("IpPrefix", () => {
  it.each([
    ["10.1.2.3/0", "0.0.0.0", "255.255.255.255"],
    ["10.1.2.3/8", "10.0.0.0", "10.255.255.255"],
    ["10.1.2.3/20", "10.1.0.0", "10.1.15.255"],
    ["192.0.2.129/25", "192.0.2.128", "192.0.2.255"],
    ["10.1.2.3/30", "10.1.2.0", "10.1.2.3"],
    // RFC 3021: no broadcast on a /31; a /32 has no others to reach.
    ["10.1.2.3/31", "10.1.2.2", null],
    ["10.1.2.3/32", "10.1.2.3", null],
    ["2001:db8:ffff:1::1/48", "2001:db8:ffff::", null],
    ["fe80::1234/10", "fe80::", null],
    ["fd00::7/127", "fd00::6", null],
    ["fd00::7/128", "fd00::7", null],
    ["fd00::7/0", "::", null],
  ])("%s has the network %s and the broadcast address %s", (text, network, broadcast) => {
    const prefix = IpPrefix.parse(text);
    expect(`${prefix}`).toBe(text);
    expect(`${prefix.network}`).toBe(network);
    expect(prefix.network.family).toBe(prefix.family);
    expect(prefix.broadcast === null ? null : `${prefix.broadcast}`).toBe(broadcast);
  });

  it.each([
    ["10.0.0.2/24", "10.0.0.255", true],
    ["10.0.0.2/24", "10.0.1.0", false],
    ["10.0.0.2/31", "10.0.0.3", true],
    ["10.0.0.2/32", "10.0.0.3", false],
    ["0.0.0.0/0", "203.0.113.1", true],
    ["fd00::/64", "fd00::ffff:ffff:ffff:ffff", true],
    ["fd00::/64", "fd00:0:0:1::", false],
    ["fd00::/65", "fd00::8000:0:0:0", false],
    ["::/0", "fd00::1", true],
    // The families do not mix, although they share the space of words.
    ["::/0", "10.0.0.1", false],
    ["::/80", "10.0.0.1", false],
    ["0.0.0.0/0", "fd00::1", false],
    ["0.0.0.0/0", "::", false],
  ])("%s contains %s: %s", (prefix, member, contained) => {
    expect(IpPrefix.parse(prefix).contains(address(member))).toBe(contained);
  });

  it.each(["10.0.0.2", "10.0.0.2/", "10.0.0.2/a", "10.0.0.2/-1", "10.0.0.2/+8", "10.0.0.2/1000", "/24"])(
    "%j is refused with a RangeError",
    (text) => {
      expect(() => IpPrefix.parse(text)).toThrow(RangeError);
    },
  );

  it("names what does not fit the family", () => {
    expect(() => IpPrefix.parse("10.0.0.2/33")).toThrow(
      "prefix length of 10.0.0.2 must be an integer from 0 to 32, not 33",
    );
    expect(() => new IpPrefix(address("fd00::1"), 129)).toThrow("from 0 to 128, not 129");
    expect(() => new IpPrefix(address("10.0.0.2"), 1.5)).toThrow("not 1.5");
  });

  it("equals another of the same address and length", () => {
    const prefix = IpPrefix.parse("10.0.0.2/24");
    expect(prefix.equals(toIpPrefix("10.0.0.2/24"))).toBe(true);
    expect(prefix.equals(toIpPrefix("10.0.0.2/25"))).toBe(false);
    expect(prefix.equals(toIpPrefix("10.0.0.3/24"))).toBe(false);
    expect(toIpPrefix(prefix)).toBe(prefix);
  });

  it("contains exactly the addresses that share its leading bits", () => {
    const bits = (of: IpAddress): bigint =>
      [of.w0, of.w1, of.w2, of.w3].reduce((value, word) => (value << 32n) | BigInt(word >>> 0), 0n);
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const any = fc.tuple(word, word, word, word).map((words) => new IpAddress(6, ...words));
    fc.assert(
      fc.property(any, fc.nat(128), fc.nat(127), (of, length, flipped) => {
        const prefix = new IpPrefix(of, length);
        const other = bits(of) ^ (1n << BigInt(127 - flipped));
        const w = (shift: bigint): number => Number((other >> shift) & 0xffffffffn);
        const neighbor = new IpAddress(6, w(96n), w(64n), w(32n), w(0n));
        expect(prefix.contains(of)).toBe(true);
        expect(prefix.contains(neighbor)).toBe(flipped >= length);
        expect(bits(prefix.network)).toBe((bits(of) >> BigInt(128 - length)) << BigInt(128 - length));
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AddressWords,
  IpAddress,
  isV4Words,
  isV6Group,
  isV6LinkLocal,
  isV6Loopback,
  isV6Unspecified,
  sameWords,
  toIpAddress,
  writeV6Words,
} from "../src/index.ts";

describe("IPv4 text", () => {
  it.each([
    ["0.0.0.0", 0],
    ["10.0.0.1", 0x0a000001],
    ["127.0.0.1", 0x7f000001],
    ["192.168.100.255", 0xc0a864ff | 0],
    ["255.255.255.255", -1],
  ])("%s is read and written", (text, bits) => {
    const address = IpAddress.parse(text);
    expect(address).toMatchObject({ family: 4, w0: 0, w1: 0, w2: 0xffff, w3: bits });
    expect(`${address}`).toBe(text);
  });

  it.each([
    "",
    "10.0.0",
    "10.0.0.1.2",
    "10.0.0.256",
    "10.0.0.01",
    "10.0.0.-1",
    "0x0a.0.0.1",
    "10.0.0.1 ",
    "1e1.0.0.0",
  ])("%j is refused, naming it", (text) => {
    expect(IpAddress.tryParse(text)).toBe(null);
    expect(() => IpAddress.parse(text)).toThrow(RangeError);
    expect(() => IpAddress.parse(text)).toThrow(`not an IP address: ${JSON.stringify(text)}`);
  });
});

describe("IPv6 text", () => {
  it.each([
    // RFC 5952 4.1: no leading zeros.
    ["2001:0db8::0001", "2001:db8::1"],
    // 4.2.1: shortened as much as possible; 4.2.2: one group of zeros is not; 4.2.3: the longest run, the first of equal ones.
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    // 4.3: lower case.
    ["2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"],
    ["::", "::"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["fe80::", "fe80::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    // RFC 4291 2.2, form 3: an IPv4 address at the end.
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"],
  ])("%s is written %s", (text, canonical) => {
    const address = IpAddress.parse(text);
    expect(address.family).toBe(6);
    expect(`${address}`).toBe(canonical);
  });

  it("of the IPv4-mapped form is that IPv4 address", () => {
    expect(`${IpAddress.parse("::ffff:192.0.2.1")}`).toBe("192.0.2.1");
    expect(IpAddress.parse("::ffff:c000:201").family).toBe(4);
  });

  it.each([
    ":",
    ":::",
    "1",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "1::2::3",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "12345::",
    "g::",
    "fe80::1%eth0",
    "[::1]",
    "::1.2.3",
    "::1.2.3.4:5",
    "1.2.3.4::",
    "1.2.3.4::5",
    "1:2:3:4:5:6:7:1.2.3.4",
  ])("%j is refused", (text) => {
    expect(IpAddress.tryParse(text)).toBe(null);
  });
});

describe("any address", () => {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  // Zero words make runs of zero groups; without them the compression would hardly be met.
  const word = fc.oneof(int32, fc.constant(0), fc.constant(1), fc.constant(0x10000));

  it("is read back from its text", () => {
    fc.assert(
      fc.property(word, word, word, word, (w0, w1, w2, w3) => {
        const address = IpAddress.fromWords({ w0, w1, w2, w3 });
        const again = IpAddress.parse(`${address}`);
        expect(again.equals(address)).toBe(true);
        expect(again.family).toBe(address.family);
      }),
    );
  });

  it("has one text: no shorter one of a run of zeros, no capitals, no leading zeros", () => {
    fc.assert(
      fc.property(word, word, word, word, (w0, w1, w2, w3) => {
        const text = `${new IpAddress(6, w0, w1, w2, w3)}`;
        expect(text).toMatch(/^(?:(?:0|[1-9a-f][0-9a-f]{0,3})?(?:::?|$))+/);
        const compressed = text.includes("::");
        if (!compressed) expect(text).not.toMatch(/(?:^|:)0:0(?::|$)/);
        expect(text.split("::").length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it("never throws but a RangeError for any text", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."0123456789abf:.") })),
        (text) => {
          const address = IpAddress.tryParse(text);
          if (address === null) expect(() => IpAddress.parse(text)).toThrow(RangeError);
          else expect(IpAddress.parse(text).equals(address)).toBe(true);
        },
      ),
    );
  });
});

describe("what an address is", () => {
  const is = (text: string): string[] => {
    const address = IpAddress.parse(text);
    const names = ["isUnspecified", "isLoopback", "isMulticast", "isLimitedBroadcast"] as const;
    return names.filter((name) => address[name]);
  };

  it.each([
    ["0.0.0.0", ["isUnspecified"]],
    ["0.0.0.1", []],
    ["127.0.0.1", ["isLoopback"]],
    ["127.255.255.255", ["isLoopback"]],
    ["128.0.0.0", []],
    ["223.255.255.255", []],
    ["224.0.0.0", ["isMulticast"]],
    ["239.255.255.255", ["isMulticast"]],
    ["240.0.0.0", []],
    ["255.255.255.255", ["isLimitedBroadcast"]],
    ["::", ["isUnspecified"]],
    ["::1", ["isLoopback"]],
    ["::2", []],
    ["1::1", []],
    ["ff02::1", ["isMulticast"]],
    ["fe80::1", []],
    ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["isMulticast"]],
  ])("%s: %j", (text, names) => {
    expect(is(text)).toEqual(names);
  });

  it("is known for the named ones", () => {
    expect(`${IpAddress.anyV4} ${IpAddress.loopbackV4} ${IpAddress.broadcastV4} ${IpAddress.anyV6}`).toBe(
      "0.0.0.0 127.0.0.1 255.255.255.255 ::",
    );
  });
});

describe("words", () => {
  it("tell the families apart without a flag", () => {
    const words = new AddressWords();
    expect(isV4Words(words)).toBe(false);
    words.setV4(0x0a000001);
    expect(isV4Words(words)).toBe(true);
    expect(`${IpAddress.fromWords(words)}`).toBe("10.0.0.1");
    expect(IpAddress.anyV4.equals(IpAddress.anyV6)).toBe(false);
  });

  it("are copied, compared in every word, and stored as int32", () => {
    const words = new AddressWords();
    const address = IpAddress.parse("ffff:fffe::8000:1");
    words.copy(address);
    expect(sameWords(words, address)).toBe(true);
    for (const key of ["w0", "w1", "w2", "w3"] as const) {
      expect(sameWords({ ...words, [key]: words[key] ^ 1 }, address)).toBe(false);
      expect(Object.is(address[key] | 0, address[key])).toBe(true);
    }
    expect(new IpAddress(4, 0, 0, 0xffff, 0xffffffff).w3).toBe(-1);
  });

  it("are taken as text or as an address", () => {
    expect(toIpAddress(IpAddress.anyV4)).toBe(IpAddress.anyV4);
    expect(`${toIpAddress("fd00::1")}`).toBe("fd00::1");
  });

  it("are written to a header and read from it", () => {
    const view = new DataView(new ArrayBuffer(20));
    const address = IpAddress.parse("fe80::1234:5678:9abc:def0");
    const words = new AddressWords();
    writeV6Words(view, 4, address);
    words.readV6(view, 4);
    expect(sameWords(words, address)).toBe(true);
    expect([view.getUint32(0), view.getUint16(4)]).toEqual([0, 0xfe80]);
  });

  it.each([
    ["::", [true, false, false, false]],
    ["::1", [false, true, false, false]],
    ["::2", [false, false, false, false]],
    ["1::1", [false, false, false, false]],
    ["fe80::1", [false, false, true, false]],
    ["febf::1", [false, false, true, false]],
    ["fec0::1", [false, false, false, false]],
    ["ff02::1", [false, false, false, true]],
    ["127.0.0.1", [false, false, false, false]],
  ] as const)("tell what %s is for", (text, kinds) => {
    const words = IpAddress.parse(text);
    expect([isV6Unspecified(words), isV6Loopback(words), isV6LinkLocal(words), isV6Group(words)]).toEqual(
      kinds,
    );
  });
});

describe("what an address is for (RFC 4291 2.5, 2.7; RFC 4193; RFC 3927)", () => {
  it.each([
    ["fe80::1", { isLinkLocal: true, isSiteLocal: false, isUniqueLocal: false, multicastScope: 0 }],
    ["febf::1", { isLinkLocal: true, isSiteLocal: false, isUniqueLocal: false, multicastScope: 0 }],
    ["fec0::1", { isLinkLocal: false, isSiteLocal: true, isUniqueLocal: false, multicastScope: 0 }],
    ["fc00::1", { isLinkLocal: false, isSiteLocal: false, isUniqueLocal: true, multicastScope: 0 }],
    ["fdff::1", { isLinkLocal: false, isSiteLocal: false, isUniqueLocal: true, multicastScope: 0 }],
    ["2001:db8::1", { isLinkLocal: false, isSiteLocal: false, isUniqueLocal: false, multicastScope: 0 }],
    ["ff01::1", { isLinkLocal: false, isSiteLocal: false, isUniqueLocal: false, multicastScope: 1 }],
    ["ff32::1", { isLinkLocal: false, isSiteLocal: false, isUniqueLocal: false, multicastScope: 2 }],
    ["ff0e::1", { isLinkLocal: false, isSiteLocal: false, isUniqueLocal: false, multicastScope: 14 }],
    ["169.254.0.1", { isLinkLocal: true, isSiteLocal: false, isUniqueLocal: false, multicastScope: 0 }],
    ["224.0.0.1", { isLinkLocal: false, isSiteLocal: false, isUniqueLocal: false, multicastScope: 0 }],
  ])("%s", (text, expected) => {
    expect(IpAddress.parse(text)).toMatchObject(expected);
  });

  it("the solicited-node group has the low 24 bits", () => {
    expect(`${IpAddress.parse("2001:db8::1234:5678").solicitedNodeGroup}`).toBe("ff02::1:ff34:5678");
    expect(`${IpAddress.parse("fe80::ffff:ffff").solicitedNodeGroup}`).toBe("ff02::1:ffff:ffff");
  });

  it("the upper half stays when the interface identifier changes", () => {
    const prefix = IpAddress.parse("2001:db8:1:2::");
    expect(`${prefix.withInterfaceIdentifier(0x0200_5eff, 0xfe00_0001)}`).toBe(
      "2001:db8:1:2:200:5eff:fe00:1",
    );
  });

  it("has the well-known groups and ::1", () => {
    expect(`${IpAddress.loopbackV6} ${IpAddress.allNodesV6} ${IpAddress.allRoutersV6}`).toBe(
      "::1 ff02::1 ff02::2",
    );
    expect(IpAddress.loopbackV6.isLoopback).toBe(true);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, MacAddress, macHigh, toMacAddress } from "../src/index.ts";

describe("MacAddress", () => {
  it.each([
    ["02:00:00:00:00:01", "02:00:00:00:00:01"],
    ["02-00-5E-0a-FF-01", "02:00:5e:0a:ff:01"],
    ["ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff"],
  ])("reads %s and writes %s", (text, canonical) => {
    expect(`${MacAddress.parse(text)}`).toBe(canonical);
  });

  it.each([
    "",
    "02:00:00:00:00",
    "02:00:00:00:00:01:02",
    "2:0:0:0:0:1",
    "02:00-00:00:00:01",
    "020000000001",
    "0g:00:00:00:00:01",
  ])("refuses %j, naming it", (text) => {
    expect(() => MacAddress.parse(text)).toThrow(`not a MAC address: ${JSON.stringify(text)}`);
  });

  it("knows what it is", () => {
    const is = (text: string): boolean[] => {
      const { isMulticast, isBroadcast, isZero } = MacAddress.parse(text);
      return [isMulticast, isBroadcast, isZero];
    };
    expect(is("02:00:00:00:00:01")).toEqual([false, false, false]);
    expect(is("01:00:5e:00:00:01")).toEqual([true, false, false]);
    expect(is("33:33:00:00:00:01")).toEqual([true, false, false]);
    expect(is("ff:ff:ff:ff:ff:ff")).toEqual([true, true, false]);
    expect(is("ff:ff:ff:00:00:00")).toEqual([true, false, false]);
    expect(is("00:00:00:00:00:00")).toEqual([false, false, true]);
    expect(is("00:00:00:00:00:01")).toEqual([false, false, false]);
  });

  it("maps an IPv4 group by its low 23 bits (RFC 1112 6.4)", () => {
    expect(`${MacAddress.ofIpv4Group(0xe0000001)}`).toBe("01:00:5e:00:00:01");
    expect(`${MacAddress.ofIpv4Group(0xefffffff)}`).toBe("01:00:5e:7f:ff:ff");
    expect(MacAddress.ofIpv4Group(0xe0010203).equals(MacAddress.ofIpv4Group(0xe0810203))).toBe(true);
  });

  it("takes text or an address", () => {
    expect(toMacAddress(MacAddress.broadcast)).toBe(MacAddress.broadcast);
    expect(toMacAddress("00:00:00:00:00:00").equals(MacAddress.zero)).toBe(true);
  });

  it("reads and writes six octets anywhere, and leaves the others alone", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.nat(5), (octets, at) => {
        const bytes = new Uint8Array(12).fill(0xaa);
        bytes.set(octets, at);
        const mac = MacAddress.read(bytes, at);
        const into = new Uint8Array(12).fill(0xaa);
        mac.write(into, at);
        expect(into).toEqual(bytes);
        expect(MacAddress.parse(`${mac}`).equals(mac)).toBe(true);
        expect(mac.high).toBe(macHigh(bytes, at));
      }),
    );
  });

  it("differs in either half", () => {
    const mac = MacAddress.read(fromHex("010203040506"), 0);
    expect(mac.equals(new MacAddress(0x010203, 0x040507))).toBe(false);
    expect(mac.equals(new MacAddress(0x010204, 0x040506))).toBe(false);
    expect(mac.equals(new MacAddress(0x010203, 0x040506))).toBe(true);
  });

  it("of an IPv6 group ends in the group's low 32 bits (RFC 2464 7)", () => {
    expect(`${MacAddress.ofIpv6Group(0xff345678 | 0)}`).toBe("33:33:ff:34:56:78");
    expect(`${MacAddress.ofIpv6Group(1)}`).toBe("33:33:00:00:00:01");
  });
});

import { fromHex, toHex } from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  describeDatagram,
  dnsSearchList,
  icmpV6Message,
  ipv6Packet,
  mtuOption,
  ndOption,
  neighborAdvertisement,
  neighborSolicitation,
  nonceOption,
  parseNdOptions,
  parseNeighborDiscovery,
  prefixInformation,
  recursiveDnsServers,
  redirectedHeader,
  redirectMessage,
  routeInformation,
  routerAdvertisement,
  routerSolicitation,
  sourceLinkAddress,
  targetLinkAddress,
} from "../src/index.ts";

const around = { source: "fe80::1", destination: "fe80::2" };
const MAC = "02:00:00:00:00:01";
/** What follows the checksum. */
const behind = (message: Uint8Array): string => toHex(message.subarray(4));
const line = (message: Uint8Array): string =>
  describeDatagram(ipv6Packet({ ...around, nextHeader: 58, hopLimit: 255 }, message));

describe("a router solicitation", () => {
  it("has nothing but options", () => {
    const message = routerSolicitation({ ...around, options: [sourceLinkAddress(MAC)] });
    expect(toHex(message.subarray(0, 2))).toBe("8500");
    expect(behind(message)).toBe("00000000" + "0101020000000001");
    expect(parseNeighborDiscovery(message)).toEqual({
      message: "router solicitation",
      options: { sourceLinkAddress: MAC },
    });
    expect(line(message)).toBe(`fe80::1 > fe80::2: ND router solicitation <source ${MAC}>`);
  });
});

describe("a router advertisement", () => {
  it("is laid out as RFC 4861 4.2 and RFC 4191 2.2 have it", () => {
    const message = routerAdvertisement({
      ...around,
      hopLimit: 64,
      managed: true,
      otherConfiguration: true,
      preference: "low",
      lifetime: 600,
      reachableTime: 30_000,
      retransTimer: 1000,
      options: [mtuOption(1280)],
    });
    expect(toHex(message.subarray(0, 2))).toBe("8600");
    expect(behind(message)).toBe("40d80258" + "00007530" + "000003e8" + "0501000000000500");
    expect(parseNeighborDiscovery(message)).toEqual({
      message: "router advertisement",
      hopLimit: 64,
      managed: true,
      otherConfiguration: true,
      preference: "low",
      lifetime: 600,
      reachableTime: 30_000,
      retransTimer: 1000,
      options: { mtu: 1280 },
    });
    expect(line(message)).toBe(
      "fe80::1 > fe80::2: ND router advertisement lifetime 600 low managed other <mtu 1280>",
    );
  });

  it("is one of a medium router for half an hour unless said otherwise", () => {
    expect(behind(routerAdvertisement(around))).toBe("00000708" + "0000000000000000");
    expect(behind(routerAdvertisement({ ...around, preference: "high" }))).toContain("0008");
  });
});

describe("a neighbor solicitation", () => {
  it("names its target", () => {
    const message = neighborSolicitation({
      ...around,
      target: "fe80::2",
      options: [nonceOption(fromHex("010203040506"))],
    });
    expect(toHex(message.subarray(0, 2))).toBe("8700");
    expect(behind(message)).toBe("00000000" + "fe800000000000000000000000000002" + "0e01010203040506");
    expect(parseNeighborDiscovery(message)).toEqual({
      message: "neighbor solicitation",
      target: "fe80::2",
      options: { nonce: fromHex("010203040506") },
    });
    expect(line(message)).toBe("fe80::1 > fe80::2: ND who has fe80::2? <nonce>");
  });
});

describe("a neighbor advertisement", () => {
  it.each([
    [{}, "00000000", ""],
    [{ router: true }, "80000000", " (router)"],
    [{ solicited: true, override: true }, "60000000", " (solicited, override)"],
  ])("has the flags %o", (flags, octets, words) => {
    const message = neighborAdvertisement({ ...around, target: "fe80::1", ...flags });
    expect(toHex(message.subarray(0, 2))).toBe("8800");
    expect(behind(message)).toBe(`${octets}fe800000000000000000000000000001`);
    expect(line(message)).toBe(`fe80::1 > fe80::2: ND fe80::1 is here${words}`);
    const none = { router: false, solicited: false, override: false };
    expect(parseNeighborDiscovery(message)).toEqual({
      message: "neighbor advertisement",
      target: "fe80::1",
      ...none,
      ...flags,
      options: {},
    });
  });
});

describe("a redirect", () => {
  it("names the better first hop, then whom it is for", () => {
    const options = [targetLinkAddress(MAC), redirectedHeader(fromHex("6000000000000000"))];
    const message = redirectMessage({ ...around, target: "fe80::9", redirected: "fd00::7", options });
    expect(toHex(message.subarray(0, 2))).toBe("8900");
    expect(behind(message)).toBe(
      "00000000" +
        "fe800000000000000000000000000009" +
        "fd000000000000000000000000000007" +
        "0201020000000001" +
        "0402000000000000" +
        "6000000000000000",
    );
    expect(parseNeighborDiscovery(message)).toEqual({
      message: "redirect",
      target: "fe80::9",
      redirected: "fd00::7",
      options: { targetLinkAddress: MAC, redirectedHeader: fromHex("6000000000000000") },
    });
    expect(line(message)).toBe(
      `fe80::1 > fe80::2: ND redirect fd00::7 to fe80::9 <target ${MAC}, header of 8>`,
    );
  });
});

describe("an option", () => {
  it.each([
    [
      "prefix information (RFC 4861 4.6.2)",
      prefixInformation({
        prefix: "fd00:1::/64",
        autonomous: false,
        validLifetime: 3600,
        preferredLifetime: 60,
      }),
      "0304408000000e100000003c00000000" + "fd000001000000000000000000000000",
      {
        prefixes: [
          {
            prefix: "fd00:1::/64",
            onLink: true,
            autonomous: false,
            validLifetime: 3600,
            preferredLifetime: 60,
          },
        ],
      },
    ],
    [
      "a default route (RFC 4191 2.3)",
      routeInformation({ prefix: "::/0", preference: "high", lifetime: 1800 }),
      "1801000800000708",
      { routes: [{ prefix: "::/0", preference: "high", lifetime: 1800 }] },
    ],
    [
      "a route of up to 64 bits",
      routeInformation({ prefix: "fd00:2::/48", lifetime: 0 }),
      "1802300000000000" + "fd00000200000000",
      { routes: [{ prefix: "fd00:2::/48", preference: "medium", lifetime: 0 }] },
    ],
    [
      "a route of more",
      routeInformation({ prefix: "fd00:2::/96", preference: "low", lifetime: 9 }),
      "1803601800000009" + "fd000002000000000000000000000000",
      { routes: [{ prefix: "fd00:2::/96", preference: "low", lifetime: 9 }] },
    ],
    [
      "recursive DNS servers (RFC 8106 5.1)",
      recursiveDnsServers({ servers: ["fd00::53", "fd00::54"], lifetime: 300 }),
      "190500000000012c" + "fd000000000000000000000000000053" + "fd000000000000000000000000000054",
      { recursiveDnsServers: [{ servers: ["fd00::53", "fd00::54"], lifetime: 300 }] },
    ],
    [
      "a DNS search list (RFC 8106 5.2)",
      dnsSearchList({ names: ["a.example", "bc"], lifetime: 300 }),
      "1f0300000000012c" + "0161076578616d706c6500" + "02626300" + "00",
      { dnsSearchLists: [{ names: ["a.example", "bc"], lifetime: 300 }] },
    ],
    [
      "a DNS search list with what is no letter",
      ndOption(31, fromHex("0000 00000001 02 2e0a 00")),
      "1f02000000000001022e0a0000000000",
      { dnsSearchLists: [{ names: ["\\046\\010"], lifetime: 1 }] },
    ],
    ["one of an unknown type", ndOption(200, fromHex("aa")), "c801aa0000000000", { unknown: [200] }],
  ])("is %s", (_name, octets, hex, parsed) => {
    expect(toHex(octets)).toBe(hex);
    expect(parseNdOptions(octets)).toEqual(parsed);
  });

  it("lasts for ever unless said otherwise", () => {
    const { prefixes } = parseNdOptions(prefixInformation({ prefix: "fd00::/64" }));
    expect(prefixes).toEqual([
      {
        prefix: "fd00::/64",
        onLink: true,
        autonomous: true,
        validLifetime: 0xffffffff,
        preferredLifetime: 0xffffffff,
      },
    ]);
  });

  it.each([
    ["of length 0", ndOption(1, fromHex("020000000001"), 0)],
    ["past the end", ndOption(1, fromHex("020000000001"), 2)],
    ["cut off behind its type", fromHex("01")],
    ["too short for a prefix", ndOption(3, fromHex("4080"))],
    ["too short for its route", routeInformation({ prefix: "fd00::/96", octets: 16 })],
    ["with a label past its end", ndOption(31, fromHex("0000000000010a61"))],
    ["with a compressed name", ndOption(31, fromHex("000000000001c00c"))],
  ])("%s is malformed, and what came before it counts", (_name, octets) => {
    const first = mtuOption(1500);
    expect(parseNdOptions(Uint8Array.of(...first, ...octets))).toEqual({ mtu: 1500, malformed: true });
    expect(line(routerSolicitation({ ...around, options: [first, octets] }))).toBe(
      "fe80::1 > fe80::2: ND router solicitation <mtu 1500, malformed>",
    );
  });
});

describe("what is no message of Neighbor Discovery", () => {
  it.each([
    ["another type", icmpV6Message({ ...around, type: 128 })],
    ["an advertisement cut off", routerAdvertisement(around).subarray(0, 15)],
    ["a solicitation cut off", neighborSolicitation({ ...around, target: "::" }).subarray(0, 23)],
    ["a redirect cut off", redirectMessage({ ...around, target: "::", redirected: "::" }).subarray(0, 39)],
    ["less than a header", new Uint8Array(7)],
  ])("is refused: %s", (_name, message) => {
    expect(() => parseNeighborDiscovery(message)).toThrow(RangeError);
  });
});

import { fromHex, toHex } from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  describeDatagram,
  fragmentHeader,
  Ipv6Extension,
  icmpV6EchoRequest,
  ipv6Fragments,
  ipv6OptionsHeader,
  ipv6Packet,
  parseIpv6Chain,
  routerAlertOption,
  routingHeader,
} from "../src/index.ts";

const around = { source: "fd00::1", destination: "fd00::2" };
const { HopByHop, Routing, Fragment, DestinationOptions, NoNextHeader } = Ipv6Extension;

describe("an options header", () => {
  it("is padded to units of 8 octets with Pad1 or PadN", () => {
    expect(toHex(ipv6OptionsHeader({ nextHeader: 58 }))).toBe("3a00" + "010400000000");
    const alert = [routerAlertOption()];
    expect(toHex(ipv6OptionsHeader({ nextHeader: 58, options: alert }))).toBe("3a00" + "05020000" + "0100");
    const five = [{ type: 0x1e, data: fromHex("010203") }];
    expect(toHex(ipv6OptionsHeader({ nextHeader: 58, options: five }))).toBe("3a00" + "1e03010203" + "00");
    const full = [{ type: 0x1e, data: fromHex("01020304") }];
    expect(toHex(ipv6OptionsHeader({ nextHeader: 6, options: full }))).toBe("0600" + "1e0401020304");
  });

  it("can lie about lengths", () => {
    const options = [{ type: 0xc2, data: fromHex("aabb"), length: 200 }];
    expect(toHex(ipv6OptionsHeader({ nextHeader: 17, options, headerLength: 64 }))).toBe(
      "1107" + "c2c8aabb" + "0100",
    );
  });
});

describe("a routing header", () => {
  it("is laid out as type 0 was", () => {
    const header = routingHeader({ nextHeader: 59, type: 0, segmentsLeft: 1, addresses: ["fd00::9"] });
    expect(toHex(header)).toBe("3b020001" + "00000000" + "fd000000000000000000000000000009");
  });
});

describe("a fragment header", () => {
  it("is laid out as RFC 8200 4.5 has it", () => {
    const fields = { nextHeader: 17, fragmentOffset: 1448, moreFragments: true, identification: 0xdeadbeef };
    expect(toHex(fragmentHeader(fields))).toBe("110005a9deadbeef");
    expect(toHex(fragmentHeader({ nextHeader: 17, identification: 1, reserved: 7, reservedBits: 3 }))).toBe(
      "1107000600000001",
    );
  });

  it("has offsets in units of 8 octets up to 65528", () => {
    expect(() => fragmentHeader({ nextHeader: 17, identification: 1, fragmentOffset: 12 })).toThrow(
      RangeError,
    );
    expect(() => fragmentHeader({ nextHeader: 17, identification: 1, fragmentOffset: 65536 })).toThrow(
      RangeError,
    );
  });
});

describe("the chain of a packet", () => {
  const echo = icmpV6EchoRequest({ ...around, identifier: 1, sequence: 2 }, fromHex("aabb"));

  it("is taken off header by header", () => {
    const chain = ipv6OptionsHeader(
      { nextHeader: Routing, options: [routerAlertOption()] },
      routingHeader(
        { nextHeader: Fragment, type: 2, segmentsLeft: 0, addresses: ["fd00::3"] },
        fragmentHeader(
          { nextHeader: DestinationOptions, identification: 7 },
          ipv6OptionsHeader({ nextHeader: 58, options: [{ type: 0, length: 9 }] }, echo),
        ),
      ),
    );
    const packet = ipv6Packet({ ...around, nextHeader: HopByHop }, chain);
    const parsed = parseIpv6Chain(packet);
    expect(parsed).toMatchObject({
      nextHeader: 0,
      protocol: 58,
      fragment: { fragmentOffset: 0, moreFragments: false, identification: 7 },
      extensions: [
        { header: "hop-by-hop", options: [{ type: 5, data: fromHex("0000") }] },
        { header: "routing", type: 2, segmentsLeft: 0, addresses: ["fd00::3"] },
        { header: "fragment" },
        { header: "destination options", options: [] },
      ],
    });
    expect(parsed.upper).toEqual(echo);
    expect(describeDatagram(packet)).toBe(
      "fd00::1 > fd00::2: ICMPv6 echo request id 1 seq 2, 2 octets [hop-by-hop, routing, destination options]",
    );
  });

  it("ends at a fragment", () => {
    const fragments = ipv6Fragments({ ...around, nextHeader: 58, identification: 5 }, echo, 8);
    expect(fragments.map(describeDatagram)).toEqual([
      "fd00::1 > fd00::2: fragment 0+8 of 5, more",
      "fd00::1 > fd00::2: fragment 8+2 of 5",
    ]);
  });

  it("may have nothing behind it", () => {
    expect(parseIpv6Chain(ipv6Packet({ ...around, nextHeader: NoNextHeader }))).toMatchObject({
      protocol: 59,
      extensions: [],
      fragment: null,
      upper: new Uint8Array(0),
    });
  });

  it.each([
    ["a header past the end", DestinationOptions, ipv6OptionsHeader({ nextHeader: 58, headerLength: 16 })],
    ["a header cut off", HopByHop, fromHex("3a00")],
    ["a fragment header cut off", Fragment, fromHex("3a00")],
    [
      "an option past the header",
      HopByHop,
      ipv6OptionsHeader({ nextHeader: 58, options: [{ type: 30, length: 9 }] }),
    ],
    ["an option without its length", HopByHop, fromHex("3a0001030000001e")],
  ])("with %s cannot be parsed", (_name, nextHeader, payload) => {
    const packet = ipv6Packet({ ...around, nextHeader }, payload);
    expect(() => parseIpv6Chain(packet)).toThrow(RangeError);
    expect(describeDatagram(packet)).toMatch(/^malformed: /);
  });
});

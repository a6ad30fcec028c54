import {
  fragmentHeader,
  type Ipv6OptionFields,
  icmpV6Message,
  ipv6OptionsHeader,
  routerAlertOption,
  routingHeader,
} from "@mnet/conformance";
import { Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { GROUP, PacketHost, PEER, PROTOCOL, pattern } from "./packet-host.ts";

const payload = pattern(16);
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const NONE = 59;
const DESTINATION = 60;

/** A chain from the outside in: each builder puts its header in front of the rest. */
type Header = (nextHeader: number, rest: Uint8Array) => { type: number; octets: Uint8Array };

const hopByHop =
  (...options: Ipv6OptionFields[]): Header =>
  (nextHeader, rest) => ({ type: HOP_BY_HOP, octets: ipv6OptionsHeader({ nextHeader, options }, rest) });
const destination =
  (...options: Ipv6OptionFields[]): Header =>
  (nextHeader, rest) => ({ type: DESTINATION, octets: ipv6OptionsHeader({ nextHeader, options }, rest) });
const routing =
  (type: number, segmentsLeft: number, ...addresses: string[]): Header =>
  (nextHeader, rest) => ({
    type: ROUTING,
    octets: routingHeader({ nextHeader, type, segmentsLeft, addresses }, rest),
  });
const atomic: Header = (nextHeader, rest) => ({
  type: FRAGMENT,
  octets: fragmentHeader({ nextHeader, identification: 5 }, rest),
});

/** The first next header and the payload of a packet with these headers in front of `upper`. */
function chain(
  headers: readonly Header[],
  upper: number = PROTOCOL,
  rest: Uint8Array = payload,
): [number, Uint8Array] {
  let type = upper;
  let octets = rest;
  for (const header of headers.toReversed()) ({ type, octets } = header(type, octets));
  return [type, octets];
}

function receive(host: PacketHost, headers: readonly Header[], to?: string, upper?: number): string {
  const [nextHeader, octets] = chain(headers, upper);
  const where = to === undefined ? {} : { destination: to };
  return verdictName(host.receive({ nextHeader, ...where }, octets));
}

/** RFC 8200 4.1; IPv6 Ready v6LC.1.2, v6LC.1.3; conformance.md C-S1, C-S3. */
describe("extension headers", () => {
  const accepted: [string, Header[]][] = [
    ["none", []],
    ["hop-by-hop options with padding (v6LC.1.2.1)", [hopByHop()]],
    ["hop-by-hop options with a router alert", [hopByHop(routerAlertOption())]],
    ["destination options (v6LC.1.2.2)", [destination()]],
    ["destination options twice, around a routing header", [destination(), routing(0, 0), destination()]],
    ["a routing header of an unknown type, with no segments left (v6LC.1.2.8)", [routing(33, 0, PEER)]],
    ["a routing header of type 0, with no segments left (v6LC.1.2.9)", [routing(0, 0, PEER)]],
    ["a routing header of type 2, with no segments left", [routing(2, 0, PEER)]],
    ["an atomic fragment (RFC 6946)", [atomic]],
    [
      "the order that RFC 8200 4.1 recommends",
      [hopByHop(), destination(), routing(0, 0), atomic, destination()],
    ],
    ["another order (v6LC.1.2.5)", [destination(), atomic, routing(4, 0), destination(), routing(0, 0)]],
    ["eight headers", new Array<Header>(8).fill(destination())],
  ];
  it.each(accepted)("%s: delivered as if they were not there", (_name, headers) => {
    const host = new PacketHost();
    expect(receive(host, headers)).toBe("Handled");
    const [received] = host.transport.received;
    expect(received!.payload).toEqual(payload);
    expect(received!.info).toMatchObject({ protocol: PROTOCOL, reassembled: false });
    expect(host.errors.sent).toEqual([]);
  });

  const refused: [string, Header[], string, [string, number] | null][] = [
    // Hop-by-hop only comes first: RFC 8200 4, 4.3 (v6LC.1.2.4)
    [
      "hop-by-hop behind destination options",
      [destination(), hopByHop()],
      "ProtocolUnreachable",
      ["ProtocolUnreachable", 40],
    ],
    ["hop-by-hop twice", [hopByHop(), hopByHop()], "ProtocolUnreachable", ["ProtocolUnreachable", 40]],
    [
      "hop-by-hop behind an atomic fragment",
      [atomic, hopByHop()],
      "ProtocolUnreachable",
      ["ProtocolUnreachable", 40],
    ],
    // RFC 5095, RFC 8200 4.4 (v6LC.1.2.8, v6LC.1.2.9)
    [
      "a routing header of type 0 with a segment left",
      [routing(0, 1, PEER)],
      "SourceRouted",
      ["ParameterProblem", 42],
    ],
    [
      "a routing header of type 33 with a segment left",
      [routing(33, 1, PEER)],
      "UnrecognizedOption",
      ["ParameterProblem", 42],
    ],
    [
      "a routing header of type 2 with a segment left",
      [routing(2, 1, PEER)],
      "UnrecognizedOption",
      ["ParameterProblem", 42],
    ],
    [
      "a routing header of type 4 with segments left",
      [destination(), routing(4, 255)],
      "UnrecognizedOption",
      ["ParameterProblem", 50],
    ],
    // Limits: RFC 8504 5.3, conformance.md C-S2
    ["nine headers", new Array<Header>(9).fill(destination()), "HeaderChainTooLong", null],
    ["a fragment inside of an atomic fragment", [atomic, atomic], "FragmentMalformed", null],
  ];
  it.each(refused)("%s: refused", (_name, headers, verdict, error) => {
    const host = new PacketHost();
    expect(receive(host, headers)).toBe(verdict);
    expect(host.transport.received).toEqual([]);
    expect(host.errors.sent.map(({ kind, pointer }) => [kind, pointer])).toEqual(
      error === null ? [] : [error],
    );
  });

  it("in front of next header 59 end in silence, whatever follows", () => {
    const host = new PacketHost();
    expect(receive(host, [destination()], undefined, NONE)).toBe("NoNextHeader");
    expect(host.errors.sent).toEqual([]);
  });

  const unknown: [string, Header[], number][] = [
    ["by the IPv6 header", [], 6],
    ["by a hop-by-hop header (v6LC.1.2.3)", [hopByHop()], 40],
    ["by the second of two", [hopByHop(), destination(routerAlertOption(), routerAlertOption())], 48],
    ["by an atomic fragment", [destination(), atomic], 48],
  ];
  it.each(unknown)("an unknown protocol named %s is answered with that place", (_name, headers, pointer) => {
    const host = new PacketHost();
    expect(receive(host, headers, undefined, 138)).toBe("ProtocolUnreachable");
    expect(host.errors.sent).toMatchObject([{ kind: "ProtocolUnreachable", pointer }]);
  });

  it.each([50, 51, 135, 139, 140, 254])("next header %d is nothing that this node knows", (nextHeader) => {
    const host = new PacketHost();
    expect(receive(host, [], undefined, nextHeader)).toBe("ProtocolUnreachable");
  });

  it("cut anywhere are dropped", () => {
    const [nextHeader, octets] = chain([hopByHop(routerAlertOption()), routing(0, 0, PEER), destination()]);
    for (let length = 0; length < octets.length - payload.length; length++) {
      const host = new PacketHost();
      const verdict = host.receive({ nextHeader }, octets.subarray(0, length));
      expect(verdictName(verdict), `${length} octets`).toBe("BadHeaderLength");
      expect(host.transport.received).toEqual([]);
    }
  });

  it("that are said to be longer than the packet are answered with the length field", () => {
    const host = new PacketHost();
    const octets = ipv6OptionsHeader({ nextHeader: PROTOCOL, headerLength: 64 }, payload);
    expect(host.receive({ nextHeader: DESTINATION }, octets)).toBe(Verdict.BadHeaderLength);
    expect(host.errors.sent).toMatchObject([{ kind: "ParameterProblem", pointer: 41 }]);
  });

  it("of a packet from :: are not answered for, whatever is wrong with them", () => {
    const host = new PacketHost();
    host.groups.joined.add(GROUP);
    const [nextHeader, octets] = chain([hopByHop({ type: 0xbe })]);
    const from = { source: "::", destination: GROUP };
    expect(verdictName(host.receive({ nextHeader, ...from }, octets, { cast: "multicast" }))).toBe(
      "UnrecognizedOption",
    );
    expect(host.errors.sent).toEqual([]);
  });

  it("do not hide Neighbor Discovery, nor that it came in an atomic fragment (RFC 6980)", () => {
    const host = new PacketHost();
    const message = icmpV6Message({ source: PEER, destination: GROUP, type: 135 }, pattern(20));
    host.groups.joined.add(GROUP);
    for (const headers of [[], [destination()], [atomic], [hopByHop(), atomic]]) {
      const [nextHeader, octets] = chain(headers, 58, message);
      host.receive({ nextHeader, destination: GROUP }, octets, { cast: "multicast" });
    }
    expect(host.control.received.map(({ fragmented }) => fragmented)).toEqual([false, false, true, true]);
  });
});

const option = (type: number, octets = 2): Ipv6OptionFields => ({ type, data: new Uint8Array(octets) });

/** RFC 8200 4.2; IPv6 Ready v6LC.1.2.6, v6LC.1.2.7; conformance.md C-S1. */
describe("options", () => {
  const kinds: [string, (...options: Ipv6OptionFields[]) => Header][] = [
    ["hop-by-hop", hopByHop],
    ["destination", destination],
  ];

  describe.each(kinds)("in a %s header that are unknown", (_name, header) => {
    const actions: [string, number, string, string, [string, number][], [string, number][]][] = [
      ["00: skipped", 0x3e, "Handled", "Handled", [], []],
      ["01: discarded", 0x7e, "UnrecognizedOption", "UnrecognizedOption", [], []],
      [
        "10: always reported",
        0xbe,
        "UnrecognizedOption",
        "UnrecognizedOption",
        [["UnrecognizedOption", 42]],
        [["UnrecognizedOption", 42]],
      ],
      [
        "11: reported unless sent to a group",
        0xfe,
        "UnrecognizedOption",
        "UnrecognizedOption",
        [["UnrecognizedOption", 42]],
        [],
      ],
      [
        "11: a jumbo payload (RFC 2675)",
        0xc2,
        "UnrecognizedOption",
        "UnrecognizedOption",
        [["UnrecognizedOption", 42]],
        [],
      ],
      [
        "11: a home address (RFC 6275)",
        0xc9,
        "UnrecognizedOption",
        "UnrecognizedOption",
        [["UnrecognizedOption", 42]],
        [],
      ],
      ["00: a tunnel encapsulation limit (RFC 2473)", 0x04, "Handled", "Handled", [], []],
    ];
    it.each(actions)("%s", (_action, type, unicast, multicast, told, toldOfGroup) => {
      const host = new PacketHost();
      expect(receive(host, [header(option(type))])).toBe(unicast);
      expect(host.errors.sent.map(({ kind, pointer }) => [kind, pointer])).toEqual(told);
      host.errors.sent.length = 0;
      host.groups.joined.add(GROUP);
      expect(receive(host, [header(option(type))], GROUP)).toBe(multicast);
      expect(host.errors.sent.map(({ kind, pointer }) => [kind, pointer])).toEqual(toldOfGroup);
    });
  });

  it("are walked in order: the first that is not skipped decides, and is pointed to", () => {
    const host = new PacketHost();
    const options = [option(0x3e, 5), { type: 0 }, option(0xbe, 0), option(0x7e)];
    expect(receive(host, [hopByHop(), destination(...options)])).toBe("UnrecognizedOption");
    expect(host.errors.sent).toMatchObject([{ kind: "UnrecognizedOption", pointer: 40 + 8 + 2 + 7 + 1 }]);
  });

  it("may be padding of any length and content", () => {
    const host = new PacketHost();
    for (let octets = 0; octets < 20; octets++) {
      const data = new Uint8Array(octets).fill(0xaa);
      expect(receive(host, [destination({ type: 1, data }, { type: 0 }, { type: 0 })])).toBe("Handled");
    }
  });

  const malformed: [string, number[], number][] = [
    ["a length past the header", [0x3e, 5, 0, 0, 0, 0], 43],
    ["a length of 255", [0x3e, 255, 0, 0, 0, 0], 43],
    ["padding past the header", [1, 5, 0, 0, 0, 0], 43],
    ["a type without a length", [1, 3, 0, 0, 0, 0x3e], 47],
    ["an unknown option to be reported that lies about its length", [0xbe, 9, 0, 0, 0, 0], 43],
  ];
  it.each(malformed)("with %s are answered with the place", (_name, list, pointer) => {
    const host = new PacketHost();
    const octets = Uint8Array.of(PROTOCOL, 0, ...list, ...payload);
    expect(verdictName(host.receive({ nextHeader: DESTINATION }, octets))).toBe("BadOption");
    expect(host.errors.sent).toMatchObject([{ kind: "ParameterProblem", pointer }]);
  });

  it("are at most 64 in all headers together, padding included", () => {
    const count = (options: number): Ipv6OptionFields[] =>
      new Array<Ipv6OptionFields>(options).fill({ type: 0 });
    const host = new PacketHost();
    // 38 and 22 octets need no padding of their own.
    expect(receive(host, [hopByHop(...count(38)), destination(...count(22))])).toBe("Handled");
    expect(receive(host, [hopByHop(...count(38)), destination(...count(30))])).toBe("HeaderChainTooLong");
    expect(receive(host, [destination(...count(62))])).toBe("Handled");
    expect(
      receive(host, [destination(...count(62)), destination({ type: 1, data: new Uint8Array(4) })]),
    ).toBe("Handled");
    expect(host.errors.sent).toEqual([]);
  });
});

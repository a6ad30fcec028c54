import {
  fragmentHeader,
  type Ipv6Fields,
  ipv6OptionsHeader,
  ipv6Packet,
  routerAlertOption,
  routingHeader,
} from "@mnet/conformance";
import { IcmpErrorKind, Packet, Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { OURS, PacketHost, PEER, PROTOCOL, pattern } from "./packet-host.ts";

const transport = pattern(20);

/** A packet of ours, as an error quotes it. */
function ours(fields: Partial<Ipv6Fields> = {}, payload: Uint8Array = transport): Packet {
  return new Packet(
    ipv6Packet({ source: OURS, destination: PEER, nextHeader: PROTOCOL, ...fields }, payload),
  );
}

const { HostUnreachable, PacketTooBig } = IcmpErrorKind;
const atomic = fragmentHeader({ nextHeader: PROTOCOL, identification: 1 }, transport);
const first = fragmentHeader({ nextHeader: PROTOCOL, identification: 1, moreFragments: true }, transport);
const later = fragmentHeader({ nextHeader: PROTOCOL, identification: 1, fragmentOffset: 8 }, transport);

/** RFC 4443 2.4 (d), RFC 5927; behaviour.md N13, I5; conformance.md C-S15. */
describe("an error about a packet of ours", () => {
  const quotes: [string, Packet][] = [
    ["with nothing in front", ours()],
    [
      "behind hop-by-hop options",
      ours(
        { nextHeader: 0 },
        ipv6OptionsHeader({ nextHeader: PROTOCOL, options: [routerAlertOption()] }, transport),
      ),
    ],
    [
      "behind a routing header",
      ours(
        { nextHeader: 43 },
        routingHeader({ nextHeader: PROTOCOL, type: 4, segmentsLeft: 2, addresses: [PEER] }, transport),
      ),
    ],
    [
      "behind destination options",
      ours({ nextHeader: 60 }, ipv6OptionsHeader({ nextHeader: PROTOCOL }, transport)),
    ],
    ["in an atomic fragment", ours({ nextHeader: 44 }, atomic)],
    ["in a first fragment", ours({ nextHeader: 44 }, first)],
    [
      "behind three headers",
      ours(
        { nextHeader: 60 },
        ipv6OptionsHeader({ nextHeader: 60 }, ipv6OptionsHeader({ nextHeader: 44 }, first)),
      ),
    ],
    ["with a payload length that is not what the quote has", ours({ payloadLength: 1400 })],
    ["cut behind eight transport octets", ours({ payloadLength: 1400 }, transport.subarray(0, 8))],
  ];
  it.each(quotes)("%s reaches its transport, which sees its own header", (_name, quoted) => {
    const host = new PacketHost();
    const { start, end } = quoted;
    expect(host.internet.errorReceived(HostUnreachable, 0, quoted, 5)).toBe(Verdict.Handled);
    const [error] = host.transport.errors;
    expect(error).toMatchObject({
      kind: HostUnreachable,
      mtu: 0,
      source: OURS,
      destination: PEER,
      loopback: false,
    });
    expect(error!.quoted.subarray(0, 8)).toEqual(transport.subarray(0, 8));
    expect([quoted.start, quoted.end]).toEqual([start, end]);
  });

  const nobodys: [string, Packet, Verdict][] = [
    ["of a protocol that nobody registered", ours({ nextHeader: 138 }), Verdict.UnknownFlow],
    ["from somebody else's address", ours({ source: "2001:db8::66" }), Verdict.UnknownFlow],
    ["in a later fragment", ours({ nextHeader: 44 }, later), Verdict.UnknownFlow],
    ["without an upper layer", ours({ nextHeader: 59 }), Verdict.UnknownFlow],
    [
      "with headers past the quote",
      ours({ nextHeader: 60 }, ipv6OptionsHeader({ nextHeader: 6, headerLength: 64 })),
      Verdict.TooShort,
    ],
    ["with half a header at the end", ours({ nextHeader: 60 }, pattern(6)), Verdict.UnknownFlow],
    ["with seven transport octets", ours({}, transport.subarray(0, 7)), Verdict.TooShort],
    ["that is none of IPv6", ours({ version: 4 }), Verdict.BadVersion],
    ["with half an IPv6 header", new Packet(new Uint8Array(39).fill(0x60)), Verdict.TooShort],
  ];
  it.each(nobodys)("%s reaches nobody", (_name, quoted, verdict) => {
    const host = new PacketHost();
    expect(verdictName(host.internet.errorReceived(HostUnreachable, 0, quoted, 5))).toBe(
      verdictName(verdict),
    );
    expect(host.transport.errors).toEqual([]);
  });

  it("with more extension headers than we walk reaches nobody", () => {
    const host = new PacketHost();
    let payload: Uint8Array = transport;
    let nextHeader: number = PROTOCOL;
    for (let i = 0; i < 9; i++) {
      payload = ipv6OptionsHeader({ nextHeader }, payload);
      nextHeader = 60;
    }
    expect(host.internet.errorReceived(HostUnreachable, 0, ours({ nextHeader }, payload), 5)).toBe(
      Verdict.UnknownFlow,
    );
  });

  it("about a packet to ourselves says so", () => {
    const host = new PacketHost();
    host.internet.errorReceived(HostUnreachable, 0, ours({ source: "::1", destination: "::1" }), 5);
    expect(host.transport.errors[0]).toMatchObject({ loopback: true });
  });

  it("comes from ourselves when a neighbour does not answer", () => {
    const host = new PacketHost({ everybody: null });
    expect(host.send(transport)).toBe(Verdict.Queued);
    for (let now = 1000; now < 10_000; now += 100) host.resolver.onDeadline(now);
    expect(host.transport.errors).toMatchObject([{ kind: HostUnreachable, source: OURS, destination: PEER }]);
    expect(host.transport.errors[0]!.quoted).toEqual(transport);
  });
});

/** RFC 8201 4; behaviour.md N13 and acceptance test 6; conformance.md C-S15; IPv6 Ready v6LC.4.1. */
describe("packet too big", () => {
  const large = pattern(1460);
  const big = (fields: Partial<Ipv6Fields> = {}): Packet => ours(fields, large);

  it("lowers the path MTU to its destination alone, when its flow is alive", () => {
    const host = new PacketHost();
    const { epoch } = host.internet.router;
    expect(host.internet.errorReceived(PacketTooBig, 1400, big(), 5)).toBe(Verdict.Handled);
    expect(host.transport.errors[0]).toMatchObject({ kind: PacketTooBig, mtu: 1400 });
    expect([host.route(PEER).mtu, host.route("2001:db8::a").mtu]).toEqual([1400, 1500]);
    expect(host.internet.router.epoch).toBeGreaterThan(epoch);
    expect(host.internet.statistics()["pathMtus"]).toBe(1);
  });

  it("about no live flow changes nothing", () => {
    const host = new PacketHost();
    host.transport.live = false;
    expect(host.internet.errorReceived(PacketTooBig, 1300, big(), 5)).toBe(Verdict.UnknownFlow);
    expect(host.route(PEER).mtu).toBe(1500);
  });

  it("never leaves a destination unreachable: packets go on, in pieces that fit", () => {
    const host = new PacketHost();
    host.internet.errorReceived(PacketTooBig, 1280, big(), 5);
    host.internet.errorReceived(HostUnreachable, 0, big(), 5);
    expect(host.send(large)).toBe(Verdict.Handled);
    expect(host.take().map(({ payloadLength }) => payloadLength)).toEqual([1240, 1460 - 1232 + 8]);
  });

  const reports: [string, number, number][] = [
    ["under 1280 is discarded (v6LC.4.1.6)", 1279, 1500],
    ["of 0 is discarded", 0, 1500],
    ["of 56 is discarded", 56, 1500],
    ["of 1280 is the least", 1280, 1280],
    ["of the link's MTU changes nothing", 1500, 1500],
    ["of more changes nothing (v6LC.4.1.7)", 9000, 1500],
    ["of what the packet fitted in changes nothing", 1501, 1500],
  ];
  it.each(reports)("%s", (_name, reported, mtu) => {
    const host = new PacketHost();
    host.internet.errorReceived(PacketTooBig, reported, big(), 5);
    expect(host.route(PEER).mtu).toBe(mtu);
  });

  it("about a packet that would have fitted is not believed", () => {
    const host = new PacketHost();
    host.internet.errorReceived(PacketTooBig, 1400, ours({}, pattern(1360)), 5);
    expect(host.route(PEER).mtu).toBe(1500);
    host.internet.errorReceived(PacketTooBig, 1400, ours({}, pattern(1361)), 5);
    expect(host.route(PEER).mtu).toBe(1400);
  });

  it("lowers further, and never raises", () => {
    const host = new PacketHost();
    const seen = [1450, 1350, 1400, 1300, 1499].map((reported) => {
      host.internet.errorReceived(PacketTooBig, reported, big(), 5);
      return host.route(PEER).mtu;
    });
    expect(seen).toEqual([1450, 1350, 1350, 1300, 1300]);
  });

  it("is forgotten after ten minutes, so that a wider path is found again", () => {
    const host = new PacketHost();
    host.internet.errorReceived(PacketTooBig, 1300, big(), 1000);
    expect(host.internet.nextDeadline()).toBe(601_000);
    host.runUntil(600_999);
    expect(host.route(PEER).mtu).toBe(1300);
    host.runUntil(601_000);
    expect(host.route(PEER).mtu).toBe(1500);
    expect(host.internet.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("is remembered for 256 destinations", () => {
    const host = new PacketHost();
    for (let i = 0; i < 300; i++) {
      const destination = `2001:db8::1:${i.toString(16)}`;
      host.internet.errorReceived(PacketTooBig, 1300, big({ destination }), i);
    }
    expect(host.internet.statistics()["pathMtus"]).toBe(256);
    expect(host.route("2001:db8::1:0").mtu).toBe(1500);
    expect(host.route(`2001:db8::1:${(299).toString(16)}`).mtu).toBe(1300);
  });

  it("about a packet that went to a group counts for the group alone", () => {
    const host = new PacketHost();
    host.internet.errorReceived(PacketTooBig, 1300, big({ destination: "ff0e::7" }), 5);
    expect([host.route("ff0e::7").mtu, host.route("ff0e::8").mtu, host.route(PEER).mtu]).toEqual([
      1300, 1500, 1500,
    ]);
  });

  it("about a packet to ourselves is not believed", () => {
    const host = new PacketHost();
    host.internet.errorReceived(PacketTooBig, 1300, big({ destination: OURS }), 5);
    expect(host.internet.statistics()["pathMtus"]).toBe(0);
  });
});

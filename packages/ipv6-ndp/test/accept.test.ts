import { type Ipv6Fields, icmpV6Message } from "@mnet/conformance";
import { type Cast, Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { GROUP, ip, OURS, PacketHost, PEER, pattern, peerPacket } from "./packet-host.ts";

const TENTATIVE = "2001:db8::7";
const DUPLICATE = "2001:db8::8";
const DEPRECATED = "2001:db8::6";

function host(): PacketHost {
  const made = new PacketHost();
  made.addresses.add(`${DEPRECATED}/64`, "deprecated");
  made.addresses.add(`${TENTATIVE}/64`, "tentative");
  made.addresses.add(`${DUPLICATE}/64`, "duplicate");
  made.addresses.add("fe80::2/64");
  made.groups.joined.add(GROUP);
  made.groups.joined.add("ff02::1:ff00:2");
  made.groups.joined.add("ff01::5");
  return made;
}

/** RFC 4291 2.5, 2.7; behaviour.md N18; conformance.md C-S6. */
describe("where a packet may go to", () => {
  const destinations: [string, string, Cast, string][] = [
    ["an address of ours", OURS, "unicast", "Handled"],
    ["our link-local address", "fe80::2", "unicast", "Handled"],
    ["a deprecated address", DEPRECATED, "unicast", "Handled"],
    ["a group that was joined", GROUP, "multicast", "Handled"],
    ["a group in a unicast frame (RFC 6085)", GROUP, "unicast", "Handled"],
    ["all nodes", "ff02::1", "multicast", "Handled"],
    ["our solicited-node group", "ff02::1:ff00:2", "multicast", "Handled"],
    ["a solicited-node group of others", "ff02::1:ff00:9", "multicast", "NotForUs"],
    ["a group that nobody joined", "ff02::fc", "multicast", "NotForUs"],
    ["all routers", "ff02::2", "multicast", "NotForUs"],
    ["a group of this interface alone", "ff01::5", "multicast", "NotForUs"],
    ["a group of the reserved scope", "ff00::1", "multicast", "NotForUs"],
    ["somebody else", "2001:db8::77", "unicast", "NotForUs"],
    ["an address that is still being checked (RFC 4862 5.4)", TENTATIVE, "unicast", "NotForUs"],
    ["an address that is somebody else's", DUPLICATE, "unicast", "NotForUs"],
    ["::", "::", "unicast", "NotForUs"],
    ["::1 by wire", "::1", "unicast", "BadDestination"],
    ["an address of ours in a frame to a group", OURS, "multicast", "BadDestination"],
    ["an address of ours in a broadcast frame", OURS, "broadcast", "BadDestination"],
  ];
  it.each(destinations)("%s: %s in a %s frame: %s", (_name, destination, cast, verdict) => {
    const under = host();
    expect(verdictName(under.receive({ destination }, pattern(8), { cast }))).toBe(verdict);
    expect(under.transport.received.length).toBe(verdict === "Handled" ? 1 : 0);
    expect(under.errors.sent).toEqual([]);
    if (verdict === "Handled") {
      const expected = destination.startsWith("ff") ? "multicast" : "unicast";
      expect(under.transport.received[0]!.info).toMatchObject({ cast: expected, linkCast: cast });
    }
  });
});

describe("where a packet may come from", () => {
  const sources: [string, string, string][] = [
    ["a neighbour", PEER, "Handled"],
    ["a link-local address", "fe80::9", "Handled"],
    ["anybody", "3fff::1", "Handled"],
    ["a group", "ff02::1", "BadSource"],
    ["a global group", "ff0e::1", "BadSource"],
    ["::1", "::1", "BadSource"],
    ["::", "::", "BadSource"],
    ["ourselves (LAND)", OURS, "BadSource"],
    ["ourselves, deprecated", DEPRECATED, "BadSource"],
    ["our tentative address", TENTATIVE, "BadSource"],
    ["who has the address that is a duplicate here", DUPLICATE, "Handled"],
  ];
  it.each(sources)("%s: %s: %s", (_name, source, verdict) => {
    const under = host();
    expect(verdictName(under.receive({ source }))).toBe(verdict);
    expect(verdictName(under.receive({ source, nextHeader: 138 }))).toBe(
      verdict === "Handled" ? "ProtocolUnreachable" : verdict,
    );
    // Nobody is told who is not there, and nobody makes us answer ourselves.
    expect(under.errors.sent.length).toBe(verdict === "Handled" ? 1 : 0);
  });
});

/** RFC 4291 2.5.5.2: in memory IPv4 addresses look like this, so nothing from the wire may. */
describe("an IPv4-mapped address", () => {
  const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1];

  it.each([
    ["source", 8, "BadSource"],
    ["destination", 24, "NotForUs"],
  ] as const)("is refused as the %s", (_name, at, verdict) => {
    const under = host();
    const packet = peerPacket({}, pattern(8));
    packet.set(mapped, at);
    expect(verdictName(under.deliver(packet))).toBe(verdict);
    expect(under.transport.received).toEqual([]);
  });

  it("is no destination either", () => {
    const under = host();
    expect(under.internet.route(ip("::ffff:192.0.2.1"), null)).toBe(null);
  });
});

/** RFC 4862 5.4.3, 5.4.4; RFC 4861 7.1.1, 6.1.1: control messages come where nothing else does. */
describe("Neighbor Discovery hears", () => {
  const heard: [string, Partial<Ipv6Fields>][] = [
    ["of a tentative address", { destination: TENTATIVE }],
    ["from ::", { source: "::", destination: "ff02::1:ff00:2" }],
    ["from somebody with our address", { source: OURS, destination: "ff02::1" }],
    ["from somebody with our tentative address", { source: TENTATIVE, destination: "ff02::1" }],
  ];
  it.each(heard)("%s, and nobody else does", (_name, fields) => {
    const under = host();
    const around = { source: PEER, destination: OURS, ...fields };
    const cast = around.destination.toString().startsWith("ff") ? "multicast" : "unicast";
    const solicitation = icmpV6Message({ ...around, type: 135 }, pattern(20));
    expect(under.receive({ ...fields, nextHeader: 58 }, solicitation, { cast })).toBe(Verdict.Handled);
    expect(under.control.received.length).toBe(1);
    const echo = icmpV6Message({ ...around, type: 128 }, pattern(20));
    const refused = fields.destination === TENTATIVE ? "NotForUs" : "BadSource";
    expect(verdictName(under.receive({ ...fields, nextHeader: 58 }, echo, { cast }))).toBe(refused);
    expect(verdictName(under.receive(fields, pattern(8), { cast }))).toBe(refused);
    expect(under.transport.received).toEqual([]);
    expect(under.errors.sent).toEqual([]);
  });

  it("nothing of what we say to ourselves", () => {
    const under = host();
    const route = under.route(OURS, OURS);
    const advertisement = icmpV6Message({ source: OURS, destination: OURS, type: 136 }, pattern(20));
    under.send(advertisement, route, { protocol: 58, hopLimit: 255 });
    under.runUntil(under.now);
    expect(under.internet.counters.snapshot()).toEqual({ Ignored: 1 });
    expect(under.control.received).toEqual([]);
  });
});

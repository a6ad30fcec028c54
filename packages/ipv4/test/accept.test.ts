import { type Cast, Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ip, net, pattern, TestHost } from "./support.ts";

const addresses = ["10.0.0.2/24", "192.0.2.5/30", "198.51.100.4/31", "203.0.113.7/32"];

/** RFC 1122 3.2.1.3, 3.3.6; conformance.md C-I2, C-I3. */
describe("the source of a datagram from the wire", () => {
  const sources: [string, string, Verdict][] = [
    ["a neighbour", "10.0.0.9", Verdict.Handled],
    ["anybody", "8.8.8.8", Verdict.Handled],
    ["an address that was once reserved", "240.0.0.1", Verdict.Handled],
    ["the last address of somebody else's network", "172.16.0.255", Verdict.Handled],
    ["the other end of a /31", "198.51.100.5", Verdict.Handled],
    ["nobody yet", "0.0.0.0", Verdict.BadSource],
    ["a host of this network", "0.1.2.3", Verdict.BadSource],
    ["loopback", "127.0.0.1", Verdict.BadSource],
    ["any loopback", "127.255.1.2", Verdict.BadSource],
    ["a group", "224.0.0.1", Verdict.BadSource],
    ["the last group", "239.255.255.255", Verdict.BadSource],
    ["the limited broadcast", "255.255.255.255", Verdict.BadSource],
    ["the broadcast of our network", "10.0.0.255", Verdict.BadSource],
    ["the broadcast of another of our networks", "192.0.2.7", Verdict.BadSource],
    ["ourselves (LAND)", "10.0.0.2", Verdict.BadSource],
    ["another address of ours", "203.0.113.7", Verdict.BadSource],
  ];
  it.each(sources)("may be %s: %s", (_name, source, verdict) => {
    const host = new TestHost({ addresses });
    expect(verdictName(host.receive({ source }))).toBe(verdictName(verdict));
    expect(host.transport.received.length).toBe(verdict === Verdict.Handled ? 1 : 0);
  });
});

describe("the destination of a datagram from the wire", () => {
  const destinations: [string, string, Cast, Verdict, Cast | null][] = [
    ["our address", "10.0.0.2", "unicast", Verdict.Handled, "unicast"],
    ["our second address", "192.0.2.5", "unicast", Verdict.Handled, "unicast"],
    ["our address in a /31", "198.51.100.4", "unicast", Verdict.Handled, "unicast"],
    ["our /32", "203.0.113.7", "unicast", Verdict.Handled, "unicast"],
    ["all", "255.255.255.255", "broadcast", Verdict.Handled, "broadcast"],
    ["all of our network", "10.0.0.255", "broadcast", Verdict.Handled, "broadcast"],
    ["all of our second network", "192.0.2.7", "broadcast", Verdict.Handled, "broadcast"],
    ["all, in a frame to us alone", "255.255.255.255", "unicast", Verdict.Handled, "broadcast"],
    ["all hosts", "224.0.0.1", "multicast", Verdict.Handled, "multicast"],
    ["a group that was joined", "239.1.2.3", "multicast", Verdict.Handled, "multicast"],
    ["a group that was not", "239.1.2.4", "multicast", Verdict.NotForUs, null],
    ["a neighbour", "10.0.0.3", "unicast", Verdict.NotForUs, null],
    [
      "the other end of a /31, where nothing is a broadcast",
      "198.51.100.5",
      "broadcast",
      Verdict.NotForUs,
      null,
    ],
    ["our network's own address", "10.0.0.0", "broadcast", Verdict.NotForUs, null],
    ["somebody else's broadcast", "172.16.0.255", "broadcast", Verdict.NotForUs, null],
    ["nobody", "0.0.0.0", "broadcast", Verdict.NotForUs, null],
    ["loopback, which never comes by wire", "127.0.0.1", "unicast", Verdict.BadDestination, null],
    ["us, in a broadcast frame", "10.0.0.2", "broadcast", Verdict.BadDestination, null],
    ["us, in a multicast frame", "10.0.0.2", "multicast", Verdict.BadDestination, null],
  ];
  it.each(destinations)("may be %s: %s in a %s frame", (_name, destination, cast, verdict, expected) => {
    const host = new TestHost({ addresses });
    host.layer.joinGroup(ip("239.1.2.3"), 0);
    expect(verdictName(host.receive({ destination }, pattern(8), { cast }))).toBe(verdictName(verdict));
    expect(host.transport.received.map(({ info }) => info.cast)).toEqual(expected === null ? [] : [expected]);
    expect(host.errors.sent).toEqual([]);
  });

  it("is nobody's before there is an address, but for broadcasts and all hosts", () => {
    const host = new TestHost({ addresses: [] });
    expect(host.receive()).toBe(Verdict.NotForUs);
    expect(host.receive({ destination: "255.255.255.255" }, pattern(8), { cast: "broadcast" })).toBe(
      Verdict.Handled,
    );
    expect(host.receive({ destination: "224.0.0.1" }, pattern(8), { cast: "multicast" })).toBe(
      Verdict.Handled,
    );
  });

  it("follows addresses that come and go", () => {
    const host = new TestHost();
    expect(host.receive({ destination: "10.9.0.1" })).toBe(Verdict.NotForUs);
    host.layer.addAddress(net("10.9.0.1/16"));
    expect(host.receive({ destination: "10.9.0.1" })).toBe(Verdict.Handled);
    expect(host.receive({ destination: "10.9.255.255" }, pattern(8), { cast: "broadcast" })).toBe(
      Verdict.Handled,
    );
    host.layer.removeAddress(ip("10.9.0.1"));
    expect(host.receive({ destination: "10.9.0.1" })).toBe(Verdict.NotForUs);
    expect(host.receive({ destination: "10.9.255.255" }, pattern(8), { cast: "broadcast" })).toBe(
      Verdict.NotForUs,
    );
  });
});

import { type ArpFields, arpPacket } from "@mnet/conformance";
import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER_MAC, OWN, OWN_MAC, PEER, PEER_MAC } from "./support.ts";

const request = (changes: Partial<ArpFields> = {}): Uint8Array =>
  arpPacket({
    operation: "request",
    senderMac: PEER_MAC,
    senderAddress: PEER,
    targetAddress: OWN,
    ...changes,
  });

const cases: [string, Partial<ArpFields>, keyof typeof Verdict][] = [
  ["a hardware type other than Ethernet", { hardwareType: 6 }, "BadVersion"],
  ["a protocol type other than IPv4", { protocolType: 0x86dd }, "BadVersion"],
  ["a hardware address length other than 6", { hardwareLength: 8 }, "BadVersion"],
  ["a protocol address length other than 4", { protocolLength: 16 }, "BadVersion"],
  ["operation 0", { operation: 0 }, "Ignored"],
  ["a reverse request (RFC 903)", { operation: 3 }, "Ignored"],
  ["operation 0x0101, whose low octet is a request", { operation: 0x0101 }, "Ignored"],
  ["the broadcast address as sender MAC", { senderMac: "ff:ff:ff:ff:ff:ff" }, "BadSource"],
  ["a group address as sender MAC", { senderMac: "01:00:5e:00:00:01" }, "BadSource"],
  ["no sender MAC", { senderMac: "00:00:00:00:00:00" }, "BadSource"],
  ["our own MAC with somebody's address", { senderMac: OWN_MAC }, "BadSource"],
  ["our own announcement, brought back", { senderMac: OWN_MAC, senderAddress: OWN }, "BadSource"],
  ["a reply from nobody's address", { operation: "reply", senderAddress: "0.0.0.0" }, "BadSource"],
  ["0.0.0.1", { senderAddress: "0.0.0.1" }, "BadSource"],
  ["a loopback address", { senderAddress: "127.0.0.1" }, "BadSource"],
  ["a multicast address", { senderAddress: "224.0.0.1" }, "BadSource"],
  ["a class E address", { senderAddress: "240.0.0.1" }, "BadSource"],
  ["the limited broadcast address", { senderAddress: "255.255.255.255" }, "BadSource"],
  ["our prefix's broadcast address", { senderAddress: "10.0.0.255" }, "BadSource"],
  ["our network's address", { senderAddress: "10.0.0.0" }, "BadSource"],
  ["an address that is not on the link", { senderAddress: "10.0.1.2" }, "BadSource"],
];

describe("what is not believed (A8, C-A1, C-A6)", () => {
  it.each(cases)("%s", (_what, changes, verdict) => {
    const bench = new Bench();
    expect(bench.receiveOctets(request(changes))).toBe(Verdict[verdict]);
    expect(bench.arp.counters.snapshot()).toEqual({ [verdict]: 1 });
    expect(bench.table()).toEqual([]);
    expect(bench.log()).toEqual([]);
  });

  it("anything shorter than an ARP packet", () => {
    const bench = new Bench();
    for (let length = 0; length < 28; length++) {
      expect(bench.receiveOctets(request().slice(0, length))).toBe(Verdict.TooShort);
    }
    expect(bench.log()).toEqual([]);
  });
});

describe("what is believed", () => {
  it("a packet with the padding of a 60-octet frame, whatever is in it", () => {
    const bench = new Bench();
    const padded = new Uint8Array(46).fill(0xff);
    padded.set(request());
    expect(bench.receiveOctets(padded)).toBe(Verdict.Handled);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });

  it("a sender MAC that is not the frame's source, as bonds and VRRP routers send it", () => {
    const bench = new Bench();
    const verdict = bench.link.deliver(0x0806, request(), { source: OTHER_MAC });
    expect(verdict).toBe(Verdict.Handled);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });

  it("a neighbour off our prefixes that we are asking for: the route said that it is on the link", () => {
    const bench = new Bench({ own: ["10.0.0.1/32"] });
    expect(bench.receive()).toBe(Verdict.BadSource);
    bench.send(PEER, "01");
    bench.log();
    expect(bench.receive()).toBe(Verdict.Handled);
    expect(bench.log()).toEqual([`0 ip 01 to ${PEER_MAC}`]);
  });

  it("both ends of a /31 (RFC 3021)", () => {
    const bench = new Bench({ own: ["10.0.0.3/31"] });
    expect(
      bench.receive({ operation: "request", senderAddress: "10.0.0.2", targetAddress: "10.0.0.3" }),
    ).toBe(Verdict.Handled);
  });
});

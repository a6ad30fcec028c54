import { IpAddress, MacAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER, OTHER_MAC, OWN, PEER, PEER_MAC } from "./support.ts";

const peer = IpAddress.parse(PEER);
const peerMac = MacAddress.parse(PEER_MAC);

describe("static entries (A9)", () => {
  it("are used at once, never asked for, never expire", () => {
    const bench = new Bench();
    bench.arp.addStatic(peer, peerMac);
    bench.advance(3_600_000);
    expect(bench.send(PEER, "01")).toBe(Verdict.Handled);
    bench.arp.doubt(peer, bench.now);
    bench.arp.confirm(peer, bench.now);
    bench.advance(3_600_000);
    expect(bench.log()).toEqual([`3600000 ip 01 to ${PEER_MAC}`]);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} static`]);
  });

  it("are not changed by anything from the wire; their owner's questions are answered all the same", () => {
    const bench = new Bench();
    bench.arp.addStatic(peer, peerMac);
    expect(bench.receive({ senderMac: OTHER_MAC })).toBe(Verdict.Ignored);
    expect(bench.receive({ operation: "request", senderMac: OTHER_MAC })).toBe(Verdict.Handled);
    expect(bench.log()).toEqual([
      `0 ${OWN} is at 02:00:00:00:00:01, tell ${PEER} ${OTHER_MAC} to ${OTHER_MAC}`,
    ]);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} static`]);
  });

  it("take over from what was learned, and send what waited", () => {
    const bench = new Bench();
    bench.send(PEER, "01");
    bench.log();
    bench.arp.addStatic(peer, peerMac);
    expect(bench.log()).toEqual([`0 ip 01 to ${PEER_MAC}`]);
    bench.arp.addStatic(peer, MacAddress.parse(OTHER_MAC));
    bench.send(PEER, "02");
    expect(bench.log()).toEqual([`0 ip 02 to ${OTHER_MAC}`]);
    bench.advance(3_600_000);
    expect(bench.log()).toEqual([]);
  });

  it("stay when the rest is flushed, and go when they are removed", () => {
    const bench = new Bench();
    bench.arp.addStatic(peer, peerMac);
    bench.receive({ operation: "request", senderAddress: OTHER, senderMac: OTHER_MAC });
    bench.send("10.0.0.4");
    bench.arp.flush();
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} static`]);
    expect(bench.arp.held.snapshot()).toEqual({ Queued: 1, Closed: 1 });
    bench.arp.remove(peer);
    bench.arp.remove(peer);
    expect(bench.table()).toEqual([]);
    expect(bench.send(PEER)).toBe(Verdict.Queued);
  });

  it("do not count as places for others, and have a bound of their own", () => {
    const bench = new Bench({ parameters: { capacity: 2 } });
    bench.receive({ operation: "request" });
    bench.receive({ operation: "request", senderAddress: OTHER, senderMac: OTHER_MAC });
    const add = (last: number): void => bench.arp.addStatic(IpAddress.parse(`10.0.0.${last}`), peerMac);
    add(10);
    add(11);
    expect(() => add(12)).toThrow(expect.objectContaining({ code: "ENOBUFS" }));
    bench.arp.remove(IpAddress.parse("10.0.0.10"));
    add(12);
    add(12);
    expect(bench.table()).toEqual([
      `${PEER} ${PEER_MAC} reachable`,
      `${OTHER} ${OTHER_MAC} reachable`,
      `10.0.0.11 ${PEER_MAC} static`,
      `10.0.0.12 ${PEER_MAC} static`,
    ]);
  });

  it.each([
    [OWN, PEER_MAC],
    ["224.0.0.1", PEER_MAC],
    ["fd00::1", PEER_MAC],
    [PEER, "ff:ff:ff:ff:ff:ff"],
    [PEER, "00:00:00:00:00:00"],
  ])("refuse %s at %s", (address, mac) => {
    const bench = new Bench();
    expect(() => bench.arp.addStatic(IpAddress.parse(address), MacAddress.parse(mac))).toThrow(RangeError);
  });
});

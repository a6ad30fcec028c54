import { IpAddress, IpPrefix, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER, OTHER_MAC, OWN, OWN_MAC, PEER, PEER_MAC } from "./support.ts";

describe("answering for our addresses (C-A1)", () => {
  it("tells the asker alone", () => {
    const bench = new Bench();
    expect(bench.receive({ operation: "request" })).toBe(Verdict.Handled);
    expect(bench.log()).toEqual([`0 ${OWN} is at ${OWN_MAC}, tell ${PEER} ${PEER_MAC} to ${PEER_MAC}`]);
    expect(bench.arp.counters.snapshot()).toEqual({ Handled: 1 });
  });

  it("answers for each address with that address", () => {
    const bench = new Bench({ own: ["10.0.0.1/24", "10.0.0.7/24"] });
    bench.receive({ operation: "request", targetAddress: "10.0.0.7" });
    expect(bench.log()).toEqual([`0 10.0.0.7 is at ${OWN_MAC}, tell ${PEER} ${PEER_MAC} to ${PEER_MAC}`]);
  });

  it("answers again and again, also to an asker whose address changed", () => {
    const bench = new Bench();
    bench.receive({ operation: "request" });
    bench.receive({ operation: "request" });
    bench.receive({ operation: "request", senderMac: OTHER_MAC });
    const answer = (mac: string): string => `0 ${OWN} is at ${OWN_MAC}, tell ${PEER} ${mac} to ${mac}`;
    expect(bench.log()).toEqual([answer(PEER_MAC), answer(PEER_MAC), answer(OTHER_MAC)]);
  });

  it("answers a probe for an address of ours without caching anything (C-A5)", () => {
    const bench = new Bench();
    expect(bench.receive({ operation: "request", senderAddress: "0.0.0.0" })).toBe(Verdict.Handled);
    expect(bench.log()).toEqual([`0 ${OWN} is at ${OWN_MAC}, tell 0.0.0.0 ${PEER_MAC} to ${PEER_MAC}`]);
    expect(bench.table()).toEqual([]);
  });

  it("leaves probes and requests for other addresses to others", () => {
    const bench = new Bench();
    expect(bench.receive({ operation: "request", targetAddress: OTHER })).toBe(Verdict.NotForUs);
    expect(bench.receive({ operation: "request", senderAddress: "0.0.0.0", targetAddress: OTHER })).toBe(
      Verdict.NotForUs,
    );
    expect(bench.log()).toEqual([]);
  });

  it("answers for an address from when it is added until it is removed; neighbours stay (A10)", () => {
    const bench = new Bench();
    bench.receive({ operation: "request" });
    bench.log();
    bench.arp.removeAddress(IpAddress.parse(OWN));
    expect(bench.receive({ operation: "request" })).toBe(Verdict.Handled);
    expect(bench.log()).toEqual([]);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
    bench.arp.addAddress(IpPrefix.parse("10.0.0.8/24"), bench.now);
    bench.receive({ operation: "request", targetAddress: "10.0.0.8" });
    expect(bench.log()).toContain(`0 10.0.0.8 is at ${OWN_MAC}, tell ${PEER} ${PEER_MAC} to ${PEER_MAC}`);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });
});

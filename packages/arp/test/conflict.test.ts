import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER_MAC, OWN, OWN_MAC, PEER, PEER_MAC } from "./support.ts";

/** A bench that notes what the conflict sink is told. */
function listening(): { bench: Bench; events: string[] } {
  const bench = new Bench();
  const events: string[] = [];
  bench.arp.onConflict((address, mac, now, outcome) => events.push(`${now} ${address} ${mac} ${outcome}`));
  return { bench, events };
}

const theft = { senderAddress: OWN, senderMac: OTHER_MAC } as const;

describe("somebody else uses our address (A6, RFC 5227 2.4)", () => {
  it.each([
    ["announcing it", { operation: "request", targetAddress: OWN }],
    ["asking from it", { operation: "request", targetAddress: PEER }],
    ["answering with it", { operation: "reply", targetAddress: PEER }],
    ["asking us for it", { operation: "request", targetAddress: OWN }],
  ] as const)("%s: it is defended by one announcement, and reported", (_what, fields) => {
    const { bench, events } = listening();
    expect(bench.receive({ ...fields, ...theft })).toBe(Verdict.AddressConflict);
    expect(bench.log()).toEqual([`0 announce ${OWN} to everybody`]);
    expect(events).toEqual([`0 ${OWN} ${OTHER_MAC} defended`]);
    expect(bench.table()).toEqual([]);
  });

  it("is not fought when they go on, and reported once more, however much they send", () => {
    const { bench, events } = listening();
    for (let at = 0; at < 9000; at += 100) {
      bench.receive({ operation: "request", targetAddress: OWN, ...theft });
      bench.advance(100);
    }
    expect(bench.log()).toEqual([`0 announce ${OWN} to everybody`]);
    expect(events).toEqual([`0 ${OWN} ${OTHER_MAC} defended`, `100 ${OWN} ${OTHER_MAC} contested`]);
    expect(bench.arp.counters.snapshot()).toEqual({ AddressConflict: 90 });
  });

  it("is defended again once DEFEND_INTERVAL is over, and only then", () => {
    const { bench, events } = listening();
    bench.receive({ operation: "request", targetAddress: OWN, ...theft });
    bench.advance(9999);
    bench.receive({ operation: "request", targetAddress: OWN, ...theft });
    bench.advance(1);
    bench.receive({ operation: "request", targetAddress: OWN, ...theft });
    expect(bench.log()).toEqual([`0 announce ${OWN} to everybody`, `10000 announce ${OWN} to everybody`]);
    expect(events.map((event) => event.split(" ").at(-1))).toEqual(["defended", "contested", "defended"]);
  });

  it("does not take the address away: that is for whoever listens", () => {
    const { bench } = listening();
    bench.receive({ operation: "request", targetAddress: OWN, ...theft });
    bench.receive({ operation: "request", targetAddress: OWN, ...theft });
    bench.log();
    bench.receive({ operation: "request" });
    expect(bench.log()).toEqual([`0 ${OWN} is at ${OWN_MAC}, tell ${PEER} ${PEER_MAC} to ${PEER_MAC}`]);
  });

  it("is defended also when nobody listens", () => {
    const bench = new Bench();
    bench.receive({ operation: "request", targetAddress: OWN, ...theft });
    expect(bench.log()).toEqual([`0 announce ${OWN} to everybody`]);
  });

  it("is judged for each address alone", () => {
    const bench = new Bench({ own: ["10.0.0.1/24", "10.0.0.7/24"] });
    bench.receive({ operation: "request", targetAddress: OWN, ...theft });
    bench.receive({ operation: "request", senderAddress: "10.0.0.7", senderMac: OTHER_MAC });
    expect(bench.log()).toEqual(["0 announce 10.0.0.1 to everybody", "0 announce 10.0.0.7 to everybody"]);
  });
});

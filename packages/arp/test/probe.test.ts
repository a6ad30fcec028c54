import { type IpAddress, IpPrefix, type Millis, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, type BenchOptions, OTHER_MAC, OWN, PEER, PEER_MAC } from "./support.ts";

const prefix = IpPrefix.parse(`${OWN}/24`);

/** A bench that began to probe for our address at time 0, and what it reported. */
function probing(options: BenchOptions = {}): { bench: Bench; events: string[] } {
  const bench = new Bench({ own: [], ...options });
  const events: string[] = [];
  bench.arp.onUsable((address: IpAddress, now: Millis) =>
    events.push(`usable ${address} at ${Math.round(now)}`),
  );
  bench.arp.onConflict((address, mac, _now, outcome) => events.push(`${outcome} ${address} ${mac}`));
  bench.arp.addAddress(prefix, bench.now, "probe");
  return { bench, events };
}

const times = (log: readonly string[]): number[] => log.map((line) => Number.parseInt(line, 10));

describe("probing before use (RFC 5227 2.1)", () => {
  it("sends three probes at random times in their bounds, waits two seconds, then announces", () => {
    const { bench, events } = probing();
    bench.advance(60_000);
    const log = bench.log();
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual([
      ...new Array(3).fill(`probe ${OWN} to everybody`),
      ...new Array(2).fill(`announce ${OWN} to everybody`),
    ]);
    const [first, second, third, announced, again] = times(log);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThanOrEqual(1000);
    for (const gap of [second! - first!, third! - second!]) {
      expect(gap).toBeGreaterThanOrEqual(1000);
      expect(gap).toBeLessThanOrEqual(2000);
    }
    expect(announced! - third!).toBe(2000);
    expect(again! - announced!).toBe(2000);
    expect(events).toEqual([`usable ${OWN} at ${announced}`]);
  });

  it("neither answers for the address nor asks from it before it is ours", () => {
    const { bench } = probing();
    expect(bench.receive({ operation: "request" })).toBe(Verdict.NotForUs);
    expect(bench.send(PEER)).toBe(Verdict.BadLocalAddress);
    bench.advance(60_000);
    bench.log();
    expect(bench.receive({ operation: "request" })).toBe(Verdict.Handled);
    expect(bench.log()).toHaveLength(1);
  });

  it("sends a probe again that the device did not take: it proved nothing", () => {
    const { bench, events } = probing();
    bench.link.refuse = Verdict.DeviceBusy;
    bench.advance(20_000);
    expect(events).toEqual([]);
    bench.link.refuse = null;
    bench.advance(60_000);
    expect(bench.log().filter((line) => line.includes("probe"))).toHaveLength(3);
    expect(events).toHaveLength(1);
  });

  it("does not go on after the address is removed", () => {
    const { bench, events } = probing();
    bench.arp.removeAddress(prefix.address);
    bench.advance(60_000);
    expect(bench.log()).toEqual([]);
    expect(events).toEqual([]);
  });

  it("begins anew when the link comes up meanwhile", () => {
    const { bench } = probing();
    bench.advance(2500);
    bench.arp.renew(bench.now);
    bench.log();
    bench.advance(60_000);
    expect(bench.log().filter((line) => line.includes("probe"))).toHaveLength(3);
  });
});

describe("an address that is taken (RFC 5227 2.1.1)", () => {
  it.each([
    [
      "its user answers",
      { operation: "reply", senderAddress: OWN, senderMac: OTHER_MAC, targetAddress: "0.0.0.0" },
    ],
    [
      "its user asks for somebody",
      { operation: "request", senderAddress: OWN, senderMac: OTHER_MAC, targetAddress: PEER },
    ],
    [
      "somebody else probes for it too",
      { operation: "request", senderAddress: "0.0.0.0", senderMac: OTHER_MAC },
    ],
  ] as const)("is given up when %s, at any time before it is ours", (_what, fields) => {
    for (const at of [0, 1500, 3900]) {
      const { bench, events } = probing({ parameters: { probeWait: 0, probeMin: 1000, probeMax: 1000 } });
      bench.advance(at);
      bench.log();
      expect(bench.receive(fields)).toBe(Verdict.AddressConflict);
      expect(events).toEqual([`refused ${OWN} ${OTHER_MAC}`]);
      bench.advance(60_000);
      expect(bench.log()).toEqual([]);
      expect(bench.receive({ operation: "request" })).toBe(Verdict.BadSource);
    }
  });

  it("is not concluded from a probe of ours that comes back, nor from a request for the address", () => {
    const { bench, events } = probing();
    expect(
      bench.receive({ operation: "request", senderAddress: "0.0.0.0", senderMac: "02:00:00:00:00:01" }),
    ).toBe(Verdict.BadSource);
    expect(bench.receive({ operation: "request", senderMac: PEER_MAC })).toBe(Verdict.NotForUs);
    bench.advance(60_000);
    expect(events).toHaveLength(1);
  });

  it("may be tried again; after ten lost tries once a minute", () => {
    const { bench, events } = probing({ parameters: { probeWait: 0 } });
    const lose = (): void => {
      bench.receive({ operation: "reply", senderAddress: OWN, senderMac: OTHER_MAC });
    };
    for (let tries = 1; tries < 10; tries++) {
      lose();
      bench.arp.addAddress(prefix, bench.now, "probe");
    }
    bench.advance(10);
    bench.log();
    lose();
    expect(events).toHaveLength(10);
    bench.arp.addAddress(prefix, bench.now, "probe");
    bench.advance(70_000);
    // The last try began at 0: the next one at 60 s.
    expect(times(bench.log())[0]).toBe(60_000);
    expect(events.at(-1)).toMatch(/^usable/);
    // Won: the count starts over.
    bench.arp.addAddress(prefix, bench.now, "probe");
    bench.advance(1);
    expect(times(bench.log())[0]).toBe(70_010);
  });
});

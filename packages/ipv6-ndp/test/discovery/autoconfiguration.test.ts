import { prefixInformation } from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, type BenchOptions, OWN } from "./bench.ts";

const PREFIX = "2001:db8:1::/64";
const MADE = "2001:db8:1::ff:fe00:1";
const INFINITE = 0xffff_ffff;
const HOURS = 3_600_000;
const DAYS = 24 * HOURS;

/** An advertisement of one prefix, with lifetimes in seconds. */
function advertise(bench: Bench, validLifetime: number, preferredLifetime: number, prefix = PREFIX): void {
  bench.ra({ options: [prefixInformation({ prefix, validLifetime, preferredLifetime })] });
}

/** A bench with an address of {@link PREFIX} that is in use since time 0. */
function configured(validLifetime: number, preferredLifetime: number, options: BenchOptions = {}): Bench {
  const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 }, ...options });
  advertise(bench, validLifetime, preferredLifetime);
  bench.events.length = 0;
  return bench;
}

function entry(bench: Bench): { state: string; preferred: number; valid: number } | null {
  const own = bench.nd.addresses.list().find(({ origin }) => origin === "autoconfigured");
  if (own === undefined) return null;
  const from = bench.started;
  return { state: own.state, preferred: own.preferredUntil - from, valid: own.validUntil - from };
}

describe("addresses of advertised prefixes (RFC 4862 5.5.3)", () => {
  it("are made of the prefix and our identifier, and probed after a random delay, as everybody makes one now", () => {
    const bench = new Bench();
    advertise(bench, 7200, 3600);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`, `${MADE}/64 tentative`]);
    const delay = bench.nd.addresses.nextDeadline() - bench.now;
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThan(1000);
    bench.advance(2000);
    expect(bench.lines()).toEqual([
      `NS ${MADE} :: > ff02::1:ff00:1 (33:33:ff:00:00:01) nonce`,
      `NA ${MADE} ${MADE} > ff02::2 (33:33:00:00:00:02) - tlla`,
    ]);
    expect(bench.events.at(-1)).toBe(`${Math.round(delay) + 1000} added ${MADE}/64`);
    expect(bench.groups).toEqual(["ff02::1:ff00:1", "ff02::1:ff00:1"]);
  });

  it("are probed at once when the advertisement came to us alone (5.4.2)", () => {
    const bench = new Bench();
    bench.ra({ destination: OWN, options: [prefixInformation({ prefix: PREFIX })] });
    bench.advance(0);
    expect(bench.lines()).toHaveLength(1);
  });

  it("are not made without the autonomous flag, for the link-local prefix, with a preferred lifetime beyond the valid one, or with none (a to d)", () => {
    const bench = new Bench();
    for (const option of [
      prefixInformation({ prefix: PREFIX, autonomous: false }),
      prefixInformation({ prefix: "fe80::/64" }),
      prefixInformation({ prefix: "ff02::/64" }),
      prefixInformation({ prefix: PREFIX, validLifetime: 100, preferredLifetime: 101 }),
      prefixInformation({ prefix: PREFIX, validLifetime: 0, preferredLifetime: 0 }),
      prefixInformation({ prefix: "2001:db8:1::/63" }),
      prefixInformation({ prefix: "2001:db8:1::/65" }),
      prefixInformation({ prefix: `${MADE}/128` }),
      prefixInformation({ prefix: PREFIX }).with(2, 129),
      prefixInformation({ prefix: PREFIX }).with(1, 3).slice(0, 24),
    ]) {
      expect(bench.ra({ options: [option] })).toBe(Verdict.Handled);
    }
    expect(bench.addresses()).toHaveLength(1);
  });

  it("are made of the prefix alone, whatever bits stand behind it", () => {
    const bench = configured(INFINITE, INFINITE);
    advertise(bench, INFINITE, INFINITE, "2001:db8:1::dead:beef/64");
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`, `${MADE}/64 preferred`]);
  });

  it("are not renewed by a prefix of another length that begins with the same bits", () => {
    const bench = configured(7200, 3600);
    advertise(bench, INFINITE, INFINITE, "2001:db8:1::/48");
    expect(entry(bench)).toMatchObject({ preferred: HOURS, valid: 2 * HOURS });
  });

  it("are not made in mode none, which leaves the link-local one", () => {
    const bench = configured(INFINITE, INFINITE, { addressMode: "none", temporaryAddresses: true });
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
    expect(bench.nd.onLinkLength(IpAddress.parse(MADE))).toBe(64);
  });

  it("leave a static address of the same kind alone", () => {
    const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 } });
    bench.addAddress(`${MADE}/64`);
    advertise(bench, 100, 100);
    bench.advance(200_000);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`, `${MADE}/64 preferred`]);
  });

  it("make room for the same address set by hand, which is in use at once then", () => {
    const bench = new Bench();
    advertise(bench, 100, 100);
    bench.advance(3000);
    bench.addAddress(`${MADE}/64`);
    expect(bench.addresses()[1]).toBe(`${MADE}/64 preferred`);
    bench.advance(200_000);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`, `${MADE}/64 preferred`]);
  });

  it("are not tried again by every advertisement when somebody else has them", () => {
    const bench = new Bench();
    advertise(bench, 7200, 3600);
    bench.na({ target: MADE, destination: "ff02::1" });
    for (let times = 0; times < 10; times++) {
      advertise(bench, 7200, 3600);
      bench.advance(100_000);
    }
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`, `${MADE}/64 duplicate`]);
    expect(bench.events.filter((event) => event.includes("refused"))).toHaveLength(1);
    bench.advance(7_200_000);
    expect(bench.addresses()).toHaveLength(1);
  });

  it("are sixteen at most, the first ones (C-S14)", () => {
    const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 } });
    for (let at = 0; at < 1000; at++) advertise(bench, 7200, 3600, `2001:db8:${at.toString(16)}::/64`);
    expect(bench.addresses()).toHaveLength(1 + 16);
    expect(bench.addresses()[1]).toBe("2001:db8::ff:fe00:1/64 preferred");
    expect(bench.nd.statistics()).toMatchObject({ prefixes: 16 });
    bench.addAddress("2001:db8:ffff::1/64");
    expect(bench.addresses()).toHaveLength(1 + 16 + 1);
  });
});

describe("lifetimes (RFC 4862 5.5.4), in seconds on the wire and milliseconds here", () => {
  it("run out: preferred, deprecated but usable, gone", () => {
    const bench = configured(4 * 3600, 3600);
    bench.advance(HOURS - 1);
    expect(entry(bench)?.state).toBe("preferred");
    const { changes } = bench;
    bench.advance(1);
    expect(entry(bench)?.state).toBe("deprecated");
    expect(bench.changes).toBe(changes + 1);
    expect(bench.ns({ target: MADE })).toBe(Verdict.Handled);
    expect(bench.nd.addresses.usable()).toHaveLength(2);
    bench.advance(3 * HOURS - 1);
    expect(entry(bench)).not.toBe(null);
    bench.advance(1);
    expect(entry(bench)).toBe(null);
    expect(bench.events.filter((event) => !event.includes("router"))).toEqual([
      `${4 * HOURS} removed ${MADE}/64`,
    ]);
    expect(bench.groups).toEqual(["ff02::1:ff00:1"]);
  });

  it("never run out when they are infinite, nor overflow when they are almost", () => {
    const bench = configured(INFINITE, INFINITE);
    expect(entry(bench)).toMatchObject({
      preferred: Number.POSITIVE_INFINITY,
      valid: Number.POSITIVE_INFINITY,
    });
    advertise(bench, INFINITE - 1, INFINITE - 1, "2001:db8:2::/64");
    bench.advance(1000 * DAYS);
    expect(bench.addresses()).toHaveLength(3);
  });

  it("are renewed by every advertisement: 600 and 300 s every 200 s keep an address preferred for days (acceptance test 5)", () => {
    const bench = configured(600, 300);
    for (let at = 0; at < 3 * DAYS; at += 200_000) {
      bench.advance(200_000);
      expect(entry(bench)?.state).toBe("preferred");
      advertise(bench, 600, 300);
    }
    expect(bench.events.filter((event) => event.includes(MADE))).toEqual([]);
  });

  it("bring a deprecated address back, or deprecate one at once", () => {
    const bench = configured(4 * 3600, 100);
    bench.advance(200_000);
    expect(entry(bench)?.state).toBe("deprecated");
    advertise(bench, 4 * 3600, 100);
    expect(entry(bench)?.state).toBe("preferred");
    advertise(bench, 4 * 3600, 0);
    expect(entry(bench)?.state).toBe("deprecated");
  });

  it("end also while an address is tentative, without a word that it is removed", () => {
    const bench = new Bench({ parameters: { retransTimer: 5000 } });
    advertise(bench, 2, 1);
    bench.advance(2000);
    expect(bench.addresses()).toHaveLength(1);
    expect(bench.events.filter((event) => event.includes(MADE))).toEqual([]);
  });

  it("can have ended when duplicate address detection is done: then the address begins deprecated", () => {
    const bench = new Bench();
    advertise(bench, 7200, 0);
    bench.advance(2000);
    expect(entry(bench)?.state).toBe("deprecated");
  });
});

describe("the two-hour rule (RFC 4862 5.5.3 e)", () => {
  /** What is left, what is advertised, and what is left then; in seconds. */
  const rows: readonly [left: number, advertised: number, then: number][] = [
    // 1: more than two hours, or more than what is left.
    [10_000, 20_000, 20_000],
    [10_000, 7201, 7201],
    [100, 200, 200],
    [100, 7200, 7200],
    // 2: two hours or less are left: a shorter lifetime is not believed.
    [7200, 100, 7200],
    [7200, 7199, 7200],
    [100, 99, 100],
    [100, 0, 100],
    // 3: else it is cut down to two hours, not below.
    [10_000, 7200, 7200],
    [10_000, 100, 7200],
    [10_000, 0, 7200],
    [INFINITE, 0, 7200],
    [INFINITE, 7201, 7201],
    [7201, 0, 7200],
  ];
  for (const [left, advertised, then] of rows) {
    it(`${left} s left, ${advertised} s advertised: ${then} s left`, () => {
      const bench = configured(left, 50);
      bench.ra({
        options: [
          prefixInformation({
            prefix: PREFIX,
            validLifetime: advertised,
            preferredLifetime: Math.min(advertised, 50),
          }),
        ],
      });
      expect(entry(bench)?.valid).toBe(then * 1000);
    });
  }

  it("does not hold for the preferred lifetime, which is always taken", () => {
    const bench = configured(7200, 3600);
    advertise(bench, 100, 10);
    expect(entry(bench)).toEqual({ state: "preferred", preferred: 10_000, valid: 7_200_000 });
  });

  it("keeps a forged advertisement from cutting an address off: it lives two hours more, and the next true one restores it", () => {
    const bench = configured(30 * 86_400, 7 * 86_400);
    advertise(bench, 0, 0);
    expect(entry(bench)).toEqual({ state: "deprecated", preferred: 0, valid: 2 * HOURS });
    bench.advance(HOURS);
    advertise(bench, 30 * 86_400, 7 * 86_400);
    expect(entry(bench)).toMatchObject({ state: "preferred", valid: HOURS + 30 * DAYS });
  });
});

describe("prefixes that are on the link (RFC 4861 6.3.4, RFC 5942; C-S11)", () => {
  const on = (bench: Bench, address: string): boolean => bench.nd.onLinkLength(IpAddress.parse(address)) >= 0;

  it("are those with the on-link flag, for their lifetime; an address says nothing of what is near it", () => {
    const bench = new Bench();
    bench.addAddress("2001:db8:9::1/64");
    bench.ra({ options: [prefixInformation({ prefix: PREFIX, onLink: false })] });
    expect([on(bench, "2001:db8:1::5"), on(bench, "2001:db8:9::5")]).toEqual([false, false]);
    bench.ra({
      options: [prefixInformation({ prefix: "2001:db8:1::7/64", autonomous: false, validLifetime: 100 })],
    });
    expect([on(bench, "2001:db8:1::5"), on(bench, "2001:db8:2::5")]).toEqual([true, false]);
    bench.advance(99_999);
    expect(on(bench, "2001:db8:1::5")).toBe(true);
    const { changes } = bench;
    bench.advance(1);
    expect(on(bench, "2001:db8:1::5")).toBe(false);
    expect(bench.changes).toBeGreaterThan(changes);
  });

  it("are renewed, and end at once with a lifetime of 0; one without the flag changes nothing", () => {
    const bench = new Bench();
    const advertiseOn = (validLifetime: number, onLink = true): void => {
      bench.ra({
        options: [prefixInformation({ prefix: PREFIX, autonomous: false, validLifetime, onLink })],
      });
    };
    advertiseOn(100);
    bench.advance(50_000);
    advertiseOn(100);
    bench.advance(99_000);
    advertiseOn(0, false);
    expect(on(bench, "2001:db8:1::5")).toBe(true);
    advertiseOn(0);
    expect(on(bench, "2001:db8:1::5")).toBe(false);
    expect(bench.nd.prefixes.list()).toEqual([]);
  });

  it("may have any length; the longest counts", () => {
    const bench = new Bench();
    for (const prefix of ["2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::1/128"]) {
      bench.ra({ options: [prefixInformation({ prefix, autonomous: false })] });
    }
    const length = (address: string): number => bench.nd.onLinkLength(IpAddress.parse(address));
    expect(["2001:db8:1::1", "2001:db8:1::2", "2001:db8:2::1", "2001:db9::1"].map(length)).toEqual([
      128, 48, 32, -1,
    ]);
  });
});

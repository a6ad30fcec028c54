import { prefixInformation } from "@mnet/conformance";
import { IpAddress } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, type BenchOptions } from "./bench.ts";

const PREFIX = "2001:db8:1::/64";
const HOURS = 3_600_000;
const DAYS = 24 * HOURS;

function advertise(bench: Bench, validLifetime = 30 * 86_400, preferredLifetime = 7 * 86_400): void {
  bench.ra({ options: [prefixInformation({ prefix: PREFIX, validLifetime, preferredLifetime })] });
}

function configured(options: BenchOptions = {}): Bench {
  const bench = new Bench({ temporaryAddresses: true, ...options });
  advertise(bench);
  bench.advance(3000);
  return bench;
}

function temporary(bench: Bench): { address: string; state: string; preferred: number; valid: number }[] {
  return bench.nd.addresses
    .list()
    .filter(({ origin }) => origin === "temporary")
    .map(({ prefix, state, preferredUntil, validUntil }) => ({
      address: `${prefix.address}`,
      state,
      preferred: preferredUntil - bench.started,
      valid: validUntil - bench.started,
    }));
}

describe("temporary addresses (RFC 8981; C-S13)", () => {
  it("are made only when asked for", () => {
    const bench = new Bench();
    advertise(bench);
    expect(temporary(bench)).toEqual([]);
  });

  it("are made beside the stable one, with a random identifier, probed as any other", () => {
    const bench = configured();
    expect(bench.nd.addresses.list().map(({ origin, state }) => `${origin} ${state}`)).toEqual([
      "link-local preferred",
      "autoconfigured preferred",
      "temporary preferred",
    ]);
    const [own] = temporary(bench);
    expect(IpAddress.parse(own!.address).w2).not.toBe(0xff);
    expect(bench.lines().filter((line) => line.startsWith(`NS ${own!.address} ::`))).toHaveLength(1);
  });

  it("are preferred for a day less a random part, and valid for two, whatever routers say (3.4)", () => {
    const lives = Array.from({ length: 100 }, (_, seed) => temporary(configured({ seed }))[0]!);
    for (const { preferred, valid } of lives) {
      expect(valid).toBe(2 * DAYS);
      expect(preferred).toBeGreaterThan(0.6 * DAYS);
      expect(preferred).toBeLessThanOrEqual(DAYS);
    }
    expect(Math.min(...lives.map(({ preferred }) => preferred))).toBeLessThan(0.65 * DAYS);
    expect(Math.max(...lives.map(({ preferred }) => preferred))).toBeGreaterThan(0.95 * DAYS);
    expect(new Set(lives.map(({ address }) => address)).size).toBe(100);
  });

  it("live no longer because advertisements are repeated", () => {
    const bench = configured();
    const [before] = temporary(bench);
    bench.advance(HOURS);
    advertise(bench);
    expect(temporary(bench)).toEqual([before]);
  });

  it("are never preferred or valid for longer than the prefix", () => {
    const bench = new Bench({ temporaryAddresses: true });
    advertise(bench, 20_000, 10_000);
    expect(temporary(bench)[0]).toMatchObject({ preferred: 10_000_000, valid: 20_000_000 });
    bench.advance(1000);
    advertise(bench, 20_000, 10_000);
    expect(temporary(bench)[0]).toMatchObject({ preferred: 10_001_000, valid: 20_001_000 });
    advertise(bench, 20_000, 0);
    expect(temporary(bench)[0]!.state).toBe("tentative");
    bench.advance(5000);
    expect(temporary(bench)[0]!.state).toBe("deprecated");
  });

  it("are followed by the next one before they are deprecated, day after day, and go after two days", () => {
    const bench = configured();
    const seen = new Set<string>();
    for (let at = 0; at < 30 * DAYS; at += HOURS) {
      const list = temporary(bench);
      for (const { address } of list) seen.add(address);
      expect(list.length).toBeLessThanOrEqual(5);
      expect(list.some(({ state }) => state === "preferred")).toBe(true);
      bench.advance(HOURS);
      advertise(bench);
    }
    // One each 0.6 to 1 days.
    expect(seen.size).toBeGreaterThanOrEqual(30);
    expect(seen.size).toBeLessThanOrEqual(50);
  });

  it("are followed in time for duplicate address detection (REGEN_ADVANCE)", () => {
    const bench = configured();
    const [first] = temporary(bench);
    bench.advance(first!.preferred - 5000 - (bench.now - bench.started) - 1);
    expect(temporary(bench)).toHaveLength(1);
    bench.advance(1);
    expect(temporary(bench)).toHaveLength(2);
    bench.advance(4999);
    expect(temporary(bench).map(({ state }) => state)).toEqual(["preferred", "preferred"]);
    bench.advance(1);
    expect(temporary(bench).map(({ state }) => state)).toEqual(["deprecated", "preferred"]);
  });

  it("are not made for a prefix that is preferred for no longer than that takes", () => {
    const bench = new Bench({ temporaryAddresses: true });
    advertise(bench, 100, 5);
    expect(temporary(bench)).toEqual([]);
    advertise(bench, 100, 6);
    expect(temporary(bench)).toHaveLength(1);
  });

  it("try another identifier when theirs is taken, three times", () => {
    const bench = new Bench({ temporaryAddresses: true });
    advertise(bench);
    const tried: string[] = [];
    for (let round = 0; round < 6; round++) {
      const own = temporary(bench)[0]!;
      if (own.state !== "tentative") break;
      tried.push(own.address);
      bench.na({ target: own.address, destination: "ff02::1" });
    }
    expect(new Set(tried).size).toBe(4);
    expect(temporary(bench).map(({ state }) => state)).toEqual(["duplicate"]);
    // 3.3.3: no more are tried for this prefix, whatever is advertised.
    for (let times = 0; times < 10; times++) {
      bench.advance(60_000);
      advertise(bench);
    }
    expect(temporary(bench)).toHaveLength(1);
  });

  it("live and are followed as any other when another identifier was tried", () => {
    const bench = new Bench({ temporaryAddresses: true });
    advertise(bench);
    const first = temporary(bench)[0]!;
    bench.na({ target: first.address, destination: "ff02::1" });
    bench.advance(HOURS);
    advertise(bench);
    expect(temporary(bench)).toMatchObject([
      { state: "preferred", preferred: first.preferred, valid: first.valid },
    ]);
    bench.advance(DAYS);
    expect(temporary(bench).map(({ state }) => state)).toEqual(["deprecated", "preferred"]);
  });

  it("go with their prefix, and are not made anew then", () => {
    const bench = configured();
    advertise(bench, 0, 0);
    bench.advance(2 * HOURS);
    expect(temporary(bench)).toEqual([]);
    bench.advance(3 * DAYS);
    expect(bench.addresses()).toHaveLength(1);
  });

  it("count among the sixteen, where a deprecated one makes room", () => {
    const bench = new Bench({ temporaryAddresses: true, parameters: { duplicateAddressDetectTransmits: 0 } });
    const advertiseMany = (): void => {
      for (let at = 0; at < 100; at++) {
        bench.ra({ options: [prefixInformation({ prefix: `2001:db8:${at.toString(16)}::/64` })] });
      }
    };
    for (let at = 0; at < 10 * DAYS; at += HOURS) {
      advertiseMany();
      expect(bench.addresses()).toHaveLength(1 + 16);
      bench.advance(HOURS);
    }
    advertiseMany();
    expect(temporary(bench).filter(({ state }) => state === "preferred").length).toBe(8);
  });
});

import { describe, expect, it } from "vitest";
import { PathMtuSearch } from "../../src/path-mtu/search.ts";

/** The search for the size of datagrams that a path carries (RFC 4821, RFC 8899), without a network. */

/** Probes until nothing is left to try; returns the sizes that were tried. */
function probeAll(search: PathMtuSearch, carries: number, most = 1500, now = 0): number[] {
  const tried: number[] = [];
  for (let size = search.candidate(most, now); size > 0; size = search.candidate(most, now)) {
    tried.push(size);
    if (size <= carries) search.passed(size, now);
    else search.failed(size, false);
    if (tried.length > 100) throw new Error("the search does not end");
  }
  return tried;
}

describe("while nothing is suspicious", () => {
  it("nothing is limited and nothing is probed", () => {
    const search = new PathMtuSearch(4);
    expect([search.limit, search.active, search.candidate(1500, 0)]).toEqual([
      Number.POSITIVE_INFINITY,
      false,
      0,
    ]);
  });
});

describe("a suspicion", () => {
  it.each([
    [4, [1500, 1064, 552]],
    [6, [1500, 1280]],
    [4, [9000, 1064, 552]],
    [4, [800, 552]],
  ] as const)("IPv%i falls back %j: to the base, then by halves to the floor", (family, sizes) => {
    const search = new PathMtuSearch(family);
    for (let i = 0; i + 1 < sizes.length; i++) {
      expect(search.suspect(sizes[i]!, 0)).toBe(true);
      expect(search.limit).toBe(sizes[i + 1]);
    }
    expect(search.suspect(sizes.at(-1)!, 0)).toBe(false);
  });
});

describe("the search", () => {
  it.each([1064, 1065, 1280, 1400, 1492, 1500])(
    "a path that carries %i: within 8 octets of it",
    (carries) => {
      const search = new PathMtuSearch(4);
      search.suspect(1500, 0);
      probeAll(search, carries);
      expect(search.limit).toBeLessThanOrEqual(carries);
      expect(search.limit).toBeGreaterThan(carries - 8);
    },
  );

  it("bisects, and believes that a size is too large when three probes of it are lost", () => {
    const search = new PathMtuSearch(4);
    search.suspect(1500, 0);
    expect(probeAll(search, 1280)).toEqual([1282, 1282, 1282, 1173, 1227, 1254, 1268, 1275]);
    expect(search.limit).toBe(1275);
  });

  it("one lost probe proves nothing", () => {
    const search = new PathMtuSearch(4);
    search.suspect(1500, 0);
    search.failed(search.candidate(1500, 0), false);
    search.failed(search.candidate(1500, 0), false);
    expect(search.candidate(1500, 0)).toBe(1282);
    search.passed(1282, 0);
    expect(search.candidate(1500, 0)).toBe(1391);
  });

  it("a router's word is certain", () => {
    const search = new PathMtuSearch(4);
    search.suspect(1500, 0);
    search.failed(1282, true);
    expect(search.candidate(1500, 0)).toBe(1173);
  });

  it("not beyond what the route carries now", () => {
    const search = new PathMtuSearch(4);
    search.suspect(1500, 0);
    expect(search.candidate(1100, 0)).toBe(1082);
    expect(search.candidate(1071, 0)).toBe(0);
  });

  it("an outage, in which every size was lost, costs nothing for long", () => {
    const search = new PathMtuSearch(4);
    search.suspect(1500, 0);
    search.suspect(1064, 0);
    probeAll(search, 1500);
    expect(search.limit).toBeGreaterThan(1492);
  });

  it("begins again after ten minutes: the path may be a better one (PMTU_RAISE_TIMER)", () => {
    const search = new PathMtuSearch(4);
    search.suspect(1500, 0);
    probeAll(search, 1280);
    expect(search.candidate(1500, 599_999)).toBe(0);
    expect(search.candidate(1500, 600_000)).toBeGreaterThan(1280);
    probeAll(search, 1500, 1500, 600_000);
    expect(search.limit).toBeGreaterThan(1492);
  });
});

import { describe, expect, it } from "vitest";
import { allCells, nameOf, quickCells } from "../src/cells.ts";
import { Network } from "../src/network.ts";
import { faultsOf, rounded, runCell } from "../src/snapshot.ts";

const RATE = 10e6 / 8;

/** Segments of 1448 octets that arrive in `seconds`, after a second to begin. */
function arrived(options: Partial<ConstructorParameters<typeof Network>[0]>, seconds: number): Network {
  const network = new Network({ seed: 1, rate: RATE, roundTrip: 20, queue: 50_000, loss: 0, ...options });
  network.begin(0, {});
  network.run(1000 * seconds);
  return network;
}

describe("a network", () => {
  it("carries no more than its bottleneck, and all of that", () => {
    const { flows } = arrived({}, 5);
    const most = (RATE * 5 * 1448) / 1500;
    expect(flows[0]!.received).toBeLessThanOrEqual(most);
    expect(flows[0]!.received).toBeGreaterThan(0.95 * most);
  });

  it("loses what does not fit the queue, and the share it is told to", () => {
    const { forth } = arrived({ queue: 15_000 }, 5);
    expect(forth.dropped).toBeGreaterThan(0);
    const lossy = arrived({ loss: 0.05 }, 20).forth;
    expect(lossy.lost / lossy.sent).toBeGreaterThan(0.04);
    expect(lossy.lost / lossy.sent).toBeLessThan(0.06);
  });

  it("marks instead of dropping where the flow can be told by marks (RFC 3168)", () => {
    const network = new Network({
      seed: 1,
      rate: RATE,
      roundTrip: 20,
      queue: 100_000,
      markFrom: 25_000,
      loss: 0,
      parameters: { ecn: "on" },
    });
    network.begin(0, {});
    network.run(20_000);
    const [flow] = network.flows;
    expect(network.forth.marked).toBeGreaterThan(0);
    expect(network.forth.dropped).toBe(0);
    expect(network.sender.tcp.statistics()["retransmittedSegments"]).toBe(0);
    // The queue stays near the mark, and the link busy.
    expect(flow!.sender.info(network.now).roundTrip).toBeLessThan(20 + 40);
    expect(flow!.received).toBeGreaterThan((0.9 * RATE * 20 * 1448) / 1500);
  });

  it("gives the same figures again", () => {
    const cell = { loss: 0.1, roundTrip: 20, bottleneck: 10, queue: "bdp" } as const;
    expect(runCell(cell)).toEqual(runCell(cell));
  });
});

describe("the table", () => {
  it("has 144 cells with names of their own, 24 of them quick, all values among those", () => {
    const all = allCells().map(nameOf);
    expect(new Set(all).size).toBe(144);
    const quick = quickCells();
    expect(new Set(quick.map(nameOf)).size).toBe(24);
    for (const cell of quick) expect(all).toContain(nameOf(cell));
    for (const key of ["loss", "roundTrip", "bottleneck", "queue"] as const) {
      const values = (cells: typeof quick): Set<unknown> => new Set(cells.map((cell) => cell[key]));
      expect(values(quick)).toEqual(values(allCells()));
    }
  });

  it("names what is too slow and what stalls", () => {
    const result = {
      ...quickCells()[0]!,
      name: "x",
      goodput: 1,
      ratio: 0.9,
      least: 0.8,
      use: 0.5,
      silence: 100,
      timeouts: 0,
      retransmissions: 0,
      segments: 1,
    };
    expect(faultsOf(result)).toEqual([]);
    expect(faultsOf({ ...result, ratio: 0.79 })).toEqual(["x: 0.79 of what theory allows, not 0.8"]);
    expect(faultsOf({ ...result, silence: 15_000 })).toEqual(["x: stalled for 15 s"]);
  });

  it("keeps four digits", () => {
    expect([rounded(0.123456), rounded(987.654)]).toEqual([0.1235, 987.7]);
  });
});

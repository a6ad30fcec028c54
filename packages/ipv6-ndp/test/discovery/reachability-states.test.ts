import { sourceLinkAddress, targetLinkAddress } from "@mnet/conformance";
import { IpAddress } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { NeighborState } from "../../src/neighbor/neighbor.ts";
import { NeighborEvent, transition } from "../../src/neighbor/transitions.ts";
import { Bench, OTHER, OTHER_MAC, PEER, PEER_MAC, ROUTER_MAC } from "./bench.ts";

const peer = IpAddress.parse(PEER);
/** The link-layer address that is cached, and another one. */
const A = PEER_MAC;
const B = OTHER_MAC;

/** How a neighbour comes into each state, by the wire, and with no further solicitation left when `tried`. */
const states: Record<string, (bench: Bench, tried: boolean) => void> = {
  none: () => {},
  INCOMPLETE: (bench) => bench.send(PEER, "aa"),
  REACHABLE: (bench) => {
    bench.send(PEER);
    bench.na({ solicited: true });
    bench.advance(2000);
  },
  STALE: (bench) => bench.ns(),
  DELAY: (bench) => {
    bench.ns();
    bench.send(PEER);
  },
  PROBE: (bench) => {
    bench.ns();
    bench.send(PEER);
    bench.advance(5000);
  },
  displaced: (bench, tried) => {
    bench.send(PEER, "aa");
    if (tried) bench.advance(2500);
    bench.send(OTHER, "cc");
  },
};

function advertise(solicited: boolean, override: boolean, mac: string | null): (bench: Bench) => void {
  return (bench) => {
    const options = mac === null ? [] : [targetLinkAddress(mac)];
    bench.na({ router: true, solicited, override, options });
  };
}

function timeout(bench: Bench): void {
  const entry = bench.neighbors().length;
  if (entry > 0) bench.advance(bench.nd.resolver!.nextDeadline() - bench.now);
}

const LAST_TRY = "timeout, last try";

/** All events, by the wire, by the clock, or by advice. */
const events: Record<string, (bench: Bench) => void> = {
  "packet to send": (bench) => bench.send(PEER, "bb"),
  "timeout, tries left": timeout,
  [LAST_TRY]: (bench) => {
    const [entry] = bench.neighbors();
    if (entry?.includes("incomplete") || entry?.includes("probe")) bench.advance(2000);
    bench.log();
    timeout(bench);
  },
  "upper layer confirms": (bench) => bench.nd.resolver!.confirm(peer, bench.now),
  "upper layer doubts": (bench) => bench.nd.resolver!.doubt(peer, bench.now),
  NA: advertise(false, false, null),
  "NA same": advertise(false, false, A),
  "NA other": advertise(false, false, B),
  "NA O": advertise(false, true, null),
  "NA O same": advertise(false, true, A),
  "NA O other": advertise(false, true, B),
  "NA S": advertise(true, false, null),
  "NA S same": advertise(true, false, A),
  "NA S other": advertise(true, false, B),
  "NA SO": advertise(true, true, null),
  "NA SO same": advertise(true, true, A),
  "NA SO other": advertise(true, true, B),
  NS: (bench) => bench.ns({ options: [] }),
  "NS same": (bench) => bench.ns({ options: [sourceLinkAddress(A)] }),
  "NS other": (bench) => bench.ns({ options: [sourceLinkAddress(B)] }),
};

/**
 * RFC 4861 Appendix C and 7.2.5 as a table: the state, the link-layer address (`A` the one of before, `B` the other, `?` none), `r` when the Router
 * flag of the message was taken; then what was sent: `aa`, the packet that waited, `bb`, the one of the event, `NS*` to the group, `NS` to itself;
 * or `!`, the packet that waited was reported unreachable. Answers to solicitations are left out. What is not of the RFC is the last column.
 */
// biome-ignore format: a table
const expected: Record<string, readonly string[]> = {
  //                      none                 INCOMPLETE                 REACHABLE         STALE             DELAY             PROBE             displaced
  "packet to send":      ["INCOMPLETE ? NS*",  "INCOMPLETE ?",            "REACHABLE A bb", "DELAY A bb",     "DELAY A bb",     "PROBE A bb",     "DISPLACED ?"],
  "timeout, tries left": ["-",                 "INCOMPLETE ? NS*",        "STALE A",        "-",              "PROBE A NS",     "PROBE A NS",     "-"],
  "timeout, last try":   ["-",                 "- !",                     "STALE A",        "-",              "PROBE A NS",     "-",              "-"],
  "upper layer confirms":["-",                 "INCOMPLETE ?",            "REACHABLE A",    "REACHABLE A",    "REACHABLE A",    "REACHABLE A",    "DISPLACED ?"],
  "upper layer doubts":  ["-",                 "INCOMPLETE ?",            "PROBE A NS",     "PROBE A NS",     "PROBE A NS",     "PROBE A",        "DISPLACED ?"],
  "NA":                  ["-",                 "INCOMPLETE ?",            "REACHABLE A r",  "STALE A r",      "DELAY A r",      "PROBE A r",      "DISPLACED ?"],
  "NA same":             ["-",                 "STALE A r aa",            "REACHABLE A r",  "STALE A r",      "DELAY A r",      "PROBE A r",      "STALE A r"],
  "NA other":            ["-",                 "STALE B r aa",            "STALE A",        "STALE A",        "DELAY A",        "PROBE A",        "STALE B r"],
  "NA O":                ["-",                 "INCOMPLETE ?",            "REACHABLE A r",  "STALE A r",      "DELAY A r",      "PROBE A r",      "DISPLACED ?"],
  "NA O same":           ["-",                 "STALE A r aa",            "REACHABLE A r",  "STALE A r",      "DELAY A r",      "PROBE A r",      "STALE A r"],
  "NA O other":          ["-",                 "STALE B r aa",            "STALE B r",      "STALE B r",      "STALE B r",      "STALE B r",      "STALE B r"],
  "NA S":                ["-",                 "INCOMPLETE ?",            "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "DISPLACED ?"],
  "NA S same":           ["-",                 "REACHABLE A r aa",        "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r"],
  "NA S other":          ["-",                 "REACHABLE B r aa",        "STALE A",        "STALE A",        "DELAY A",        "PROBE A",        "REACHABLE B r"],
  "NA SO":               ["-",                 "INCOMPLETE ?",            "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "DISPLACED ?"],
  "NA SO same":          ["-",                 "REACHABLE A r aa",        "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r",  "REACHABLE A r"],
  "NA SO other":         ["-",                 "REACHABLE B r aa",        "REACHABLE B r",  "REACHABLE B r",  "REACHABLE B r",  "REACHABLE B r",  "REACHABLE B r"],
  "NS":                  [null!,               "INCOMPLETE ?",            "REACHABLE A",    "STALE A",        "DELAY A",        "PROBE A",        "DISPLACED ?"],
  "NS same":             ["STALE A",           "STALE A aa",              "REACHABLE A",    "STALE A",        "DELAY A",        "PROBE A",        "STALE A"],
  "NS other":            ["STALE B",           "STALE B aa",              "STALE B",        "STALE B",        "STALE B",        "STALE B",        "STALE B"],
};

/** Events that differ only in whether the link-layer address is the cached one. */
const sameAndOther = [
  [NeighborEvent.AdvertSame, NeighborEvent.AdvertOther],
  [NeighborEvent.AdvertOverrideSame, NeighborEvent.AdvertOverrideOther],
  [NeighborEvent.AdvertSolicitedSame, NeighborEvent.AdvertSolicitedOther],
  [NeighborEvent.AdvertSolicitedOverrideSame, NeighborEvent.AdvertSolicitedOverrideOther],
  [NeighborEvent.HeardSame, NeighborEvent.HeardOther],
] as const;

function outcome(bench: Bench): string {
  const words: string[] = [];
  const entry = bench.nd.resolver!.table().find(({ address }) => address.equals(peer));
  if (entry === undefined) words.push("-");
  else {
    const mac = entry.mac === null ? "?" : `${entry.mac}` === A ? "A" : "B";
    words.push(entry.state.toUpperCase(), mac);
    if (entry.router) words.push("r");
  }
  for (const line of bench.lines()) {
    if (line.startsWith("ip ")) words.push(line.slice(3, 5));
    else if (line.startsWith(`NS ${PEER}`)) words.push(line.includes("(33:33:") ? "NS*" : "NS");
  }
  if (bench.unreachable.length > 0) words.push("!");
  return words.join(" ");
}

describe("neighbour unreachability detection, every event in every state (RFC 4861 Appendix C, 7.2.5; C-S10)", () => {
  const columns = Object.keys(states);
  for (const [event, happens] of Object.entries(events)) {
    for (const [at, state] of columns.entries()) {
      const result = expected[event]![at]!;
      // A solicitation without a link-layer address makes no entry, but the answer to it looks for one: see answering.test.ts.
      if (result === null) continue;
      it(`${event} in ${state}: ${result}`, () => {
        // One is resolved at a time: the next that is looked for displaces it.
        const bench = new Bench({ parameters: { neighborPendingCapacity: 1 } });
        states[state]!(bench, event === LAST_TRY);
        bench.log();
        happens(bench);
        expect(outcome(bench)).toBe(result);
      });
    }
  }

  it("takes any link-layer address for another one where none is cached: the cells for the same one say no less", () => {
    for (const state of [NeighborState.None, NeighborState.Incomplete, NeighborState.Displaced]) {
      for (const [same, other] of sameAndOther)
        expect(transition(state, same)).toBe(transition(state, other));
    }
  });

  it("has nothing where the cache does not look: packets that change no state, messages without a link-layer address", () => {
    const { Incomplete, Reachable, Delay, Probe, Displaced } = NeighborState;
    for (const state of [Incomplete, Reachable, Delay, Probe, Displaced])
      expect(transition(state, NeighborEvent.Send)).toBe(-1);
    for (const state of Object.values(NeighborState))
      expect(transition(state, NeighborEvent.HeardNo)).toBe(-1);
  });

  it("is complete: every event has a row, every state a column", () => {
    expect(columns).toHaveLength(Object.keys(NeighborState).length);
    expect(Object.keys(expected)).toEqual(Object.keys(events));
    expect(new Set(Object.values(expected).map((row) => row.length))).toEqual(new Set([columns.length]));
  });
});

describe("what a cell does not show", () => {
  it("only a solicited advertisement begins the reachable time anew", () => {
    for (const [solicited, state] of [
      [false, "stale"],
      [true, "reachable"],
    ] as const) {
      const bench = new Bench({ parameters: { minimumRandomFactor: 1, maximumRandomFactor: 1 } });
      bench.send(PEER);
      bench.na({ solicited: true });
      bench.advance(20_000);
      bench.na({ solicited });
      bench.advance(15_000);
      expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} ${state}`]);
    }
  });

  it("an unsolicited advertisement does not stop probing", () => {
    const bench = new Bench();
    states["PROBE"]!(bench, false);
    bench.log();
    bench.na({ override: true });
    bench.advance(3000);
    expect(bench.neighbors()).toEqual([]);
    expect(bench.log()).toHaveLength(2);
  });

  it("a change of the address by a router's advertisement makes an entry stale", () => {
    const bench = new Bench();
    states["REACHABLE"]!(bench, false);
    bench.ra({ source: PEER, options: [sourceLinkAddress(ROUTER_MAC)] });
    expect(bench.neighbors()).toEqual([`${PEER} ${ROUTER_MAC} stale router`]);
  });
});

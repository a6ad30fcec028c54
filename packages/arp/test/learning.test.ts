import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER, OTHER_MAC, OWN, PEER, PEER_MAC } from "./support.ts";

const NEW_MAC = "02:00:00:00:00:99";

/** A bench that knows the peer since time 0. */
function knowing(): Bench {
  const bench = new Bench();
  bench.send(PEER);
  bench.receive();
  bench.log();
  return bench;
}

describe("creating entries (A4, C-A2)", () => {
  it("learns from a request to us: the reply will not be all we send there", () => {
    const bench = new Bench();
    expect(bench.receive({ operation: "request" })).toBe(Verdict.Handled);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });

  it("does not learn from a reply that it did not ask for", () => {
    const bench = new Bench();
    expect(bench.receive({ operation: "reply" })).toBe(Verdict.Ignored);
    expect(bench.table()).toEqual([]);
  });

  it("does not learn from what is said to others, or to all", () => {
    const bench = new Bench();
    expect(bench.receive({ operation: "request", targetAddress: OTHER })).toBe(Verdict.NotForUs);
    expect(bench.receive({ operation: "reply", targetAddress: OTHER })).toBe(Verdict.NotForUs);
    expect(bench.receive({ operation: "request", targetAddress: PEER })).toBe(Verdict.NotForUs);
    expect(bench.receive({ operation: "reply", targetAddress: PEER })).toBe(Verdict.NotForUs);
    expect(bench.table()).toEqual([]);
    expect(bench.log()).toEqual([]);
  });
});

describe("updating entries (RFC 826, merge)", () => {
  it.each([
    ["a request to us", { operation: "request" }],
    ["a request to somebody else", { operation: "request", targetAddress: OTHER }],
    ["an announcement", { operation: "request", targetAddress: PEER }],
    ["an announcement as a reply", { operation: "reply", targetAddress: PEER }],
    ["a reply that nobody asked for", { operation: "reply" }],
  ] as const)("takes a new MAC address from %s", (_what, fields) => {
    const bench = knowing();
    expect(bench.receive({ ...fields, senderMac: NEW_MAC })).toBe(Verdict.Handled);
    bench.log();
    expect(bench.table()).toEqual([`${PEER} ${NEW_MAC} stale`]);
  });

  it("asks the new address itself on the next use, since nobody vouches for it", () => {
    const bench = knowing();
    bench.advance(5000);
    bench.receive({ operation: "request", targetAddress: PEER, senderMac: NEW_MAC });
    bench.send(PEER, "01");
    expect(bench.log()).toEqual([
      `5000 who has ${PEER}, tell ${OWN} to ${NEW_MAC}`,
      `5000 ip 01 to ${NEW_MAC}`,
    ]);
    // The liar is silent: after three polls everybody is asked, and the true neighbour answers.
    bench.advance(3000);
    bench.send(PEER, "02");
    bench.receive();
    expect(bench.log().at(-1)).toBe(`8000 ip 02 to ${PEER_MAC}`);
  });

  it("restarts the entry's time with every packet that repeats what is known (RFC 1122 2.3.2.1)", () => {
    const bench = knowing();
    bench.advance(59_000);
    bench.receive({ operation: "request", targetAddress: OTHER });
    bench.advance(59_000);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
    bench.advance(1000);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} stale`]);
  });

  it("takes the answer to a poll from another MAC address as an answer", () => {
    const bench = knowing();
    bench.advance(60_000);
    bench.send(PEER);
    bench.receive({ senderMac: NEW_MAC });
    expect(bench.table()).toEqual([`${PEER} ${NEW_MAC} reachable`]);
  });

  it("resolves a neighbour that speaks up before it answers, and sends what waited", () => {
    const bench = new Bench();
    bench.send(PEER, "01");
    bench.log();
    bench.receive({ operation: "request", targetAddress: OTHER });
    expect(bench.log()).toEqual([`0 ip 01 to ${PEER_MAC}`]);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} stale`]);
  });

  it("changes nobody else's entry", () => {
    const bench = knowing();
    bench.receive({ operation: "request", senderAddress: OTHER, senderMac: OTHER_MAC });
    bench.receive({ operation: "request", targetAddress: PEER, senderMac: NEW_MAC });
    expect(bench.table()).toEqual([`${PEER} ${NEW_MAC} stale`, `${OTHER} ${OTHER_MAC} reachable`]);
  });
});

import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OWN, PEER, PEER_MAC } from "./support.ts";

const peer = IpAddress.parse(PEER);
const ask = (at: number, to = "everybody"): string => `${at} who has ${PEER}, tell ${OWN} to ${to}`;

/** A bench that knows the peer since time 0. */
function knowing(): Bench {
  const bench = new Bench();
  bench.send(PEER);
  bench.receive();
  bench.log();
  return bench;
}

describe("asking (A2, C-A3: no more than one request a second, RFC 1122 2.3.2.1)", () => {
  it("repeats the request each second, three times, whatever is sent meanwhile", () => {
    const bench = new Bench();
    for (let at = 0; at < 2900; at += 100) {
      bench.send(PEER);
      bench.advance(100);
    }
    expect(bench.log()).toEqual([ask(0), ask(1000), ask(2000)]);
  });

  it("has failed a second after the last request, is left alone for a while, then tried again", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.advance(3000);
    bench.log();
    expect(bench.table()).toEqual([`${PEER} ? failed`]);
    expect(bench.send(PEER)).toBe(Verdict.NeighborFailed);
    bench.advance(2999);
    expect(bench.send(PEER)).toBe(Verdict.NeighborFailed);
    bench.advance(1);
    expect(bench.table()).toEqual([]);
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.log()).toEqual([ask(6000)]);
  });

  it("takes traffic up again as soon as a failed neighbour is heard of", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.advance(3500);
    expect(bench.receive({ operation: "request" })).toBe(Verdict.Handled);
    expect(bench.send(PEER)).toBe(Verdict.Handled);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });

  it("counts a request that the device did not take as one of the tries", () => {
    const bench = new Bench();
    bench.link.refuse = Verdict.DeviceBusy;
    bench.send(PEER);
    bench.advance(3000);
    expect(bench.table()).toEqual([`${PEER} ? failed`]);
    expect(bench.arp.sent.of(Verdict.DeviceBusy)).toBe(3);
  });

  it("does not catch up after a time without service", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.now = 50_000;
    bench.advance(1000);
    expect(bench.log()).toEqual([ask(0), ask(50_000), ask(51_000)]);
  });

  it("obeys the parameters", () => {
    const bench = new Bench({ parameters: { requestInterval: 2000, requestTries: 2, failedTime: 500 } });
    bench.send(PEER);
    bench.advance(4000);
    expect(bench.log()).toEqual([ask(0), ask(2000)]);
    bench.advance(500);
    expect(bench.table()).toEqual([]);
  });
});

describe("expiry (C-A4: entries time out; a unicast poll comes first, RFC 1122 2.3.2.1)", () => {
  it("polls the neighbour itself when it is used after a minute, and goes on sending meanwhile", () => {
    const bench = knowing();
    bench.advance(59_999);
    bench.send(PEER, "01");
    expect(bench.log()).toEqual([`59999 ip 01 to ${PEER_MAC}`]);
    bench.advance(1);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} stale`]);
    bench.send(PEER, "02");
    bench.send(PEER, "03");
    expect(bench.log()).toEqual([
      ask(60_000, PEER_MAC),
      `60000 ip 02 to ${PEER_MAC}`,
      `60000 ip 03 to ${PEER_MAC}`,
    ]);
    bench.receive();
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
    bench.advance(10_000);
    expect(bench.log()).toEqual([]);
  });

  it("forgets a neighbour that answers none of three polls, and then asks everybody", () => {
    const bench = knowing();
    bench.advance(60_000);
    bench.send(PEER);
    bench.advance(2999);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} probing`]);
    expect(bench.log().slice(2)).toEqual([ask(61_000, PEER_MAC), ask(62_000, PEER_MAC)]);
    bench.advance(1);
    expect(bench.table()).toEqual([]);
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.log()).toEqual([ask(63_000)]);
  });

  it("drops what nobody uses without asking anybody", () => {
    const bench = knowing();
    bench.advance(60_000 + 599_999);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} stale`]);
    bench.advance(1);
    expect(bench.table()).toEqual([]);
    expect(bench.log()).toEqual([]);
    expect(bench.arp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("needs no polls while a transport confirms that the neighbour gets our packets", () => {
    const bench = knowing();
    for (let minute = 0; minute < 10; minute++) {
      bench.advance(50_000);
      bench.arp.confirm(peer, bench.now);
      bench.send(PEER, "01");
    }
    expect(bench.log().filter((line) => line.includes("who has"))).toEqual([]);
  });

  it("stops polling when a transport confirms, but not for a neighbour it never found", () => {
    const bench = knowing();
    bench.advance(60_000);
    bench.send(PEER);
    bench.arp.confirm(peer, bench.now);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
    bench.send("10.0.0.9");
    bench.arp.confirm(IpAddress.parse("10.0.0.9"), bench.now);
    bench.arp.confirm(IpAddress.parse("10.0.0.10"), bench.now);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`, "10.0.0.9 ? incomplete +1"]);
  });
});

describe("doubt (RFC 1122 4.2.3.5, R1)", () => {
  it("polls now, without waiting for the entry to age", () => {
    const bench = knowing();
    bench.advance(5000);
    bench.arp.doubt(peer, bench.now);
    expect(bench.log()).toEqual([ask(5000, PEER_MAC)]);
    bench.advance(3000);
    expect(bench.table()).toEqual([]);
  });

  it("keeps to one request a second however often it is raised", () => {
    const bench = knowing();
    for (let at = 0; at < 2000; at += 100) {
      bench.arp.doubt(peer, bench.now);
      bench.advance(50);
      bench.receive();
      bench.advance(50);
    }
    expect(bench.log()).toEqual([ask(1000, PEER_MAC)]);
  });

  it("means nothing for a neighbour that is unknown or being asked", () => {
    const bench = new Bench();
    bench.arp.doubt(peer, bench.now);
    bench.send(PEER);
    bench.arp.doubt(peer, bench.now);
    expect(bench.log()).toEqual([ask(0)]);
    expect(bench.table()).toEqual([`${PEER} ? incomplete +1`]);
  });
});

import { MacAddress, Verdict } from "@mnet/core";
import type { SuiteApi } from "./api.ts";
import { ResolverBench, type ResolverUnderTest } from "./resolver-bench.ts";

type Case = (name: string, run: (bench: ResolverBench) => void) => void;

const MAC_A = new MacAddress(0x02aa00, 0x00000a);
const MAC_B = new MacAddress(0x02bb00, 0x00000b);
const MAC_NEW = new MacAddress(0x02cc00, 0x00000c);

/** By when a resolver has given up on a neighbour that does not answer, generously (RFC 4861 10: 3 s; RFC 1122 leaves it open). */
const GIVES_UP_WITHIN = 30_000;
/**
 * How many packets a resolver may hold for one neighbour at most. RFC 4861 7.2.2 asks for a small number; the fragments of one datagram of
 * the largest size have to fit at an MTU of 576.
 */
const QUEUE_AT_MOST = 128;
/** Packets sent to overflow it. */
const OVERFLOWING = 400;

/**
 * The contract of an `AddressResolver`, the same for ARP and Neighbor Discovery: queueing while unresolved (RFC 1122 2.3.2.2), the
 * rate of requests (2.3.2.1), giving up, advice from transports, and neighbours that do not disturb each other.
 * @param make a fresh resolver for each test.
 */
export function addressResolverSuite(api: SuiteApi, make: () => ResolverUnderTest): void {
  const test: Case = (name, run) => {
    api.it(name, () => run(new ResolverBench(make())));
  };
  api.describe("as an address resolver", () => {
    resolutionCases(api, test);
    queueCases(api, test);
    failureCases(api, test);
    adviceCases(api, test);
    isolationCases(api, test);
  });
}

function resolutionCases(api: SuiteApi, test: Case): void {
  test("asks for a neighbour it does not know, and sends what waited once it answers", (bench) => {
    const [a] = bench.under.neighbors;
    api.expect(bench.send(a, 1)).toBe(Verdict.Queued);
    api.expect(bench.under.requestsFor(a)).toBe(1);
    api.expect(bench.delivered()).toEqual([]);
    bench.answer(a, MAC_A);
    api.expect(bench.delivered()).toEqual([`${MAC_A} 1`]);
  });

  test("sends at once to a neighbour it knows, without asking again", (bench) => {
    const [a] = bench.under.neighbors;
    bench.send(a, 1);
    bench.answer(a, MAC_A);
    bench.delivered();
    api.expect(bench.send(a, 2)).toBe(Verdict.Handled);
    api.expect(bench.send(a, 3)).toBe(Verdict.Handled);
    api.expect(bench.delivered()).toEqual([`${MAC_A} 2`, `${MAC_A} 3`]);
    api.expect(bench.under.requestsFor(a)).toBe(1);
  });

  test("passes on that the link did not take a packet", (bench) => {
    const [a] = bench.under.neighbors;
    bench.send(a, 1);
    bench.answer(a, MAC_A);
    bench.delivered();
    bench.under.link.refuse = Verdict.DeviceBusy;
    api.expect(bench.send(a, 2)).toBe(Verdict.DeviceBusy);
    bench.under.link.refuse = null;
    api.expect(bench.send(a, 3)).toBe(Verdict.Handled);
    bench.advance(5000);
    api.expect(bench.delivered()).toEqual([`${MAC_A} 3`]);
  });

  test("asks again later when the link did not take the request", (bench) => {
    const [a] = bench.under.neighbors;
    bench.under.link.refuse = Verdict.DeviceBusy;
    api.expect(bench.send(a, 1)).toBe(Verdict.Queued);
    bench.under.link.refuse = null;
    bench.advance(2000);
    api.expect(bench.under.requestsFor(a)).toBeGreaterThan(0);
    bench.answer(a, MAC_A);
    api.expect(bench.delivered()).toEqual([`${MAC_A} 1`]);
  });
}

function queueCases(api: SuiteApi, test: Case): void {
  test("keeps a bounded number of the latest packets, in order", (bench) => {
    const [a] = bench.under.neighbors;
    for (let number = 1; number <= OVERFLOWING; number++)
      api.expect(bench.send(a, number)).toBe(Verdict.Queued);
    bench.answer(a, MAC_A);
    const delivered = bench.delivered();
    api.expect(delivered.length).toBeGreaterThan(0);
    api.expect(delivered.length).toBeLessThanOrEqual(QUEUE_AT_MOST);
    const latest = Array.from(
      { length: delivered.length },
      (_, at) => `${MAC_A} ${OVERFLOWING + 1 - delivered.length + at}`,
    );
    api.expect(delivered).toEqual(latest);
  });

  test("asks at most once a second, however much waits (RFC 1122 2.3.2.1)", (bench) => {
    const [a] = bench.under.neighbors;
    for (let number = 0; number < 400; number++) {
      bench.send(a, number);
      bench.advance(50);
    }
    const times = bench.requestTimes.get(a)!;
    api.expect(times.length).toBeGreaterThan(1);
    for (const [at, time] of times.entries()) {
      if (at > 0) api.expect(Math.round(time - times[at - 1]!)).toBeGreaterThan(999);
    }
  });
}

function failureCases(api: SuiteApi, test: Case): void {
  test("reports each packet that waited, once, when the neighbour does not answer", (bench) => {
    const [a] = bench.under.neighbors;
    bench.send(a, 1);
    bench.send(a, 2);
    api.expect(bench.under.resolver.nextDeadline()).toBeLessThanOrEqual(bench.now + GIVES_UP_WITHIN);
    bench.advance(GIVES_UP_WITHIN);
    api.expect(bench.unreachable).toEqual([`${a} 1`, `${a} 2`]);
    bench.advance(10 * GIVES_UP_WITHIN);
    api.expect(bench.unreachable.length).toBe(2);
    api.expect(bench.delivered()).toEqual([]);
  });

  test("tries again later, and reaches a neighbour that came back", (bench) => {
    const [a] = bench.under.neighbors;
    bench.send(a, 1);
    bench.advance(2 * GIVES_UP_WITHIN);
    const before = bench.under.requestsFor(a);
    api.expect(bench.send(a, 2)).toBe(Verdict.Queued);
    bench.advance(1000);
    api.expect(bench.under.requestsFor(a)).toBeGreaterThan(before);
    bench.answer(a, MAC_A);
    api.expect(bench.delivered()).toEqual([`${MAC_A} 2`]);
    api.expect(bench.unreachable).toEqual([`${a} 1`]);
  });
}

function adviceCases(api: SuiteApi, test: Case): void {
  test("does not ask about a neighbour that transports confirm", (bench) => {
    const [a] = bench.under.neighbors;
    bench.send(a, 0);
    bench.answer(a, MAC_A);
    for (let number = 0; number < 1000; number++) {
      bench.advance(3000);
      bench.under.resolver.confirm(a, bench.now);
      api.expect(bench.send(a, number)).toBe(Verdict.Handled);
    }
    api.expect(bench.under.requestsFor(a)).toBe(1);
  });

  test("asks about a neighbour that a transport doubts, and gives it up when it is silent", (bench) => {
    const [a] = bench.under.neighbors;
    bench.send(a, 1);
    bench.answer(a, MAC_A);
    bench.under.resolver.doubt(a, bench.now);
    bench.send(a, 2);
    bench.advance(GIVES_UP_WITHIN);
    bench.send(a, 3);
    bench.advance(GIVES_UP_WITHIN);
    api.expect(bench.under.requestsFor(a)).toBeGreaterThan(1);
    bench.delivered();
    api.expect(bench.send(a, 4) === Verdict.Handled).toBe(false);
    api.expect(bench.delivered()).toEqual([]);
  });

  test("takes the new address of a neighbour that it doubted", (bench) => {
    const [a] = bench.under.neighbors;
    bench.send(a, 1);
    bench.answer(a, MAC_A);
    bench.under.resolver.doubt(a, bench.now);
    bench.send(a, 2);
    for (let second = 0; second < 30 && bench.under.requestsFor(a) < 2; second++) bench.advance(1000);
    bench.answer(a, MAC_NEW);
    bench.delivered();
    api.expect(bench.send(a, 3)).toBe(Verdict.Handled);
    api.expect(bench.delivered()).toEqual([`${MAC_NEW} 3`]);
  });

  test("takes advice about a neighbour it does not know without doing anything", (bench) => {
    const [a] = bench.under.neighbors;
    bench.under.resolver.confirm(a, bench.now);
    bench.under.resolver.doubt(a, bench.now);
    bench.advance(GIVES_UP_WITHIN);
    api.expect(bench.under.requestsFor(a)).toBe(0);
    api.expect(bench.send(a, 1)).toBe(Verdict.Queued);
  });
}

function isolationCases(api: SuiteApi, test: Case): void {
  test("keeps two neighbours apart that resolve at once", (bench) => {
    const [a, b] = bench.under.neighbors;
    bench.send(a, 1);
    bench.send(b, 2);
    bench.send(a, 3);
    api.expect([bench.under.requestsFor(a), bench.under.requestsFor(b)]).toEqual([1, 1]);
    bench.answer(b, MAC_B);
    api.expect(bench.delivered()).toEqual([`${MAC_B} 2`]);
    api.expect(bench.send(a, 4)).toBe(Verdict.Queued);
    bench.answer(a, MAC_A);
    api.expect(bench.delivered()).toEqual([`${MAC_A} 1`, `${MAC_A} 3`, `${MAC_A} 4`]);
  });

  test("gives up on one neighbour without losing another", (bench) => {
    const [a, b] = bench.under.neighbors;
    bench.send(a, 1);
    bench.send(b, 2);
    bench.answer(b, MAC_B);
    bench.delivered();
    bench.advance(GIVES_UP_WITHIN);
    api.expect(bench.unreachable).toEqual([`${a} 1`]);
    api.expect(bench.send(b, 3)).toBe(Verdict.Handled);
    api.expect(bench.delivered()).toEqual([`${MAC_B} 3`]);
  });
}

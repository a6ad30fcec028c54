import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import { connected, type Opened, opened } from "../support/opened.ts";

/** RFC 6298: computing and managing the retransmission timeout. The round trips are those of the peer's answers. */

/** Writes one octet and acknowledges it `roundTrip` later. */
function measure({ host, peer, application }: Opened, roundTrip: number): void {
  application.write(1);
  peer.expect({ length: 1 });
  host.advance(roundTrip);
  peer.send({ flags: "A" });
}

describe("RTO = SRTT + max(200 ms, 4 RTTVAR) (RFC 6298 2)", () => {
  it.each([
    // The first measurement R is that of the handshake: SRTT = R, RTTVAR = R/2, RTO = 3 R.
    { roundTrips: [100], timeout: 300 },
    { roundTrips: [500], timeout: 1500 },
    // RTTVAR = 3/4 50 = 37.5, SRTT = 100: 4 RTTVAR are less than the margin.
    { roundTrips: [100, 100], timeout: 300 },
    // RTTVAR = 3/4 37.5 + 1/4 100 = 53.125, SRTT = 7/8 100 + 1/8 200 = 112.5.
    { roundTrips: [100, 100, 200], timeout: 325 },
    // A steady path: RTTVAR halves every 2.4 measurements, but the margin holds,
    { roundTrips: Array<number>(40).fill(100), timeout: 300 },
    { roundTrips: Array<number>(60).fill(400), timeout: 600 },
    // and where there is no distance to speak of.
    { roundTrips: [1], timeout: 201 },
    { roundTrips: [0], timeout: 200 },
  ])("round trips of $roundTrips: $timeout ms", ({ roundTrips, timeout }) => {
    const flow = opened({ roundTrip: roundTrips[0]! });
    for (const roundTrip of roundTrips.slice(1)) measure(flow, roundTrip);
    const { host, peer, application } = flow;
    peer.mark();
    application.write(10);
    peer.expect({ length: 10 });
    host.advance(timeout - 2);
    host.expectNothing();
    host.advance(4);
    peer.expect({ length: 10, after: timeout });
  });

  it("1 s before any measurement (RFC 6298 2.1), 3 s for data when the handshake was retransmitted (5.7)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer().mark();
    peer.send({ flags: "S", mss: 1000 });
    peer.expect({ flags: "SA" });
    host.advance(1000);
    peer.expect({ flags: "SA", after: 1000 });
    host.advance(10);
    peer.send({ flags: "A" });
    peer.mark();
    server.accept().write(10);
    peer.expect({ length: 10 });
    host.advance(2990);
    host.expectNothing();
    host.advance(20);
    peer.expect({ length: 10, after: 3000 });
  });

  it("also after five lost SYNs: not what waiting for the SYN-ACK had grown to", () => {
    const { host, application, peer } = answered(31_000, false);
    expect(application.connection.info(host.now)).toMatchObject({
      retransmissionTimeout: 3000,
      roundTrip: 0,
    });
    peer.mark();
    application.write(10);
    peer.expect({ length: 10 });
    host.advance(2990);
    host.expectNothing();
    host.advance(20);
    peer.expect({ length: 10, after: 3000 });
  });

  it.each([1000, 31_000])(
    "with timestamps the SYN-ACK measures the SYN that it echoes (after %i ms)",
    (ms) => {
      const { host, application } = answered(ms, true);
      expect(application.connection.info(host.now)).toMatchObject({
        roundTrip: 20,
        retransmissionTimeout: 220,
      });
    },
  );

  it.each([1000, 3000, 7000])("and so does the ACK of a SYN-ACK that went again (after %i ms)", (ms) => {
    for (const later of [0, 60]) {
      const host = new TcpHarness();
      const server = host.listen();
      const peer = host.peer();
      peer.send({ flags: "S", mss: 1000, timestamps: { value: 1, echo: 0 } });
      host.advance(ms);
      const { timestamps } = peer.takeAll().at(-1)!;
      host.advance(20);
      // An echo of before the SYN came is none.
      const echo = later === 0 ? timestamps!.value : timestamps!.value - 60_000;
      peer.send({ flags: "A", timestamps: { value: 5, echo } });
      const { roundTrip, retransmissionTimeout } = server.accept().connection.info(host.now);
      expect([roundTrip, retransmissionTimeout]).toEqual(later === 0 ? [20, 220] : [0, 3000]);
    }
  });
});

/** A connection of ours whose SYN was answered 20 ms after it went again, `ms` after the first. */
function answered(ms: number, timestamps: boolean): Omit<Opened, "server"> {
  const host = new TcpHarness();
  const peer = host.peer({ to: 40000 });
  const application = host.connect();
  host.advance(ms);
  const syn = peer.takeAll().at(-1)!;
  host.advance(20);
  const options = timestamps ? { timestamps: { value: 1, echo: syn.timestamps!.value } } : {};
  peer.send({ flags: "SA", mss: 1000, ...options });
  peer.takeAll();
  return { host, peer, application };
}

it("a clock that begins at zero measures as well as any other", () => {
  for (const flow of [opened({ start: 0 }), connected({ start: 0 })]) {
    const { host, peer, application } = flow;
    peer.mark();
    application.write(10);
    peer.expect({ length: 10 });
    host.advance(301);
    peer.expect({ length: 10, after: 300 });
  }
});

describe("backing off (RFC 6298 5.5)", () => {
  it("doubles from time to time, at most to 60 s", () => {
    const { host, peer, application } = opened();
    application.write(10);
    peer.expect({ length: 10 });
    let timeout = 300;
    for (let i = 0; i < 11; i++) {
      peer.mark();
      host.advance(timeout + 1);
      peer.expect({ flags: "A", sequence: 1, length: 10, after: timeout });
      host.now -= 1;
      timeout = Math.min(60_000, timeout * 2);
    }
    expect(timeout).toBe(60_000);
  });

  it("an ACK of what was retransmitted is no measurement (Karn, MUST-18): the backed-off RTO stays (5, last paragraph)", () => {
    const { host, peer, application } = opened();
    application.write(10);
    peer.expect({ length: 10 });
    host.advance(300);
    peer.expect({ length: 10 });
    host.advance(10);
    peer.send({ flags: "A" });
    application.write(10);
    peer.mark().expect({ length: 10 });
    host.advance(590);
    host.expectNothing();
    host.advance(20);
    peer.expect({ length: 10, after: 600 });
  });

  it("a fresh measurement collapses it", () => {
    const flow = opened();
    const { host, peer, application } = flow;
    application.write(10);
    peer.expect({ length: 10 });
    host.advance(300);
    peer.expect({ length: 10 });
    peer.send({ flags: "A" });
    measure(flow, 100);
    application.write(10);
    peer.mark().expect({ length: 10 });
    // As if nothing had happened.
    host.advance(301);
    peer.expect({ length: 10, after: 300 });
  });
});

describe("managing the timer (RFC 6298 5.1 to 5.3)", () => {
  it("is off when everything is acknowledged", () => {
    const { host, peer, application } = opened();
    application.write(10);
    peer.expect({ length: 10 });
    expect(host.tcp.nextDeadline()).toBeLessThan(Number.POSITIVE_INFINITY);
    peer.send({ flags: "A" });
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("is not put off by segments that are sent later", () => {
    const { host, peer, application } = opened();
    peer.mark();
    for (let i = 0; i < 3; i++) {
      application.write(1000);
      host.advance(99);
      peer.expect({ length: 1000 });
    }
    host.advance(4);
    peer.expect({ sequence: 1, length: 1000, after: 300 });
  });

  it("starts anew with an ACK of new data", () => {
    const { host, peer, application } = opened();
    peer.mark();
    for (let i = 0; i < 3; i++) application.write(1000);
    host.advance(250);
    peer.takeAll();
    peer.send({ flags: "A", acknowledgment: 1001 });
    // R' = 250: RTTVAR = 3/4 50 + 1/4 150 = 75, SRTT = 118.75, RTO = 418.75, from 250 on.
    host.advance(417);
    host.expectNothing();
    host.advance(3);
    peer.expect({ sequence: 1001, length: 1000, after: 668.75 });
  });

  it("a duplicate ACK does not put it off", () => {
    const { host, peer, application } = opened();
    peer.mark();
    application.write(1000);
    peer.expect({ sequence: 1 });
    host.advance(200);
    peer.send({ flags: "A", acknowledgment: 1 });
    host.advance(101);
    peer.expect({ sequence: 1, length: 1000, after: 300 });
  });

  it("retransmits the earliest segment alone, the others when its ACK comes (5.4, RFC 5681 3.1: one segment)", () => {
    const { host, peer, application } = opened();
    application.write(5000);
    expect(peer.takeAll()).toHaveLength(5);
    host.advance(301);
    peer.expect({ sequence: 1, length: 1000 });
    host.expectNothing();
    peer.send({ flags: "A", acknowledgment: 1001 });
    peer.expect({ sequence: 1001, length: 1000 });
    peer.expect({ sequence: 2001, length: 1000 });
    host.expectNothing();
  });

  it("an ACK of everything after a spurious timeout ends the retransmissions", () => {
    const { host, peer, application } = opened();
    application.write(5000);
    expect(peer.takeAll()).toHaveLength(5);
    host.advance(301);
    peer.expect({ sequence: 1 });
    peer.send({ flags: "A", acknowledgment: 5001 });
    host.advance(10_000);
    host.expectNothing();
  });

  it("a FIN is retransmitted like data", () => {
    const { host, peer, application } = opened();
    peer.mark();
    application.shutdownWrite();
    peer.expect({ flags: "FA", sequence: 1, length: 0 });
    host.advance(301);
    peer.expect({ flags: "FA", sequence: 1, length: 0, after: 300 });
    peer.send({ flags: "A", acknowledgment: 2 });
    host.advance(5000);
    host.expectNothing();
  });

  it("a lost tail: data and FIN are repeated until both are acknowledged", () => {
    const { host, peer, application } = opened();
    application.write(500);
    application.shutdownWrite();
    peer.takeAll();
    peer.received = 1;
    host.advance(301);
    peer.expect({ sequence: 1, length: 500 });
    host.outbox.length = 0;
    peer.send({ flags: "A", acknowledgment: 501 });
    host.advance(700);
    const again = peer.takeAll();
    expect(again.length).toBeGreaterThanOrEqual(1);
    for (const segment of again) expect(segment).toMatchObject({ flags: "FA", sequence: 501, length: 0 });
    peer.send({ flags: "A", acknowledgment: 502 });
    expect(application.state).toBe("FIN-WAIT-2");
  });
});

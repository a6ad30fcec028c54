import { describe, expect, it } from "vitest";
import { HOST, PEER, TcpHarness } from "../support/harness.ts";
import { opened } from "../support/opened.ts";

/** Blind attacks in a window: RFC 5961, and resets that we send: RFC 9293 3.5.2, 3.5.3. */

describe("RST (RFC 5961 3.2)", () => {
  it("resets only at exactly RCV.NXT", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "R", sequence: 2 });
    peer.expect({ flags: "A", sequence: 1, acknowledgment: 1 });
    expect(application.state).toBe("ESTABLISHED");
    peer.send({ flags: "R", sequence: 1 });
    host.expectNothing();
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("a peer that really reset answers the challenge with the exact number", () => {
    const { peer, application } = opened();
    peer.send({ flags: "R", sequence: 1000 });
    const challenge = peer.expect({ flags: "A" });
    // What a closed port answers: <SEQ=SEG.ACK><CTL=RST>.
    peer.send({ flags: "R", sequence: challenge.acknowledgment });
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("exactness counts what arrived out of order as not received", () => {
    const { peer, application } = opened();
    peer.send({ flags: "A", sequence: 101, payload: 100 });
    peer.expect({ acknowledgment: 1 });
    peer.send({ flags: "R", sequence: 201 });
    peer.expect({ flags: "A", acknowledgment: 1 });
    peer.send({ flags: "R", sequence: 1 });
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("at a window of zero RCV.NXT is exact and everything else is outside", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 1024 } });
    peer.send({ flags: "A", payload: 1024 });
    host.advance(500);
    peer.takeAll();
    peer.send({ flags: "R", sequence: 1026 });
    host.expectNothing();
    peer.send({ flags: "R", sequence: 1025 });
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("is never answered with RST (no RST to RST)", () => {
    const host = new TcpHarness();
    host.peer().send({ flags: "R" });
    host.peer().send({ flags: "RA", acknowledgment: 5 });
    host.expectNothing();
  });

  it("carries data that is ignored (RFC 1122 4.2.2.12)", () => {
    const { peer, application } = opened();
    peer.send({ flags: "R", sequence: 1, payload: new TextEncoder().encode("goodbye") });
    expect(application.outcome).toBe("ECONNRESET");
    expect(application.connection.readableOctets).toBe(0);
  });
});

describe("the range of acknowledgments (RFC 5961 5.2, acceptance test 25)", () => {
  it.each([
    { what: "one beyond SND.NXT", acknowledgment: 102, taken: false },
    { what: "far beyond SND.NXT", acknowledgment: 0x7000_0000, taken: false },
    { what: "exactly SND.NXT", acknowledgment: 101, taken: true },
    { what: "exactly SND.UNA", acknowledgment: 1, taken: true },
    { what: "older by the largest window", acknowledgment: 1 - 65_535, taken: true },
    { what: "older by more than that", acknowledgment: 1 - 65_536, taken: false },
    { what: "on the other side of the circle", acknowledgment: -0x7000_0000, taken: false },
  ])("$what: data is taken: $taken, otherwise a challenge ACK", ({ acknowledgment, taken }) => {
    const { host, peer, application } = opened({ window: 65_535 });
    application.write(100);
    peer.expect({ length: 100 });
    peer.send({ flags: "PA", payload: 10, acknowledgment });
    expect(application.connection.readableOctets).toBe(taken ? 10 : 0);
    if (!taken) peer.expect({ flags: "A", sequence: 101, acknowledgment: 1, length: 0 });
    else host.advance(200);
    expect(application.state).toBe("ESTABLISHED");
  });
});

describe("the limit on challenge ACKs (RFC 5961 7)", () => {
  it("a flood of suspicious segments is answered a few times a second", () => {
    const { host, peer, application } = opened();
    for (let i = 0; i < 1000; i++) peer.send({ flags: "R", sequence: 1 + 1 + (i % 1000) });
    expect(peer.takeAll().length).toBeLessThanOrEqual(100);
    host.advance(1000);
    peer.send({ flags: "R", sequence: 50 });
    peer.expect({ flags: "A" });
    expect(application.state).toBe("ESTABLISHED");
  });

  it.each([
    ["SYN", { flags: "S", sequence: 1 }],
    ["ACK of the future", { flags: "A", acknowledgment: 5000 }],
    ["data right of the window", { flags: "A", sequence: 900_000, payload: 1 }],
  ])("%s in a flood", (_, segment) => {
    const { peer } = opened();
    for (let i = 0; i < 1000; i++) peer.send(segment);
    const { length } = peer.takeAll();
    expect(length).toBeGreaterThanOrEqual(1);
    expect(length).toBeLessThanOrEqual(100);
  });

  it("is per connection: a flood on one does not silence another (CVE-2016-5696)", () => {
    const { host, peer } = opened();
    const other = host.peer({ port: 5001 }).open();
    for (let i = 0; i < 1000; i++) peer.send({ flags: "R", sequence: 100 });
    peer.takeAll();
    other.send({ flags: "R", sequence: 100 });
    other.expect({ flags: "A", sequence: 1, acknowledgment: 1 });
  });

  it("does not hold back duplicate ACKs for out-of-order data: loss recovery needs them", () => {
    const { peer } = opened();
    for (let i = 1; i <= 100; i++) peer.send({ flags: "A", sequence: 1 + i * 100, payload: 100 });
    expect(peer.takeAll()).toHaveLength(100);
  });

  it("does not keep a probe of our closed window without an answer", () => {
    const { host, peer } = opened({ connection: { receiveBuffer: 1024 } });
    peer.send({ flags: "A", payload: 1024 });
    host.advance(500);
    peer.takeAll();
    for (let i = 0; i < 100; i++) {
      host.advance(200);
      peer.send({ flags: "A", sequence: 1025, payload: 1 });
      peer.expect({ flags: "A", acknowledgment: 1025, window: 0 });
    }
  });
});

describe("segments for nobody (RFC 9293 3.10.7.1)", () => {
  it("are answered so that the sender takes the reset for valid", () => {
    const host = new TcpHarness();
    const peer = host.peer();
    peer.send({ flags: "PA", sequence: 7, acknowledgment: 4711, payload: 100 });
    peer.expect({ flags: "R", sequence: 4711 });
    peer.send({ flags: "SF", sequence: 100, payload: 10 });
    peer.expect({ flags: "RA", sequence: 0, acknowledgment: 112 });
  });

  it("at most 500 a second (conformance 3)", () => {
    const host = new TcpHarness();
    for (let i = 0; i < 3000; i++) host.peer({ port: 1 + i }).send({ flags: "A", acknowledgment: 1 });
    expect(host.outbox.length).toBeLessThanOrEqual(600);
    expect(host.outbox.length).toBeGreaterThanOrEqual(100);
    host.outbox.length = 0;
    host.advance(1000);
    host.peer().send({ flags: "A", acknowledgment: 1 });
    expect(host.outbox).toHaveLength(1);
  });

  it("LAND: a segment from ourselves to ourselves does no harm", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let i = 0; i < 10; i++) {
      host.inject({
        source: HOST,
        destination: HOST,
        sourcePort: 80,
        destinationPort: 80,
        sequence: i,
        flags: "S",
      });
      host.advance(1000);
    }
    expect(server.listener.pending).toBe(0);
    host.outbox.length = 0;
    host.peer({ address: PEER }).open();
    expect(server.listener.pending).toBe(1);
  });
});

describe("urgent data (MUST-30 to MUST-33, RFC 6093)", () => {
  it("stays in the stream, wherever the pointer points", () => {
    for (const urgentPointer of [0, 1, 5, 10, 11, 65_535]) {
      const { peer, application } = opened();
      peer.send({ flags: "UPA", payload: 10, urgentPointer });
      expect(application.read()).toBe(10);
      peer.send({ flags: "UPA", payload: 10, urgentPointer });
      expect(application.read()).toBe(10);
      expect(application.state).toBe("ESTABLISHED");
    }
  });

  it("a pointer without URG means nothing", () => {
    const { peer, application } = opened();
    peer.send({ flags: "PA", payload: 10, urgentPointer: 3 });
    expect(application.read()).toBe(10);
  });
});

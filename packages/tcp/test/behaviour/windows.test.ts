import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { opened } from "../support/opened.ts";

/** The receive window, ours and theirs: RFC 9293 3.8.6. */

const HOUR = 3_600_000;

describe("a zero window (RFC 9293 3.8.6.1, MUST-35 to MUST-37)", () => {
  it("is probed after an RTO, then with back-off, up to a minute apart", () => {
    const { host, peer, application } = opened({ window: 1000 });
    application.write(5000);
    peer.expect({ sequence: 1, length: 1000 });
    peer.mark();
    peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
    host.expectNothing();
    const times: number[] = [];
    for (let i = 0; i < 600; i++) {
      host.advance(1000);
      for (const probe of peer.takeAll()) {
        expect(probe).toMatchObject({ flags: "A" });
        expect(probe.sequence + probe.length).toBeGreaterThanOrEqual(1000);
        expect(probe.length).toBeLessThanOrEqual(1);
        times.push(probe.at);
        peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
      }
    }
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(times[0]! - 1100).toBeGreaterThanOrEqual(200);
    expect(times[0]! - 1100).toBeLessThanOrEqual(1000);
    for (const [i, gap] of gaps.entries()) {
      if (i > 0) expect(gap).toBeGreaterThanOrEqual(gaps[i - 1]! - 1);
      expect(gap).toBeLessThanOrEqual(60_001);
    }
    expect(gaps.at(-1)!).toBeGreaterThanOrEqual(59_000);
  });

  it("for an hour, acknowledged, keeps the connection; when it opens, data flows at once (acceptance test 16)", () => {
    const { host, peer, application } = opened({ window: 1000 });
    application.write(5000);
    peer.expect({ sequence: 1, length: 1000 });
    peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
    let probes = 0;
    for (const end = host.now + HOUR; host.now < end; ) {
      host.advance(1000);
      for (const _ of peer.takeAll()) {
        probes++;
        peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
      }
    }
    expect(probes).toBeGreaterThan(50);
    expect(application.outcome).toBeUndefined();
    peer.send({ flags: "A", acknowledgment: 1001, window: 10_000 });
    peer.expect({ sequence: 1001, length: 1000 });
    expect(peer.takeAll().length).toBeGreaterThan(0);
    for (let i = 0; i < 10 && peer.received < 5001; i++) {
      peer.send({ flags: "A", window: 10_000 });
      host.advance(400);
      peer.takeAll();
    }
    expect(peer.received).toBe(5001);
  });

  it("a peer that takes the probe's octet and stays closed is probed with the next one", () => {
    const { host, peer, application } = opened({ window: 1000 });
    application.write(2000);
    peer.expect({ length: 1000 });
    peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
    for (let i = 0; i < 300; i++) {
      host.advance(1000);
      for (const probe of peer.takeAll()) if (probe.length > 0) peer.send({ flags: "A", window: 0 });
    }
    expect(application.outcome).toBeUndefined();
    const taken = peer.received;
    peer.send({ flags: "A", window: 5000 });
    host.advance(61_000);
    for (let i = 0; i < 5 && peer.received < 2001; i++) {
      peer.takeAll();
      peer.send({ flags: "A", window: 5000 });
      host.advance(1000);
    }
    expect(taken).toBeGreaterThanOrEqual(1001);
    expect(peer.received).toBe(2001);
  });

  it("probes without any answer end with ETIMEDOUT at R2, not before 100 s (SHLD-11)", () => {
    const { host, peer, application } = opened({ window: 1000 });
    application.write(2000);
    peer.expect({ length: 1000 });
    peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
    const start = host.now;
    while (application.outcome === undefined && host.now < start + 2 * HOUR) host.advance(1000);
    expect(application.outcome).toBe("ETIMEDOUT");
    expect(host.now - start).toBeGreaterThanOrEqual(100_000);
    expect(host.connections()).toHaveLength(0);
  });

  /** A peer that answers every probe and never opens its window; the application closes. @returns among others `answer`, which lets it answer for so long. */
  function forsaken(o: Parameters<typeof opened>[0] = {}, close = true) {
    const flow = opened({ window: 1000, ...o });
    const { host, peer, application } = flow;
    application.write(2000);
    peer.expect({ length: 1000 });
    peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
    if (close) application.close();
    let reset = false;
    const answer = (duration: number): void => {
      for (const end = host.now + duration; host.now < end && !reset; ) {
        host.advance(1000);
        for (const { flags } of peer.takeAll()) {
          reset ||= flags.includes("R");
          if (!reset) peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
        }
      }
    };
    return { ...flow, answer, wasReset: () => reset };
  }

  it("is probed after a full close until the probes are a minute apart and eight: then the peer is reset", () => {
    const { host, application, answer, wasReset } = forsaken();
    answer(100_000);
    expect(application.outcome).toBeUndefined();
    answer(200_000);
    expect(wasReset()).toBe(true);
    expect(application.outcome).toBe("ETIMEDOUT");
    expect(host.tcp.statistics()).toMatchObject({ abortedOnTimeout: 1, flows: 0, ringOctets: 0 });
  });

  it("eight more probes, when they were a minute apart before the close", () => {
    const { host, application, answer } = forsaken({}, false);
    answer(HOUR);
    application.close();
    answer(400_000);
    expect(application.outcome).toBeUndefined();
    host.outbox.length = 0;
    answer(200_000);
    expect(application.outcome).toBe("ETIMEDOUT");
  });

  it.each([
    ["the application is there", {}, false],
    ["a user timeout bounds it", { connection: { userTimeout: 10 * HOUR } }, true],
    ["more of them are allowed", { parameters: { orphanRetries: 200 } }, true],
  ] as const)("for longer, when %s", (_, options, close) => {
    const { application, answer } = forsaken(options, close);
    answer(HOUR);
    expect(application.outcome).toBeUndefined();
  });

  it("is a stall to the writer: the buffer fills and says when there is room again", () => {
    const { host, peer, application } = opened({ window: 1000, connection: { sendBuffer: 8192 } });
    peer.send({ flags: "A", window: 0 });
    expect(application.write(100_000)).toBe(8192);
    expect(application.write(1)).toBe(0);
    expect(application.connection.writableOctets).toBe(0);
    expect(application.count("writable")).toBe(0);
    host.outbox.length = 0;
    peer.send({ flags: "A", window: 8192 });
    peer.takeAll();
    peer.send({ flags: "A" });
    expect(application.count("writable")).toBeGreaterThanOrEqual(1);
    expect(application.connection.writableOctets).toBeGreaterThan(0);
    host.outbox.length = 0;
  });

  it("RST and ACK are still processed at a window of zero of ours (MUST-66)", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 4096 } });
    fill(peer, 4096);
    host.advance(500);
    expect(peer.takeAll().at(-1)!.window).toBe(0);
    application.write(100);
    peer.expect({ length: 100 });
    peer.send({ flags: "A" });
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    peer.send({ flags: "R" });
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("so is URG, with text that there is no room for, and without (MUST-66)", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 4096 } });
    fill(peer, 4096);
    host.advance(500);
    expect(peer.takeAll().at(-1)!.window).toBe(0);
    expect(application.connection.urgentOctets).toBe(0);
    peer.send({ flags: "AU", sequence: 4097, urgentPointer: 7 });
    expect(application.connection.urgentOctets).toBe(4096 + 7);
    peer.send({ flags: "AU", sequence: 4097, payload: 20, urgentPointer: 20 });
    expect(application.connection.urgentOctets).toBe(4096 + 20);
    expect(application.connection.readableOctets).toBe(4096);
  });
});

describe("a shrinking window (MUST-34, SHLD-16)", () => {
  it("takes back what was not sent; data beyond the new edge is still acknowledged when it arrived", () => {
    const { host, peer, application } = opened({ window: 4000 });
    application.write(10_000);
    expect(peer.takeAll()).toHaveLength(4);
    // The edge moves left, from 4001 to 1501.
    peer.send({ flags: "A", acknowledgment: 1001, window: 500 });
    host.expectNothing();
    expect(application.outcome).toBeUndefined();
    // Not acknowledged although in flight: it is retransmitted, for ever if need be, and then it goes on.
    host.advance(2000);
    expect(peer.takeAll().every(({ sequence }) => sequence === 1001)).toBe(true);
    peer.send({ flags: "A", acknowledgment: 4001, window: 4000 });
    expect(peer.takeAll().map(({ sequence }) => sequence)).toContain(4001);
  });

  it("to zero over data in flight: probed, not given up, for as long as the peer answers (MUST-35, MUST-37)", () => {
    const { host, peer, application } = opened({ window: 4000 });
    application.write(8000);
    expect(peer.takeAll()).toHaveLength(4);
    for (const end = host.now + HOUR; host.now < end; ) {
      peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
      host.advance(10_000);
      // The lost segments are beyond the window: an octet at a time, not full segments again and again.
      for (const { sequence, length } of peer.takeAll()) expect([sequence, length]).toEqual([1001, 1]);
    }
    expect(application.outcome).toBeUndefined();
    peer.received = 1001;
    for (let turn = 0; turn < 20 && peer.received < 8001; turn++) {
      peer.send({ flags: "A", window: 4000 });
      host.advance(1000);
      peer.takeAll();
    }
    expect(peer.received).toBe(8001);
  });

  it("closed over data in flight, which then arrives after all: nothing is probed, no FIN is made up", () => {
    const { host, peer, application } = opened({ window: 4000 });
    application.write(1000);
    peer.expect({ sequence: 1, length: 1000 });
    // The same sequence and acknowledgment: an older segment that was overtaken cannot be told from a newer one.
    peer.send({ flags: "A", acknowledgment: 1, window: 0 });
    peer.send({ flags: "A", acknowledgment: 1001, window: 0 });
    host.advance(600_000);
    host.expectNothing();
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    application.write(1);
    application.shutdownWrite();
    host.advance(1000);
    peer.expect({ flags: "A", sequence: 1001, length: 1 });
    host.outbox.length = 0;
    peer.send({ flags: "A", acknowledgment: 1001, window: 4000 });
    peer.expect({ flags: "FA", sequence: 1001, length: 1 });
  });

  it("our acknowledgments stay inside a window that shrank or that a probe went beyond: the peer must accept them", () => {
    const { host, peer, application } = opened({ window: 4000 });
    application.write(10_000);
    expect(peer.takeAll()).toHaveLength(4);
    peer.send({ flags: "A", acknowledgment: 4001, window: 0 });
    host.advance(1000);
    expect(peer.take()).toMatchObject({ sequence: 4001, length: 1 });
    peer.takeAll();
    const zero = { flags: "A", acknowledgment: 4001, window: 0 };
    peer.send({ ...zero, sequence: 101, payload: 100 });
    peer.expect({ flags: "A", sequence: 4001, acknowledgment: 1, length: 0 });
    peer.send({ ...zero, sequence: 1, payload: 100 });
    peer.expect({ flags: "A", sequence: 4001, acknowledgment: 201, length: 0 });
    peer.send({ flags: "R", sequence: 900 });
    peer.expect({ flags: "A", sequence: 4001, acknowledgment: 201, length: 0 });
    for (let i = 0; i < 6; i++) peer.sendInBatch({ ...zero, payload: 1460 });
    host.flush();
    for (const { sequence } of peer.takeAll()) expect(sequence).toBe(4001);
    // Exactly what the peer expects next, so that it does not have to ask (RFC 5961 3.2).
    application.abort();
    expect(peer.expect({ sequence: 4001, length: 0 }).flags).toMatch(/^RA?$/);
  });

  it("an old ACK with an old window does not change it (SND.WL1, SND.WL2)", () => {
    const { host, peer, application } = opened({ window: 4000 });
    application.write(1000);
    peer.expect({ length: 1000 });
    peer.send({ flags: "A", payload: 10 });
    peer.send({ flags: "A", acknowledgment: 1001, window: 1000 });
    // Sent earlier, arrives later: sequence 1 is older than SND.WL1.
    peer.send({ flags: "A", sequence: 1, acknowledgment: 1001, window: 50_000, payload: 10 });
    peer.takeAll();
    application.write(5000);
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBe(1000);
    host.expectNothing();
  });

  it("the whole 16 bits are a window: 65535 is not negative (MUST-1)", () => {
    const { peer, application } = opened({ window: 65_535, mss: 1460 });
    application.write(60_000);
    expect(peer.takeAll()).toHaveLength(10);
  });
});

describe("our window", () => {
  it("shrinks with what waits unread, never its right edge", () => {
    const { host, peer } = opened({ connection: { receiveBuffer: 8192 } });
    let edge = 0;
    for (let i = 0; i < 8; i++) {
      peer.send({ flags: "A", payload: 1000 });
      host.advance(500);
      const { acknowledgment, window } = peer.takeAll().at(-1)!;
      expect(acknowledgment + window).toBeGreaterThanOrEqual(edge);
      edge = acknowledgment + window;
      expect(window).toBeLessThanOrEqual(8192 - 1000 * (i + 1));
    }
  });

  it("a reader that stalls closes it; probes are answered; reading opens it with an announcement", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 8192 } });
    fill(peer, 8192);
    host.advance(500);
    expect(peer.takeAll().at(-1)).toMatchObject({ window: 0, acknowledgment: 8193 });
    for (let i = 0; i < 5; i++) {
      host.advance(10_000);
      // RFC 9293 3.10.7.4: an unacceptable segment is answered with an ACK; the probe's octet is not taken.
      peer.send({ flags: "A", sequence: 8193, payload: 1 });
      peer.expect({ flags: "A", acknowledgment: 8193, window: 0 });
    }
    expect(application.read()).toBe(8192);
    const { window } = peer.expect({ flags: "A", acknowledgment: 8193, length: 0 });
    expect(window).toBeGreaterThan(4000);
    peer.send({ flags: "A", sequence: 8193, payload: 1000 });
    expect(application.read()).toBe(1000);
    host.outbox.length = 0;
  });

  it("opens only by the lesser of a segment and half the buffer (receiver SWS avoidance, MUST-39)", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 8192 } });
    fill(peer, 8192);
    host.advance(500);
    peer.takeAll();
    // min(half of 8192, MSS 1460): single octets do not open it.
    for (let i = 0; i < 1400; i += 100) {
      application.read(100);
      host.expectNothing();
    }
    peer.send({ flags: "A", sequence: 8193, payload: 1 });
    peer.expect({ flags: "A", window: 0 });
    application.read(200);
    const announced = peer.take();
    expect(announced).not.toBeNull();
    expect(announced!.window).toBeGreaterThanOrEqual(1460);
  });

  it("data right of it is dropped and answered; data across its edge is kept up to the edge", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 4096 } });
    fill(peer, 4000);
    host.advance(500);
    const { window } = peer.takeAll().at(-1)!;
    expect(window).toBeLessThanOrEqual(96);
    peer.send({ flags: "A", sequence: 4001, payload: 1000 });
    host.advance(500);
    const { acknowledgment } = peer.takeAll().at(-1)!;
    expect(acknowledgment).toBeGreaterThanOrEqual(4001);
    expect(acknowledgment).toBeLessThanOrEqual(4001 + 96);
    expect(application.read()).toBe(acknowledgment - 1);
    host.outbox.length = 0;
  });

  it("acknowledgments just right of it are heard, and not answered: a peer that filled it has no other number", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 4000 } });
    application.write(3000);
    peer.takeAll();
    // The first segment is lost; what follows it reaches the edge.
    for (const sequence of [1001, 2001, 3001])
      peer.send({ flags: "A", sequence, payload: 1000, acknowledgment: 1 });
    peer.takeAll();
    for (const acknowledgment of [1001, 2001, 3001]) {
      expect(peer.send({ flags: "A", sequence: 4001, acknowledgment })).toBe(Verdict.Handled);
    }
    host.expectNothing();
    expect(application.connection.unacknowledgedOctets).toBe(0);
    // One of what was never sent is not believed, and one further right is not where it could be.
    peer.send({ flags: "A", sequence: 4001, acknowledgment: 5000 });
    peer.expect({ flags: "A", acknowledgment: 1 });
    peer.send({ flags: "A", sequence: 4003, acknowledgment: 3001 });
    peer.expect({ flags: "A", acknowledgment: 1 });
  });

  it("a FIN fits a window of zero when no data is in front of it, or comes again later", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 4096 } });
    fill(peer, 4096);
    host.advance(500);
    peer.takeAll();
    peer.send({ flags: "FA", sequence: 4097 });
    const answer = peer.takeAll().at(-1);
    expect([4097, 4098]).toContain(answer?.acknowledgment);
    expect(application.read()).toBe(4096);
    host.outbox.length = 0;
    peer.send({ flags: "FA", sequence: 4097 });
    expect(application.connection.endOfStream).toBe(true);
    expect(application.state).toBe("CLOSE-WAIT");
    host.outbox.length = 0;
  });

  it("reading everything between small segments never leaves the peer without window", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 4096 } });
    for (let i = 0; i < 200; i++) {
      peer.send({ flags: "A", payload: 100 });
      application.read();
      host.advance(500);
      const last = peer.takeAll().at(-1);
      if (last !== undefined) expect(last.window).toBeGreaterThan(1000);
    }
    expect(application.wasRead).toBe(20_000);
  });
});

function fill(peer: ReturnType<typeof opened>["peer"], octets: number): void {
  for (let at = 0; at < octets; at += 1000) peer.send({ flags: "A", payload: Math.min(1000, octets - at) });
}

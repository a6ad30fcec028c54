import { describe, expect, it } from "vitest";
import { opened } from "../support/opened.ts";

/** When we acknowledge: RFC 9293 3.8.6.3 (MUST-40, MUST-58, MUST-59, SHLD-18, SHLD-19), RFC 5681 4.2. */

describe("delayed acknowledgments", () => {
  it("a lone small segment is acknowledged within 0.5 s, once", () => {
    const { host, peer } = opened();
    peer.send({ flags: "PA", payload: 100 });
    host.advance(499);
    peer.expect({ flags: "A", sequence: 1, acknowledgment: 101, length: 0 });
    host.advance(10_000);
    host.expectNothing();
  });

  it("the delay is short enough for a peer's RTO of 200 ms, from the first segment of a stream on", () => {
    const { host, peer } = opened();
    for (let i = 0; i < 50; i++) {
      peer.send({ flags: "PA", payload: 100 });
      host.advance(150);
      peer.expect({ flags: "A", acknowledgment: 1 + 100 * (i + 1) });
    }
  });

  it("is carried by data that we send meanwhile", () => {
    const { host, peer, application } = opened();
    // Past the quick acknowledgments at the start.
    for (let i = 0; i < 40; i++) {
      peer.send({ flags: "PA", payload: 10 });
      host.advance(100);
    }
    peer.takeAll();
    peer.send({ flags: "PA", payload: 100 });
    application.write(10);
    peer.expect({ flags: "A", acknowledgment: 501, length: 10 });
    peer.send({ flags: "A" });
    host.advance(1000);
    host.expectNothing();
  });

  it("at least every second full-sized segment is acknowledged at once (MUST-58)", () => {
    const { host, peer, application } = opened();
    // Segments as large as our MSS allows, one batch each: no two may go without an acknowledgment.
    let unacknowledged = 0;
    for (let i = 0; i < 40; i++) {
      peer.send({ flags: "A", payload: 1460 });
      unacknowledged++;
      if (peer.takeAll().some(({ acknowledgment }) => acknowledgment === peer.next)) unacknowledged = 0;
      expect(unacknowledged).toBeLessThan(2);
      application.read();
    }
    host.advance(500);
    expect(peer.take()?.acknowledgment ?? peer.next).toBe(peer.next);
  });

  it("full-sized is what the peer sends: segments of 536 from a peer that sends no larger ones", () => {
    const { peer, application } = opened({ mss: 536 });
    let unacknowledged = 0;
    for (let i = 0; i < 60; i++) {
      peer.send({ flags: "A", payload: 536 });
      unacknowledged++;
      if (peer.takeAll().some(({ acknowledgment }) => acknowledgment === peer.next)) unacknowledged = 0;
      expect(unacknowledged).toBeLessThan(3);
      application.read();
    }
  });

  it.each([
    ["536 octets, pushed or not", 536, "PA"],
    ["100 octets that nothing ends with", 100, "A"],
  ])("full-sized is smaller when the peer's path is: %s", (_, payload, flags) => {
    const { host, peer, application } = opened();
    for (let i = 0; i < 40; i++) {
      peer.send({ flags: "A", payload: 1448 });
      application.read();
    }
    host.advance(100);
    peer.takeAll();
    peer.send({ flags, payload });
    let unacknowledged = 1;
    for (let i = 0; i < 40; i++) {
      peer.send({ flags, payload });
      unacknowledged++;
      if (peer.takeAll().some(({ acknowledgment }) => acknowledgment === peer.next)) unacknowledged = 0;
      expect(unacknowledged).toBeLessThanOrEqual(2);
    }
    expect(application.connection.info(host.now).receiveSegment).toBe(payload);
  });

  it("a small write that comes twice is no full segment", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "A", payload: 1448 });
    for (let i = 0; i < 10; i++) peer.send({ flags: "PA", payload: 300 });
    expect(application.connection.info(host.now).receiveSegment).toBe(1448);
  });

  it("one acknowledgment after draining a batch, at most two segments' worth unacknowledged before (MUST-59)", () => {
    const { host, peer, application } = opened();
    for (let i = 0; i < 10; i++) peer.sendInBatch({ flags: "A", payload: 1460 });
    host.flush();
    const sent = peer.takeAll();
    // A peer that counts acknowledgments opens its window by them (RFC 5681 4.2).
    expect(sent.length).toBeGreaterThanOrEqual(5);
    expect(sent.length).toBeLessThanOrEqual(10);
    expect(sent.at(-1)!.acknowledgment).toBe(14_601);
    application.read();
  });

  it("BSD's way by choice: every second segment of any size", () => {
    const parameters = { acknowledgeEverySecond: "any", quickAcknowledgments: 0 } as const;
    const { host, peer } = opened({ parameters });
    peer.send({ flags: "A", payload: 10 });
    host.expectNothing();
    peer.send({ flags: "A", payload: 10 });
    peer.expect({ flags: "A", acknowledgment: 21 });
    peer.send({ flags: "A", payload: 10 });
    host.expectNothing();
    host.advance(100);
    peer.expect({ flags: "A", acknowledgment: 31 });
  });

  it("an ACK alone is never acknowledged", () => {
    const { host, peer } = opened();
    for (let i = 0; i < 5; i++) peer.send({ flags: "A" });
    host.advance(1000);
    host.expectNothing();
  });
});

describe("out of order", () => {
  it("one immediate duplicate ACK per segment above a gap, also within one batch (RFC 5681 4.2)", () => {
    const { host, peer } = opened();
    for (let i = 1; i <= 4; i++) peer.sendInBatch({ flags: "A", sequence: 1 + i * 1000, payload: 1000 });
    host.flush();
    for (let i = 1; i <= 4; i++) peer.expect({ flags: "A", sequence: 1, acknowledgment: 1, length: 0 });
    host.expectNothing();
  });

  it("a segment that fills a gap is acknowledged at once, up to the end of what was kept (SHLD-31)", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "A", sequence: 1001, payload: 1000 });
    peer.expect({ acknowledgment: 1 });
    peer.send({ flags: "A", sequence: 1, payload: 1000 });
    peer.expect({ flags: "A", acknowledgment: 2001 });
    host.expectNothing();
    expect(application.read()).toBe(2000);
  });

  it("a segment that fills part of a gap is acknowledged at once", () => {
    const { peer, application } = opened();
    peer.send({ flags: "A", sequence: 2001, payload: 1000 });
    peer.expect({ acknowledgment: 1 });
    peer.send({ flags: "A", sequence: 1, payload: 1000 });
    peer.expect({ flags: "A", acknowledgment: 1001 });
    expect(application.read()).toBe(1000);
  });

  it("an old segment is acknowledged at once: its sender has missed our ACK", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "A", payload: 100 });
    host.advance(500);
    peer.takeAll();
    application.read();
    peer.send({ flags: "A", sequence: 1, payload: 100 });
    peer.expect({ flags: "A", acknowledgment: 101, length: 0 });
    expect(application.connection.readableOctets).toBe(0);
  });

  it("any order and any overlap of pieces gives the stream once", () => {
    const orders = [
      [4, 3, 2, 1, 0],
      [0, 2, 4, 1, 3],
      [2, 2, 0, 4, 4, 1, 3],
      [1, 3, 0, 4, 2],
    ];
    for (const order of orders) {
      const { host, peer, application } = opened();
      // Pieces of 150 at every 100: each overlaps the next by 50.
      for (const piece of order) peer.send({ flags: "A", sequence: 1 + piece * 100, payload: 150 });
      host.advance(500);
      expect(peer.takeAll().at(-1)!.acknowledgment).toBe(551);
      expect(application.read()).toBe(550);
    }
  });

  it("a FIN above a gap waits for the gap", () => {
    const { peer, application } = opened();
    peer.send({ flags: "FA", sequence: 101, payload: 100 });
    peer.expect({ flags: "A", acknowledgment: 1 });
    expect(application.state).toBe("ESTABLISHED");
    peer.send({ flags: "A", sequence: 1, payload: 100 });
    peer.expect({ flags: "A", acknowledgment: 202 });
    expect(application.state).toBe("CLOSE-WAIT");
    expect(application.connection.endOfStream).toBe(false);
    expect(application.read()).toBe(200);
    expect(application.connection.endOfStream).toBe(true);
  });

  it("as many gaps as a hostile peer likes cost bounded memory and lose nothing for ever (CVE-2018-5390)", () => {
    const { host, peer, application } = opened();
    // 4000 single octets with gaps between, then everything in order.
    for (let i = 0; i < 4000; i++) peer.sendInBatch({ flags: "A", sequence: 2 + i * 2, payload: 1 });
    host.flush();
    host.outbox.length = 0;
    for (let i = 0; i < 8; i++) {
      peer.send({ flags: "A", sequence: 1 + i * 1001, payload: 1001 });
      host.outbox.length = 0;
    }
    host.advance(500);
    expect(application.connection.readableOctets).toBe(8008);
    expect(application.read()).toBe(8008);
    host.outbox.length = 0;
  });
});

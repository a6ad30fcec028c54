import { describe, expect, it } from "vitest";
import { opened } from "../support/opened.ts";

/** Small segments: Nagle (RFC 9293 3.7.4, MUST-17, SHLD-7) and sender silly window avoidance (3.8.6.2.1, MUST-38). */

describe("the Nagle algorithm", () => {
  it("a first small write goes at once, the next ones wait for its ACK and go together", () => {
    const { host, peer, application } = opened();
    application.write(1);
    peer.expect({ sequence: 1, length: 1, push: true });
    application.write(2);
    application.write(3);
    host.expectNothing();
    peer.send({ flags: "A", acknowledgment: 2 });
    peer.expect({ sequence: 2, length: 5, push: true });
    host.expectNothing();
  });

  it("full-sized segments do not wait, the rest does for the small one in front of them", () => {
    const { host, peer, application } = opened();
    application.write(1);
    peer.expect({ length: 1 });
    application.write(2300);
    peer.expect({ sequence: 2, length: 1000 });
    peer.expect({ sequence: 1002, length: 1000 });
    host.expectNothing();
    peer.send({ flags: "A" });
    peer.expect({ sequence: 2002, length: 300 });
  });

  it("the rest behind full-sized segments waits for no acknowledgment of theirs (Minshall, RFC 9293 A.3)", () => {
    const { host, peer, application } = opened();
    application.write(2300);
    expect(peer.takeAll().map(({ length }) => length)).toEqual([1000, 1000, 300]);
    application.write(2300);
    // The 300 octets are outstanding: these two segments may go, their rest may not until those are acknowledged.
    expect(peer.takeAll().map(({ length }) => length)).toEqual([1000, 1000]);
    peer.send({ flags: "A", acknowledgment: 2001 });
    host.expectNothing();
    peer.send({ flags: "A", acknowledgment: 2301 });
    peer.expect({ sequence: 4301, length: 300, push: true });
  });

  it("nor when all of it leaves as one large segment", () => {
    const segmentation = { tcp4: true, tcp6: false, udp: false, maxOctets: 60_000 };
    const { host, peer, application } = opened({ capabilities: { segmentation } });
    application.write(2300);
    expect(peer.takeAll().map(({ length }) => length)).toEqual([2300]);
    application.write(2300);
    peer.expect({ sequence: 2301, length: 2000 });
    host.expectNothing();
  });

  it("noDelay sends every small write at once", () => {
    const { peer, application } = opened({ connection: { noDelay: true } });
    for (let i = 0; i < 5; i++) {
      application.write(3);
      peer.expect({ sequence: 1 + 3 * i, length: 3, push: true });
    }
  });

  it("setNoDelay(true) in the middle lets go what waits", () => {
    const { host, peer, application } = opened();
    application.write(1);
    peer.expect({ length: 1 });
    application.write(5);
    host.expectNothing();
    application.connection.setNoDelay(true);
    host.flush();
    const waiting = peer.take();
    if (waiting === null) {
      application.write(1);
      peer.expect({ sequence: 2, length: 6 });
    } else expect(waiting).toMatchObject({ sequence: 2, length: 5 });
  });

  it("writes of one turn are one segment, with noDelay too", () => {
    for (const noDelay of [false, true]) {
      const { host, peer, application } = opened({ connection: { noDelay } });
      for (let i = 0; i < 10; i++) application.writeInTurn(10);
      host.expectNothing();
      host.flush();
      peer.expect({ sequence: 1, length: 100 });
      host.expectNothing();
    }
  });

  it("does not hold the last octets back before a FIN", () => {
    const { host, peer, application } = opened();
    application.write(1);
    peer.expect({ length: 1 });
    application.write(5);
    host.expectNothing();
    application.shutdownWrite();
    expect(peer.expect({ sequence: 2, length: 5 }).flags).toBe("FA");
    host.expectNothing();
  });

  it("never delays a FIN without data", () => {
    const { peer, application } = opened();
    application.write(1);
    peer.expect({ length: 1 });
    application.shutdownWrite();
    peer.expect({ flags: "FA", sequence: 2, length: 0 });
  });
});

describe("sender silly window avoidance", () => {
  it("does not fill a small piece of window while something is in flight", () => {
    const { host, peer, application } = opened({ window: 2000 });
    application.write(10_000);
    peer.expect({ length: 1000 });
    peer.expect({ length: 1000 });
    host.expectNothing();
    // 300 octets of room: less than a segment and less than half the largest window.
    peer.send({ flags: "A", acknowledgment: 1001, window: 1300 });
    host.expectNothing();
    peer.send({ flags: "A", acknowledgment: 2001, window: 2000 });
    peer.expect({ sequence: 2001, length: 1000 });
    peer.expect({ sequence: 3001, length: 1000 });
  });

  it("sends half of the largest window seen, when a segment never fits (condition 3)", () => {
    const { host, peer, application } = opened({ window: 600 });
    application.write(5000);
    peer.expect({ sequence: 1, length: 600 });
    peer.send({ flags: "A", acknowledgment: 601, window: 299 });
    host.expectNothing();
    peer.send({ flags: "A", acknowledgment: 601, window: 300 });
    peer.expect({ sequence: 601, length: 300 });
  });

  it("sends what fits after a while all the same (the override of condition 4)", () => {
    const { host, peer, application } = opened({ window: 2000 });
    application.write(10_000);
    peer.takeAll();
    peer.send({ flags: "A", acknowledgment: 2001, window: 100 });
    host.expectNothing();
    host.advance(60_000);
    const sent = peer.takeAll();
    expect(sent.length).toBeGreaterThan(0);
    expect(sent[0]!.sequence).toBe(2001);
    expect(sent[0]!.length).toBeGreaterThan(0);
    expect(sent[0]!.length).toBeLessThanOrEqual(100);
  });

  it("a window that stays small does not stall a stream", () => {
    const { host, peer, application } = opened({ window: 100 });
    application.write(1000);
    for (let turn = 0; turn < 200 && peer.received < 1001; turn++) {
      host.advance(500);
      peer.takeAll();
      peer.send({ flags: "A", window: 100 });
    }
    expect(peer.received).toBe(1001);
  });

  it("small segments of a peer with a tiny window are not counted as lost", () => {
    const { host, peer, application } = opened({ window: 10 });
    application.write(30);
    peer.expect({ sequence: 1, length: 10 });
    host.advance(100);
    peer.send({ flags: "A", acknowledgment: 11, window: 10 });
    peer.expect({ sequence: 11, length: 10 });
    host.advance(100);
    peer.send({ flags: "A", acknowledgment: 21, window: 10 });
    peer.expect({ sequence: 21, length: 10 });
  });
});

import { RxChecksum, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { opened } from "../support/opened.ts";

/** What the link does for us: large segments both ways, checksums, gathering. */

const segmentation = { tcp4: true, tcp6: false, udp: false, maxOctets: 65_535 };

describe("a link that cuts large segments", () => {
  it("gets one large segment, marked with the size of the pieces", () => {
    const { host, peer, application } = opened({ capabilities: { segmentation } });
    application.write(10_000);
    const { segmentSize } = peer.expect({ sequence: 1, length: 10_000, push: true });
    expect(segmentSize).toBe(1000);
    host.expectNothing();
  });

  it("not more than congestion and peer windows allow, in whole segments", () => {
    const { host, peer, application } = opened({ capabilities: { segmentation }, window: 5500 });
    application.write(20_000);
    expect(peer.expect({ sequence: 1, length: 5000, push: false }).segmentSize).toBe(1000);
    host.expectNothing();
    peer.send({ flags: "A", window: 60_000 });
    expect(peer.take()!.length % 1000).toBe(0);
  });

  it("a segment that needs no cutting is not marked", () => {
    const { peer, application } = opened({ capabilities: { segmentation } });
    application.write(1000);
    expect(peer.expect({ length: 1000 }).segmentSize).toBe(0);
  });

  it("not more octets than the link takes", () => {
    const { peer, application } = opened({
      capabilities: { segmentation: { ...segmentation, maxOctets: 4000 } },
    });
    application.write(10_000);
    const sent = peer.takeAll();
    expect(sent.reduce((sum, { length }) => sum + length, 0)).toBe(10_000);
    for (const { length, segmentSize } of sent) {
      expect(length + 40).toBeLessThanOrEqual(4000);
      expect(segmentSize).toBe(length > 1000 ? 1000 : 0);
    }
  });

  it("what is lost is sent again as it would be without", () => {
    const { host, peer, application } = opened({ capabilities: { segmentation } });
    application.write(10_000);
    peer.takeAll();
    host.advance(301);
    expect(peer.expect({ sequence: 1, length: 1000 }).segmentSize).toBe(0);
    host.expectNothing();
    peer.send({ flags: "A", acknowledgment: 10_001 });
    expect(application.connection.writableOctets).toBe(262_144);
  });

  it("fast retransmit counts duplicates as ever", () => {
    const { host, peer, application } = opened({ capabilities: { segmentation } });
    application.write(10_000);
    peer.takeAll();
    for (let i = 0; i < 3; i++) peer.send({ flags: "A", acknowledgment: 1 });
    peer.expect({ sequence: 1, length: 1000 });
    host.expectNothing();
  });
});

describe("a link that puts segments together", () => {
  it("a large segment is all delivered, and acknowledged", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "PA", payload: 14_600 }, { segmentSize: 1460 });
    peer.expect({ flags: "A", acknowledgment: 14_601 });
    host.expectNothing();
    expect(application.read()).toBe(14_600);
  });

  it("a batch of them is acknowledged once: their sender does not count acknowledgments", () => {
    const { host, peer, application } = opened();
    for (let i = 0; i < 4; i++) peer.sendInBatch({ flags: "A", payload: 14_600 }, { segmentSize: 1460 });
    host.flush();
    peer.expect({ flags: "A", acknowledgment: 58_401 });
    host.expectNothing();
    expect(application.read()).toBe(58_400);
  });

  it("what counts as full-sized stays the size of the pieces", () => {
    const { peer, application } = opened();
    for (let i = 0; i < 10; i++) {
      peer.send({ flags: "A", payload: 14_600 }, { segmentSize: 1460 });
      application.read();
    }
    peer.takeAll();
    let unacknowledged = 0;
    for (let i = 0; i < 20; i++) {
      peer.send({ flags: "A", payload: 1460 });
      unacknowledged++;
      if (peer.takeAll().some(({ acknowledgment }) => acknowledgment === peer.next)) unacknowledged = 0;
      expect(unacknowledged).toBeLessThan(2);
      application.read();
    }
  });
});

describe("checksums that the link knows about", () => {
  it.each([
    ["verified", RxChecksum.Verified, Verdict.Handled],
    ["trusted: the field holds only the pseudo-header sum", RxChecksum.Trusted, Verdict.Handled],
    ["unknown", RxChecksum.Unknown, Verdict.BadChecksum],
  ])("%s: a field that is not right", (_, rxChecksum, verdict) => {
    const { peer, application } = opened();
    expect(peer.send({ flags: "PA", payload: 10, checksum: 0x1234 }, { rxChecksum })).toBe(verdict);
    expect(application.connection.readableOctets).toBe(verdict === Verdict.Handled ? 10 : 0);
  });
});

describe.each([0, 1, 2])("a link that gathers %i slices", (gather) => {
  it("carries the stream unchanged, across the end of the ring many times", () => {
    const { host, peer, application } = opened({
      capabilities: { gather },
      connection: { sendBuffer: 3000 },
    });
    // Every octet is compared as it leaves (peer.ts).
    for (let turn = 0; turn < 300 && application.written < 60_000; turn++) {
      application.write(1 + ((turn * 769) % 2900));
      peer.takeAll();
      peer.send({ flags: "A" });
      host.advance(1);
    }
    peer.takeAll();
    peer.send({ flags: "A" });
    expect(application.written).toBeGreaterThan(50_000);
    expect(peer.received).toBe(application.written + 1);
  });
});

import { describe, expect, it } from "vitest";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * The retransmission timer (RFC 6298) expired: nothing told of a loss in time. What is outstanding counts as lost and goes again as the
 * window, one segment, allows: in slow start, and only what is lost. The timer itself has its manual in `retransmission-timer.test.ts`.
 */

const silent = { parameters: { tailLossProbe: false } };

function flight(segments: number, o: ConstructorParameters<typeof Sender>[0] = {}): Sender {
  const sender = new Sender({ ...silent, ...o });
  sender.write(segments);
  return sender;
}

describe.each([
  ["with SACK", true],
  ["without", false],
])("%s", (_, sack) => {
  it("one segment, then two for each that arrives, up to half the flight", () => {
    const sender = flight(10, { sack });
    expect(sender.wait(301)).toEqual([0]);
    expect(sender.acknowledge(1)).toEqual([1, 2]);
    expect(sender.acknowledge(2)).toEqual([3, 4]);
    expect(sender.acknowledge(3)).toEqual([5, 6]);
    expect(sender.acknowledge(4)).toEqual([7, 8]);
    // ssthresh is 5.
    expect(sender.acknowledge(5)).toEqual([9]);
    expect(sender.info).toMatchObject({ slowStartThreshold: 5 * SIZE, recovering: true });
    sender.acknowledge(10);
    expect(sender.info.recovering).toBe(false);
  });

  it("what was sent last before is lost as well when the timer expires again", () => {
    const sender = flight(4, { sack });
    expect(sender.wait(301)).toEqual([0]);
    expect(sender.wait(600)).toEqual([0]);
    expect(sender.info.slowStartThreshold).toBe(2 * SIZE);
    expect(sender.acknowledge(1)).toEqual([1, 2]);
  });

  it("an acknowledgment in the middle leaves what it covers out", () => {
    const sender = flight(10, { sack });
    sender.wait(301);
    expect(sender.acknowledge(6)).toEqual([6, 7]);
  });

  it("the end of the stream: text and FIN", () => {
    const sender = new Sender({ ...silent, sack });
    sender.application.writeInTurn(2500);
    sender.application.shutdownWrite();
    sender.segments();
    sender.host.advance(301);
    expect(sender.segments().map(({ sequence, flags }) => [sequence, flags])).toEqual([[1, "A"]]);
    sender.peer.send({ flags: "A", acknowledgment: 1001 });
    expect(sender.segments().map(({ sequence, length, flags }) => [sequence, length, flags])).toEqual([
      [1001, 1000, "A"],
      [2001, 500, "FA"],
    ]);
    sender.peer.send({ flags: "A", acknowledgment: 2501 });
    expect(sender.application.state).toBe("FIN-WAIT-1");
    sender.host.advance(1000);
    expect(sender.segments()[0]).toMatchObject({ sequence: 2501, length: 0, flags: "FA", push: false });
    sender.peer.send({ flags: "A", acknowledgment: 2502 });
    expect(sender.application.state).toBe("FIN-WAIT-2");
  });

  it("small segments are put together to full ones", () => {
    const sender = new Sender({ ...silent, sack, noDelay: true });
    for (let i = 0; i < 25; i++) sender.application.write(100);
    expect(sender.segments()).toHaveLength(25);
    sender.host.advance(301);
    expect(sender.segments()).toMatchObject([{ sequence: 1, length: 1000 }]);
    sender.acknowledge(1);
    sender.wait(1);
    expect(sender.info.octetsRetransmitted).toBe(2500);
  });
});

describe("what the peer has", () => {
  it("selectively acknowledged does not go again", () => {
    const sender = flight(10);
    sender.wait(100);
    // A D-SACK-like block alone: nothing that RACK could use is missing before 2 and 3, but the rest stays silent.
    expect(sender.acknowledge(0, [[2, 4]])).toEqual([]);
    const again: number[] = sender.wait(26);
    for (let next = 1; again.length < 20 && sender.info.inFlight > 0; next++) {
      again.push(...sender.wait(700));
      sender.acknowledge(Math.min(10, next === 2 ? 4 : next), next < 2 ? [[2, 4]] : []);
    }
    expect(again).not.toContain(2);
    expect(again).not.toContain(3);
  });

  it("what was sent just before the timer expired may still arrive (RFC 8985 6.3)", () => {
    const sender = new Sender({ ...silent, noDelay: true });
    // The acknowledgment of the first write tells RACK a round trip of 100 ms.
    sender.write(1);
    sender.wait(100);
    sender.acknowledge(1);
    sender.write(2);
    sender.wait(290);
    sender.write(1);
    expect(sender.statistics("timeouts")).toEqual([0]);
    expect(sender.wait(40)).toEqual([1]);
    expect(sender.statistics("timeouts")).toEqual([1]);
    // 1 and 2 are lost, 3 flies, so that 2 has to wait for it: the window is one segment.
    expect(sender.acknowledge(1, [[3, 4]])).toEqual([2]);
  });
});

describe("the peer's window", () => {
  it("smaller than a segment now: a part of it goes", () => {
    const sender = flight(10);
    sender.peer.window = 2;
    sender.peer.send({ flags: "A", acknowledgment: 1 });
    sender.host.advance(301);
    expect(sender.segments()).toMatchObject([{ sequence: 1, length: 256 }]);
    sender.peer.send({ flags: "A", acknowledgment: 257 });
    expect(sender.segments()[0]).toMatchObject({ sequence: 257, length: 256 });
  });

  it("closed over what is in flight: probes, and all of it again when it opens (MUST-34, MUST-35)", () => {
    const sender = flight(10);
    sender.peer.window = 0;
    sender.peer.send({ flags: "A", acknowledgment: 1 + 4 * SIZE });
    sender.host.advance(2000);
    expect(sender.segments().every(({ length }) => length === 1)).toBe(true);
    expect(sender.statistics("timeouts")).toEqual([0]);
    sender.peer.window = 60_000;
    sender.peer.send({ flags: "A", acknowledgment: 1 + 4 * SIZE });
    expect(sender.sent()).toEqual([4, 5, 6, 7, 8, 9]);
    sender.acknowledge(10);
    expect(sender.wait(10_000)).toEqual([]);
  });

  it("moved back, but not closed: what is beyond it waits", () => {
    const sender = flight(10);
    sender.peer.window = 24;
    sender.peer.send({ flags: "A", acknowledgment: 1 });
    expect(sender.wait(301)).toEqual([0]);
    const again = [...sender.acknowledge(1), ...sender.acknowledge(2), ...sender.acknowledge(3)];
    expect(again).toEqual([1, 2, 3, 4, 5]);
  });
});

import { describe, expect, it } from "vitest";
import type { TcpParameters } from "../../src/index.ts";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * A receiver may throw away what it has selectively acknowledged (RFC 2018 8: reneging), when it runs out of memory. Nothing of it is ever
 * dropped here before it is acknowledged cumulatively, so it only has to be found out that it is needed again.
 */

function flight(parameters: Partial<TcpParameters> = {}): Sender {
  const sender = new Sender({ parameters });
  sender.write(10);
  sender.wait(100);
  return sender;
}

it("an acknowledgment that stops in front of what it had before: that is lost", () => {
  const sender = flight();
  sender.lacking(0, 1, 6);
  sender.wait(100);
  // 0 has arrived, but 1 to 5 are gone.
  const sent = sender.acknowledge(1);
  expect(sent[0]).toBe(1);
  expect(sender.statistics("sackReneges")).toEqual([1]);
});

it("everything of it goes again, and the stream is complete", () => {
  const sender = flight();
  sender.lacking(0, 1, 6);
  sender.wait(100);
  const sent = sender.acknowledge(1);
  for (let next = 2; next <= 10; next++) {
    sender.wait(50);
    sent.push(...sender.acknowledge(next));
  }
  expect(new Set(sent)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
  expect(sender.info.inFlight).toBe(0);
});

it("its blocks are not believed until what was outstanding is acknowledged", () => {
  const sender = flight();
  sender.lacking(0, 1, 6);
  sender.wait(100);
  sender.acknowledge(1);
  // It claims 4 and 5 again: they go all the same.
  sender.wait(50);
  const sent = sender.acknowledge(2, [[4, 6]]);
  for (let next = 3; next <= 10; next++) {
    sender.wait(50);
    sent.push(...sender.acknowledge(next));
  }
  expect(sent).toContain(4);
  expect(sent).toContain(5);
  // A new flight: believed again.
  expect(sender.write(5)).toEqual([10, 11, 12, 13, 14]);
  sender.wait(100);
  expect(sender.lacking(10, 11, 15).flat()).toEqual([10]);
  sender.wait(100);
  expect(sender.acknowledge(15)).toEqual([]);
});

describe("the retransmission timer", () => {
  it("at its first expiry what is selectively acknowledged stays so (RFC 6675 5.1)", () => {
    const sender = flight();
    sender.lacking(0, 1, 6);
    sender.wait(10_000);
    const before = sender.info.octetsRetransmitted;
    expect(before).toBeGreaterThan(SIZE);
    sender.acknowledge(6);
    expect(sender.statistics("timeouts")[0]).toBeGreaterThan(1);
  });

  it("at its second in a row it does not: the peer may have lost its memory (RFC 2018 8)", () => {
    const sender = flight({ tailLossProbe: false });
    sender.lacking(0, 1, 10);
    expect(sender.statistics("sackReneges")).toEqual([0]);
    sender.wait(300);
    expect(sender.statistics("timeouts", "sackReneges")).toEqual([1, 0]);
    sender.wait(600);
    expect(sender.statistics("timeouts", "sackReneges")).toEqual([2, 1]);
    sender.wait(100);
    // 0 arrives at last, and nothing else is there any more.
    let sent = sender.acknowledge(1);
    for (let next = 2; next <= 10; next++) {
      sender.wait(50);
      sent = [...sent, ...sender.acknowledge(next)];
    }
    expect(new Set(sent)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });
});

import { describe, expect, it } from "vitest";
import { consume } from "../../src/calls.ts";
import type { ControlBlock } from "../../src/control-block.ts";
import { TcpState } from "../../src/state.ts";
import { Urgent, urgentOctets } from "../../src/urgent.ts";

/** What urgent data and reading need of a connection, with a mark 5 octets into 10 that can be read. */
function marked(): ControlBlock {
  const receiveRing = {
    readable: 10,
    consume(octets: number): void {
      this.readable -= octets;
    },
  };
  const block = {
    state: TcpState.Closed,
    urgent: new Urgent(),
    receiveNext: 10,
    endOfText: false,
    acknowledgeDeadline: Number.POSITIVE_INFINITY,
    receiveRing,
    receiveTuning: { read: (): void => {} },
    ranges: { count: 0 },
    network: { family: 4 },
    route: { mtu: 1500 },
  } as unknown as ControlBlock;
  block.urgent.receiveMark = 5;
  block.urgent.isReceiving = true;
  return block;
}

describe("a mark that the application never asks for", () => {
  it("is forgotten when it is read past, and is not ahead again 2^31 octets later", () => {
    const block = marked();
    consume(block, 10, 0);
    block.receiveNext = (block.receiveNext + 2 ** 31) | 0;
    expect(urgentOctets(block)).toBe(0);
  });

  it("is kept while it is ahead", () => {
    const block = marked();
    consume(block, 2, 0);
    expect(urgentOctets(block)).toBe(3);
  });
});

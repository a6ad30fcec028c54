import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { borrowDebug, fromHex, lend, Packet, POISON, reclaim, setBorrowDebug, viewOf } from "../src/index.ts";

/** Two octets of headroom, two of header, two of payload and a tail of two. */
function packetToSend(): Packet {
  const packet = new Packet(fromHex("00 00 11 12 21 22"));
  packet.reset(2, 6);
  packet.payload = 4;
  packet.tails = 1;
  const ring = fromHex("31 32 33 34");
  packet.tail[0].aim(ring, viewOf(ring), 1, 3);
  return packet;
}

describe("a loan in debug mode", () => {
  it("is on in every test of this repository", () => {
    expect(borrowDebug()).toBe(true);
  });

  it("is of a private copy that looks the same", () => {
    const packet = packetToSend();
    packet.network = 3;
    packet.checksumStart = 2;
    packet.checksumField = 3;
    packet.segmentSize = 7;
    const lent = lend(packet);
    expect(lent).not.toBe(packet);
    expect(lent.bytes).not.toBe(packet.bytes);
    const { start, end, network, transport, payload, checksumStart, checksumField, segmentSize, tails } =
      packet;
    const fields = {
      start,
      end,
      network,
      transport,
      payload,
      checksumStart,
      checksumField,
      segmentSize,
      tails,
    };
    expect(lent).toMatchObject(fields);
    expect(lent.toBytes()).toEqual(packet.toBytes());
    reclaim(lent, packet, "down");
  });

  it("lets a borrower write headroom and headers, and leaves the lender's octets alone", () => {
    const packet = packetToSend();
    const lent = lend(packet);
    lent.bytes.fill(0xee, 0, 4);
    lent.checksumStart = -1;
    reclaim(lent, packet, "down");
    expect(packet.bytes).toEqual(fromHex("00 00 11 12 21 22"));
  });

  it("ends in poison: octets and views that were kept are rubbish", () => {
    const packet = packetToSend();
    const lent = lend(packet);
    const kept = lent.bytes.subarray(4, 6);
    const keptTail = lent.tail[0].bytes;
    reclaim(lent, packet, "down");
    expect([...kept, ...keptTail]).toEqual(new Array(4).fill(POISON));
    expect(packet.toBytes()).toEqual(fromHex("11 12 21 22 32 33"));
  });

  it.each([
    ["start was 2 and came back as 0", (lent: Packet) => (lent.start = 0)],
    ["end was 6 and came back as 5", (lent: Packet) => (lent.end = 5)],
    ["payload octet 1 was written", (lent: Packet) => (lent.bytes[5] = 0)],
    ["octet 0 of tail 0 was written", (lent: Packet) => (lent.tail[0].bytes[0] = 0)],
  ])("going down ends in an error when %s", (fault, borrow) => {
    const packet = packetToSend();
    const lent = lend(packet);
    borrow(lent);
    const kept = lent.bytes;
    expect(() => reclaim(lent, packet, "down")).toThrow(`borrow rule broken: ${fault}`);
    expect(kept.every((octet) => octet === POISON)).toBe(true);
  });

  it("going up may move start past headers", () => {
    const packet = packetToSend();
    packet.tails = 0;
    const lent = lend(packet);
    lent.start = 6;
    lent.payload = 6;
    expect(() => reclaim(lent, packet, "up")).not.toThrow();
    expect(packet.start).toBe(2);
  });
});

describe("a loan without debug mode", () => {
  beforeEach(() => setBorrowDebug(false));
  afterEach(() => setBorrowDebug(true));

  it("is of the packet itself, and costs nothing", () => {
    const packet = packetToSend();
    const lent = lend(packet);
    expect(lent).toBe(packet);
    reclaim(lent, packet, "down");
    expect(packet.bytes).toEqual(fromHex("00 00 11 12 21 22"));
  });
});

import { describe, expect, it } from "vitest";
import { Delivery } from "../../src/loss/delivery.ts";
import { LARGEST_TABLE, RecordTables } from "../../src/loss/record-table.ts";
import { SentRecords } from "../../src/loss/sent-records.ts";
import { Sender, SIZE } from "../support/sender.ts";

/**
 * Acknowledgments that are made to hurt: SACK bombs (CVE-2019-11477 to 11479), and SegmentSmack's idea turned round. What they cost is counted
 * in records looked at and places moved, so that the tests say the same on every machine.
 */

/** So many segments of 48 octets in flight (the smallest MSS), each in a record of its own. */
function inFlight(segments: number): SentRecords {
  const records = new SentRecords(new RecordTables(), 1024);
  for (let i = 0; i < segments; i++) records.push(48 * i, 48 * (i + 1), 48, i);
  return records;
}

const cost = (records: SentRecords): number => records.visits + records.ring.moves;

describe("10 000 segments in flight", () => {
  const delivery = new Delivery();
  delivery.begin(0, 0, { minimum: 0 }, 20_000);

  it("are records that fit into the table, however many there are", () => {
    expect(inFlight(10_000).count).toBeLessThanOrEqual(LARGEST_TABLE);
    expect(inFlight(100_000).count).toBeLessThanOrEqual(LARGEST_TABLE);
  });

  it("a block that tells nothing new costs one look, however long it is", () => {
    const records = inFlight(10_000);
    records.sack(48, 48 * 10_000, delivery);
    const before = cost(records);
    for (let i = 0; i < 1000; i++) records.sack(48 * (1 + i), 48 * (10_000 - i), delivery);
    expect(cost(records) - before).toBe(1000);
  });

  it("acknowledged one by one behind a hole: a few steps each", () => {
    const records = inFlight(10_000);
    const before = cost(records);
    for (let i = 1; i < 10_000; i++) records.sack(48, 48 * (i + 1), delivery);
    expect(cost(records) - before).toBeLessThan(6 * 10_000);
    records.acknowledge(48 * 10_000, delivery);
    expect(records.count).toBe(0);
  });

  it.each([
    ["from the front", (i: number): number => 2 * i],
    ["from the back", (i: number): number => 3998 - 2 * i],
    ["in no order", (i: number): number => (i * 1597) % 4000],
  ])("every second one acknowledged %s: at most 1024 islands", (_, place) => {
    const records = inFlight(4000);
    const { visits } = records;
    const { moves } = records.ring;
    for (let i = 0; i < 2000; i++) records.sack(48 * place(i), 48 * (place(i) + 1), delivery);
    expect(records.ranges).toBeLessThanOrEqual(1024);
    expect(records.visits - visits).toBeLessThan(4 * 2000);
    // Joining two islands moves the shorter side by one place of four octets: a kilobyte at a time.
    expect(records.ring.moves - moves).toBeLessThan(2000 * 256);
  });

  it("islands in a large segment: as many records as islands, and no more than the limit", () => {
    const records = new SentRecords(new RecordTables(), 1024);
    records.push(0, 48 * 20_000, 48, 1);
    const before = cost(records);
    for (let i = 0; i < 10_000; i++) records.sack(48 * (2 * i), 48 * (2 * i + 1), delivery);
    expect(records.ranges).toBe(1024);
    expect(records.count).toBeLessThanOrEqual(2 * 1024 + 1);
    // Cutting moves the shorter side: two places for each cut here, at the end.
    expect(cost(records) - before).toBeLessThan(10_000 * 4);
  });

  it("single octets of segments make no islands at all", () => {
    const records = inFlight(1000);
    for (let octet = 0; octet < 48_000; octet += 2) records.sack(octet, octet + 1, delivery);
    expect([records.ranges, records.sacked]).toEqual([0, 0]);
  });

  it("a timeout loses all, repeats all, loses all: the lost are found by a heap", () => {
    const records = inFlight(4000);
    const before = cost(records);
    for (let round = 0; round < 3; round++) {
      for (let slot = records.sent.oldest; slot >= 0; slot = records.sent.oldest) records.lose(slot);
      for (let now = 0; records.missing > 0; now++) records.resentLost(records.lostRun(48), 48, now);
    }
    // The boundary between what was sent again and what was not moves through the middle: no record is made or moved for it.
    expect(cost(records) - before).toBeLessThan(3 * 4000 * 4);
  });
});

describe("a connection", () => {
  it("a peer that throws away what it had again and again is believed once per window", () => {
    const sender = new Sender();
    sender.write(60);
    sender.wait(100);
    for (let next = 0; next < 9; next++) {
      sender.acknowledge(next, [[next + 1, next + 2]]);
      sender.acknowledge(next + 1);
    }
    expect(sender.statistics("sackReneges")).toEqual([1]);
  });

  it("acknowledgments of what was not sent yet (optimistic ACKs, Savage 1999) are challenged and count for nothing", () => {
    const sender = new Sender();
    sender.write(100);
    const { congestionWindow } = sender.info;
    for (let ahead = 11; ahead < 31; ahead++) expect(sender.acknowledge(ahead)).toEqual([]);
    expect(sender.info.congestionWindow).toBe(congestionWindow);
  });

  it("one acknowledgment in a thousand parts (ACK division) opens the window like one", () => {
    const sender = new Sender();
    sender.write(100);
    sender.wait(100);
    const sent: number[] = [];
    for (let part = 1; part <= 1000; part++) sent.push(...sender.acknowledge(part / 1000));
    expect(sent).toEqual([10, 11]);
  });

  it("blocks for what did not arrive: the pipe is empty, but the peer's window is the limit", () => {
    const sender = new Sender();
    sender.peer.window = 160;
    sender.peer.send({ flags: "A", acknowledgment: 1 });
    sender.write(100);
    let next = 10;
    for (let i = 0; i < 100; i++)
      next = Math.max(next, ...sender.acknowledge(0, [[1, next]]).map((one) => one + 1));
    expect(sender.info.inFlight).toBeLessThanOrEqual(160 << 7);
  });

  it("ten thousand blocks of a flight of ten: one reduction, and the stream goes on", () => {
    const sender = new Sender();
    sender.write(60);
    sender.wait(100);
    let next = 10;
    for (let i = 0; i < 10_000; i++) {
      const sent = sender.acknowledge(0, [[1 + (i % 9), 2 + (i % 9)]]);
      next = Math.max(next, ...sent.map((segment) => segment + 1));
    }
    expect(sender.statistics("fastRetransmissions")).toEqual([1]);
    expect(sender.info.octetsRetransmitted).toBeLessThanOrEqual(10 * SIZE);
    sender.acknowledge(next);
    expect(sender.info.recovering).toBe(false);
  });
});

it("without SACK, duplicates and acknowledgments of single octets in turn do not make the window grow (RFC 3465 2.1)", () => {
  const sender = new Sender({ sack: false });
  sender.write(100);
  sender.wait(100);
  const { peer } = sender;
  for (let octet = 1; octet <= 50; octet++) {
    peer.send({ flags: "A", acknowledgment: 1 + octet });
    peer.send({ flags: "A", acknowledgment: 1 + octet });
  }
  expect(sender.info.congestionWindow).toBeLessThanOrEqual(10 * SIZE + 50);
});

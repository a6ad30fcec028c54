import { FakeIpLayer } from "@mnet/conformance";
import { describe, expect, it } from "vitest";
import { TimeWaitRecord, TimeWaitTable } from "../../src/timers/time-wait.ts";
import { Timestamps } from "../../src/timestamps/timestamps.ts";

const network = new FakeIpLayer();

function record(remotePort: number): TimeWaitRecord {
  const flow = { local: network.address, remote: network.peer, localPort: 80, remotePort };
  return new TimeWaitRecord(network, flow, 0, 0, 0, 0, new Timestamps(false, 0));
}

describe("the TIME-WAIT table", () => {
  it("lets records go in order when their time is over", () => {
    const gone: number[] = [];
    const table = new TimeWaitTable(60_000, 10, ({ remotePort }) => gone.push(remotePort));
    const records = [1, 2, 3].map(record);
    for (const [i, each] of records.entries()) table.add(each, 1000 * i);
    table.restart(records[0]!, 5000);
    expect(table.nextDeadline()).toBe(61_000);
    table.expire(60_999);
    expect(gone).toEqual([]);
    table.expire(62_000);
    expect(gone).toEqual([2, 3]);
    expect(records[1]!.expiresAt).toBe(-1);
    table.expire(65_000);
    expect(gone).toEqual([2, 3, 1]);
    expect([table.size, table.nextDeadline()]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it("is bounded: the one with the shortest time left makes room", () => {
    const evicted: number[] = [];
    const table = new TimeWaitTable(60_000, 2, ({ remotePort }, was) => was && evicted.push(remotePort));
    for (const port of [1, 2, 3, 4]) table.add(record(port), port);
    expect([table.size, evicted]).toEqual([2, [1, 2]]);
  });

  it("forgets any one, first, middle or last", () => {
    const table = new TimeWaitTable(60_000, 10, () => {});
    const records = [1, 2, 3].map(record);
    for (const each of records) table.add(each, 0);
    table.remove(records[1]!);
    table.remove(records[2]!);
    table.remove(records[0]!);
    expect([table.size, table.nextDeadline()]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});

import { describe, expect, it } from "vitest";
import { IpAddress, PathMtuTable } from "../src/index.ts";

const a = IpAddress.parse("2001:db8::a");
const b = IpAddress.parse("192.0.2.1");
const c = IpAddress.parse("2001:db8::c");

describe("learned path MTUs", () => {
  it("are those of one destination, never over the link's, and end", () => {
    const table = new PathMtuTable({ pathMtuEntries: 8, pathMtuTimeout: 600_000 });
    table.lower(a, 1400, 0);
    table.lower(b, 1300, 1000);
    expect([table.mtuOf(a, 1500), table.mtuOf(a, 1280), table.mtuOf(c, 1500)]).toEqual([1400, 1280, 1500]);
    expect(table.nextDeadline()).toBe(600_000);
    expect(table.expire(599_999)).toBe(false);
    expect(table.expire(600_000)).toBe(true);
    expect([table.mtuOf(a, 1500), table.mtuOf(b, 1500), table.size]).toEqual([1500, 1300, 1]);
    expect(table.nextDeadline()).toBe(601_000);
  });

  it("live anew when they are lowered again", () => {
    const table = new PathMtuTable({ pathMtuEntries: 8, pathMtuTimeout: 1000 });
    table.lower(a, 1400, 0);
    table.lower(b, 1400, 1);
    table.lower(a, 1300, 500);
    expect(table.nextDeadline()).toBe(1001);
    table.expire(1499);
    expect([table.mtuOf(a, 1500), table.mtuOf(b, 1500)]).toEqual([1300, 1500]);
    expect(table.expire(1500)).toBe(true);
    expect(table.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("are bounded: the one learned longest ago goes", () => {
    const table = new PathMtuTable({ pathMtuEntries: 2, pathMtuTimeout: 1000 });
    table.lower(a, 1400, 0);
    table.lower(b, 1400, 1);
    table.lower(a, 1350, 2);
    table.lower(c, 1400, 3);
    expect([a, b, c].map((to) => table.mtuOf(to, 1500))).toEqual([1350, 1500, 1400]);
    expect(table.size).toBe(2);
  });
});

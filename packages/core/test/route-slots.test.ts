import { describe, expect, it } from "vitest";
import { type AskedRoute, IpAddress, IpPrefix, RouteSlots, RouteTable } from "../src/index.ts";

const a = IpAddress.parse("2001:db8::a");
const b = IpAddress.parse("2001:db8::b");
const v4 = IpAddress.parse("192.0.2.1");

function route(destination: IpAddress, asked: IpAddress | null, epoch: number): AskedRoute {
  return { destination, asked, epoch } as AskedRoute;
}

describe("route slots", () => {
  it("give a decision back for the same question in the same epoch", () => {
    const slots = new RouteSlots<AskedRoute>(64);
    const made = [route(a, null, 1), route(a, b, 1), route(v4, null, 1)];
    for (const one of made) slots.put(one);
    expect([slots.get(a, null, 1), slots.get(a, b, 1), slots.get(v4, null, 1)]).toEqual(made);
    expect([slots.get(a, null, 2), slots.get(a, v4, 1), slots.get(b, null, 1)]).toEqual([null, null, null]);
  });

  it("tell addresses apart by every word, though they share a slot", () => {
    const slots = new RouteSlots<AskedRoute>(1);
    slots.put(route(a, null, 1));
    for (const text of ["2001:db8::1:a", "2001:db8:0:1::a", "2001:db9::a"]) {
      expect(slots.get(IpAddress.parse(text), null, 1)).toBe(null);
    }
    slots.put(route(b, null, 1));
    expect(slots.get(a, null, 1)).toBe(null);
  });

  it.each([0, 3, 1000, 1.5])("cannot be %d", (count) => {
    expect(() => new RouteSlots(count)).toThrow(/routeCacheSlots must be a power of two/);
  });
});

describe("a routing table", () => {
  const entry = (text: string, gateway: IpAddress | null, metric = 0) =>
    ({ destination: IpPrefix.parse(text), gateway, source: null, metric, origin: "static" }) as const;

  it("prefers the longest prefix, then the smaller metric, then what was there first", () => {
    const table = new RouteTable();
    table.add(entry("::/0", a, 5));
    table.add(entry("2001:db8::/32", b, 2));
    table.add(entry("2001:db8::/32", a, 1));
    table.add(entry("::/0", b, 5));
    expect(table.lookup(a)?.gateway).toBe(a);
    expect(table.lookup(IpAddress.parse("3fff::1"))?.gateway).toBe(a);
    expect(table.lookup(v4)).toBe(null);
    table.add(entry("::/0", b, 1));
    expect(table.lookup(IpAddress.parse("3fff::1"))?.gateway).toBe(b);
    expect(table.list().length).toBe(4);
  });

  it("knows who is on the link, and goes back to what it was", () => {
    const table = new RouteTable();
    const before = table.list();
    table.add(entry("2001:db8::/64", null));
    expect([table.isOnLink(a), table.isOnLink(v4)]).toEqual([true, false]);
    table.restore(before);
    expect(table.isOnLink(a)).toBe(false);
  });
});

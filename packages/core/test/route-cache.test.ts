import { describe, expect, it } from "vitest";
import { IpAddress, type IpLayer, type Route, RouteCache } from "../src/index.ts";

/** As much of an IP layer as the cache looks at; it counts how often it is asked. */
class Routes {
  epoch = 1;
  reachable = true;
  asked: string[] = [];

  route(to: IpAddress, from?: IpAddress): Route | null {
    this.asked.push(from === undefined ? `${to}` : `${to} from ${from}`);
    if (!this.reachable) return null;
    const source = from ?? IpAddress.parse("10.0.0.1");
    return { source, destination: to, epoch: this.epoch } as Route;
  }
}

const a = IpAddress.parse("10.0.0.2");
const b = IpAddress.parse("10.0.0.3");

function setUp(): { routes: Routes; find: (to: IpAddress, from?: IpAddress) => Route | null } {
  const routes = new Routes();
  const cache = new RouteCache();
  return { routes, find: (to, from) => cache.find(routes as unknown as IpLayer, to, from ?? null) };
}

describe("RouteCache", () => {
  it("asks once for the same destination", () => {
    const { routes, find } = setUp();
    const first = find(a);
    expect(find(IpAddress.parse("10.0.0.2"))).toBe(first);
    expect(routes.asked).toEqual(["10.0.0.2"]);
  });

  it("asks again for another destination, and when the epoch changed", () => {
    const { routes, find } = setUp();
    find(a);
    find(b);
    find(b);
    routes.epoch = 2;
    expect(find(b)!.epoch).toBe(2);
    expect(routes.asked).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.3"]);
  });

  it("tells a source that was required from one that was chosen", () => {
    const { routes, find } = setUp();
    const ours = IpAddress.parse("10.0.0.1");
    find(a);
    find(a, ours);
    find(a, ours);
    find(a, IpAddress.parse("10.0.0.9"));
    find(a);
    expect(routes.asked).toEqual([
      "10.0.0.2",
      "10.0.0.2 from 10.0.0.1",
      "10.0.0.2 from 10.0.0.9",
      "10.0.0.2",
    ]);
  });

  it("never remembers that there is no route", () => {
    const { routes, find } = setUp();
    routes.reachable = false;
    expect(find(a)).toBe(null);
    routes.reachable = true;
    expect(find(a)).not.toBe(null);
  });
});

import { type AddressChange, IpAddress } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ip, net, OURS, TestHost } from "./support.ts";

/** RFC 1122 3.3.1; behaviour.md V1-V3. */
describe("a route", () => {
  const via = (host: TestHost, to: string, from?: string): string | null => {
    const route = host.layer.route(ip(to), from === undefined ? undefined : ip(from));
    return route === null ? null : `${route.source} > ${route.nextHop}`;
  };

  it("to a neighbour leads to the neighbour itself", () => {
    const host = new TestHost();
    expect(host.route("10.0.0.77")).toMatchObject({
      mtu: 1500,
      headroom: 34,
      loopback: false,
      cast: "unicast",
      interfaceIndex: 1,
      epoch: host.layer.epoch,
    });
    expect(via(host, "10.0.0.77")).toBe("10.0.0.2 > 10.0.0.77");
    expect(host.route("10.0.0.77").capabilities).toBe(host.link.capabilities);
  });

  it("to anybody else does not exist until there is a gateway", () => {
    const host = new TestHost();
    expect(via(host, "8.8.8.8")).toBeNull();
    host.layer.setGateway(ip("10.0.0.1"));
    expect(via(host, "8.8.8.8")).toBe("10.0.0.2 > 10.0.0.1");
    host.layer.setGateway(ip("10.0.0.254"));
    expect(via(host, "8.8.8.8")).toBe("10.0.0.2 > 10.0.0.254");
    expect(host.layer.routes().filter(({ destination }) => destination.length === 0).length).toBe(1);
    host.layer.setGateway(null);
    expect(via(host, "8.8.8.8")).toBeNull();
  });

  it("needs an address of ours", () => {
    const host = new TestHost({ addresses: [] });
    for (const to of ["10.0.0.9", "255.255.255.255", "224.0.0.1"]) expect(via(host, to)).toBeNull();
  });

  it.each(["0.0.0.0", "0.1.2.3", "::1", "fe80::1"])("to %s does not exist", (to) => {
    const host = new TestHost({ gateway: "10.0.0.1" });
    expect(via(host, to)).toBeNull();
  });

  it("is the longest prefix, then the smallest metric, then the oldest", () => {
    const host = new TestHost({ gateway: "10.0.0.1" });
    const add = (destination: string, gateway: string, metric?: number): void =>
      host.layer.addRoute({
        destination: net(destination),
        gateway: ip(gateway),
        ...(metric === undefined ? {} : { metric }),
      });
    add("192.0.2.0/24", "10.0.0.11", 5);
    add("192.0.2.0/24", "10.0.0.12", 3);
    add("192.0.2.0/24", "10.0.0.13", 3);
    add("192.0.2.128/25", "10.0.0.14", 9);
    add("192.0.2.200/32", "10.0.0.15");
    expect(via(host, "192.0.2.1")).toBe("10.0.0.2 > 10.0.0.12");
    expect(via(host, "192.0.2.129")).toBe("10.0.0.2 > 10.0.0.14");
    expect(via(host, "192.0.2.200")).toBe("10.0.0.2 > 10.0.0.15");
    expect(via(host, "192.0.3.1")).toBe("10.0.0.2 > 10.0.0.1");
    host.layer.removeRoute(net("192.0.2.0/24"), ip("10.0.0.12"));
    expect(via(host, "192.0.2.1")).toBe("10.0.0.2 > 10.0.0.13");
    host.layer.removeRoute(net("192.0.2.77/24"));
    expect(via(host, "192.0.2.1")).toBe("10.0.0.2 > 10.0.0.1");
  });

  it("may lead to neighbours without an address in their network, and so to a gateway outside of ours", () => {
    const host = new TestHost({ addresses: ["203.0.113.7/32"] });
    expect(via(host, "198.51.100.1")).toBeNull();
    expect(() => host.layer.setGateway(ip("198.51.100.1"))).toThrow("198.51.100.1 is not on the link");
    host.layer.addRoute({ destination: net("198.51.100.1/32") });
    host.layer.setGateway(ip("198.51.100.1"));
    expect(via(host, "198.51.100.1")).toBe("203.0.113.7 > 198.51.100.1");
    expect(via(host, "8.8.8.8")).toBe("203.0.113.7 > 198.51.100.1");
    host.layer.removeRoute(net("198.51.100.1/32"));
    expect(host.layer.routes()).toEqual([]);
  });

  it("in a /31 has two ends and no broadcast", () => {
    const host = new TestHost({ addresses: ["198.51.100.4/31"] });
    expect(host.route("198.51.100.5").cast).toBe("unicast");
    const other = new TestHost({ addresses: ["198.51.100.5/31"] });
    expect(via(other, "198.51.100.4")).toBe("198.51.100.5 > 198.51.100.4");
  });

  it("can be asked for again and again: the answer is kept until something changes", () => {
    const host = new TestHost();
    const route = host.route("10.0.0.77");
    expect(host.route("10.0.0.77")).toBe(route);
    expect(host.route("10.0.0.77", OURS)).toBe(host.route("10.0.0.77", OURS));
    host.layer.addRoute({ destination: net("192.0.2.0/24") });
    expect(host.route("10.0.0.77")).not.toBe(route);
  });

  it("is right for more destinations than the cache has slots", () => {
    const host = new TestHost({ gateway: "10.0.0.1", parameters: { routeCacheSlots: 4 } });
    for (let round = 0; round < 2; round++) {
      for (let index = 3; index < 250; index++) {
        expect(via(host, `10.0.0.${index}`)).toBe(`10.0.0.2 > 10.0.0.${index}`);
        expect(via(host, `192.0.2.${index}`)).toBe("10.0.0.2 > 10.0.0.1");
      }
    }
  });

  const casts: [string, string, string, string][] = [
    ["255.255.255.255", "broadcast", "ff:ff:ff:ff:ff:ff", "10.0.0.2"],
    ["10.0.0.255", "broadcast", "ff:ff:ff:ff:ff:ff", "10.0.0.2"],
    ["192.0.2.7", "broadcast", "ff:ff:ff:ff:ff:ff", "192.0.2.5"],
    ["224.0.0.251", "multicast", "01:00:5e:00:00:fb", "10.0.0.2"],
    ["239.255.1.2", "multicast", "01:00:5e:7f:01:02", "10.0.0.2"],
  ];
  it.each(casts)("to %s is a %s to %s", (to, cast, mac, source) => {
    const host = new TestHost({ addresses: ["10.0.0.2/24", "192.0.2.5/30"], everybody: null });
    const route = host.route(to);
    expect(route).toMatchObject({ cast, mtu: 1500, loopback: false });
    expect(route.source.toString()).toBe(source);
    host.send(new Uint8Array(8), route);
    expect(host.link.take()[0]!.to).toBe(mac);
  });

  describe("has as source", () => {
    const addresses = ["10.0.0.2/24", "192.0.2.5/30", "10.0.0.130/25"];
    it("the address whose network the next hop is in, the closest one", () => {
      const host = new TestHost({ addresses, gateway: "192.0.2.6" });
      expect(via(host, "10.0.0.9")).toBe("10.0.0.2 > 10.0.0.9");
      expect(via(host, "10.0.0.200")).toBe("10.0.0.130 > 10.0.0.200");
      expect(via(host, "8.8.8.8")).toBe("192.0.2.5 > 192.0.2.6");
    });

    it("what the caller asked for, if it is ours", () => {
      const host = new TestHost({ addresses });
      expect(via(host, "10.0.0.9", "192.0.2.5")).toBe("192.0.2.5 > 10.0.0.9");
      expect(via(host, "224.0.0.9", "192.0.2.5")).toBe("192.0.2.5 > 224.0.0.9");
      expect(via(host, "10.0.0.255", "192.0.2.5")).toBe("192.0.2.5 > 10.0.0.255");
      for (const from of ["10.0.0.3", "127.0.0.1", "0.0.0.0", "10.0.0.255", "::1"]) {
        expect(via(host, "10.0.0.9", from), from).toBeNull();
      }
    });

    it("what the route says", () => {
      const host = new TestHost({ addresses });
      host.layer.addRoute({
        destination: net("172.16.0.0/12"),
        gateway: ip("10.0.0.1"),
        source: ip("192.0.2.5"),
      });
      expect(via(host, "172.16.9.9")).toBe("192.0.2.5 > 10.0.0.1");
    });

    it("the first address where nothing else decides", () => {
      const host = new TestHost({ addresses });
      host.layer.addRoute({ destination: net("172.16.0.0/12") });
      expect(via(host, "172.16.9.9")).toBe("10.0.0.2 > 172.16.9.9");
    });
  });

  const wrong: [string, Parameters<TestHost["layer"]["addRoute"]>[0], string][] = [
    ["an IPv6 destination", { destination: net("fd00::/64") }, "destination fd00::/64"],
    [
      "a gateway that is no neighbour",
      { destination: net("192.0.2.0/24"), gateway: ip("10.0.1.1") },
      "gateway 10.0.1.1",
    ],
    ["ourselves as gateway", { destination: net("192.0.2.0/24"), gateway: ip(OURS) }, "gateway 10.0.0.2"],
    [
      "a broadcast as gateway",
      { destination: net("192.0.2.0/24"), gateway: ip("10.0.0.255") },
      "gateway 10.0.0.255",
    ],
    [
      "a group as gateway",
      { destination: net("192.0.2.0/24"), gateway: ip("224.0.0.1") },
      "gateway 224.0.0.1",
    ],
    ["nobody as gateway", { destination: net("192.0.2.0/24"), gateway: ip("0.0.0.0") }, "gateway 0.0.0.0"],
    [
      "loopback as gateway",
      { destination: net("192.0.2.0/24"), gateway: ip("127.0.0.1") },
      "gateway 127.0.0.1",
    ],
    ["an IPv6 gateway", { destination: net("192.0.2.0/24"), gateway: ip("fd00::1") }, "gateway fd00::1"],
    [
      "a source that is not ours",
      { destination: net("192.0.2.0/24"), source: ip("10.0.0.3") },
      "source 10.0.0.3",
    ],
    ["a negative metric", { destination: net("192.0.2.0/24"), metric: -1 }, "metric"],
  ];
  it.each(wrong)("cannot have %s", (_name, route, message) => {
    const host = new TestHost();
    const before = host.layer.routes();
    expect(() => host.layer.addRoute(route)).toThrow(RangeError);
    expect(() => host.layer.addRoute(route)).toThrow(message);
    expect(host.layer.routes()).toEqual(before);
  });

  it("stays when the gateway to replace it cannot be", () => {
    const host = new TestHost({ gateway: "10.0.0.1" });
    expect(() => host.layer.setGateway(ip("192.0.2.1"))).toThrow(RangeError);
    expect(via(host, "8.8.8.8")).toBe("10.0.0.2 > 10.0.0.1");
  });

  it("that is not there cannot be removed; that of an address neither", () => {
    const host = new TestHost();
    expect(() => host.layer.removeRoute(net("192.0.2.0/24"))).toThrow(RangeError);
    expect(() => host.layer.removeRoute(net("10.0.0.0/24"))).toThrow(RangeError);
  });
});

describe("addresses", () => {
  it("come and go with their networks, and whoever wants to know is told", () => {
    const host = new TestHost();
    const changes: string[] = [];
    host.layer.onAddressChange(({ kind, prefix }: AddressChange) => changes.push(`${kind} ${prefix}`));
    const before = host.layer.epoch;
    host.layer.addAddress(net("172.16.0.5/16"));
    expect(host.layer.epoch).toBeGreaterThan(before);
    expect(host.layer.addresses().map(String)).toEqual(["10.0.0.2/24", "172.16.0.5/16"]);
    expect(host.route("172.16.200.1").source.toString()).toBe("172.16.0.5");
    host.layer.removeAddress(ip("172.16.0.5"));
    expect(host.layer.route(ip("172.16.200.1"))).toBeNull();
    expect(changes).toEqual(["added 172.16.0.5/16", "removed 172.16.0.5/16"]);
  });

  it("take the routes along that need them", () => {
    const host = new TestHost({ addresses: ["10.0.0.2/24", "172.16.0.5/16"], gateway: "172.16.0.1" });
    host.layer.addRoute({
      destination: net("192.0.2.0/24"),
      gateway: ip("10.0.0.1"),
      source: ip("172.16.0.5"),
    });
    host.layer.addRoute({ destination: net("198.51.100.0/24"), gateway: ip("10.0.0.1") });
    host.layer.removeAddress(ip("172.16.0.5"));
    const left = host.layer
      .routes()
      .map(({ destination, gateway, origin }) => `${destination} ${gateway} ${origin}`);
    expect(left).toEqual(["10.0.0.0/24 null address", "198.51.100.0/24 10.0.0.1 static"]);
  });

  it("may share a network: it stays until the last one is gone", () => {
    const host = new TestHost({ addresses: ["10.0.0.2/24", "10.0.0.3/24"], gateway: "10.0.0.1" });
    host.layer.removeAddress(ip("10.0.0.2"));
    expect(host.route("8.8.8.8").source.toString()).toBe("10.0.0.3");
    host.layer.removeAddress(ip("10.0.0.3"));
    expect(host.layer.routes()).toEqual([]);
  });

  it("are local, as loopback and joined groups are", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip("239.0.0.5"), 0);
    for (const local of [OURS, "127.0.0.1", "127.9.9.9", "239.0.0.5", "224.0.0.1"]) {
      expect(host.layer.isLocal(ip(local)), local).toBe(true);
    }
    for (const foreign of ["10.0.0.3", "0.0.0.0", "10.0.0.255", "239.0.0.6", "::1", "7f00:1::"]) {
      expect(host.layer.isLocal(ip(foreign)), foreign).toBe(false);
    }
  });

  it.each([
    "0.0.0.0/8",
    "0.1.2.3/24",
    "127.0.0.1/8",
    "224.0.0.5/24",
    "255.255.255.255/32",
    "10.0.1.255/24",
    "10.0.1.0/24",
    "10.0.1.1/0",
    "10.0.0.2/16",
    "fd00::1/64",
  ])("cannot be %s", (prefix) => {
    const host = new TestHost();
    expect(() => host.layer.addAddress(net(prefix))).toThrow(RangeError);
    expect(host.layer.addresses().map(String)).toEqual(["10.0.0.2/24"]);
  });

  it("that are not ours cannot be removed", () => {
    expect(() => new TestHost().layer.removeAddress(ip("10.0.0.3"))).toThrow(RangeError);
    expect(() => new TestHost().layer.removeAddress(IpAddress.anyV6)).toThrow(RangeError);
  });
});

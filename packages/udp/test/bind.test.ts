import { FakeIpLayer } from "@mnet/conformance";
import { formatEndpoint, IpAddress, SeededRandom } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { type BindOptions, UdpLayer } from "../src/index.ts";
import { codeOf, UdpHarness } from "./harness.ts";

const a = IpAddress.parse("10.0.0.1");
const b = IpAddress.parse("10.0.0.5");
const any = IpAddress.anyV4;

describe("binding a port that is taken", () => {
  it.each<[string, BindOptions, BindOptions, string]>([
    ["all addresses twice", {}, {}, "EADDRINUSE"],
    ["one address twice", { address: a }, { address: a }, "EADDRINUSE"],
    ["two addresses", { address: a }, { address: b }, "nothing"],
    ["all addresses, then one", {}, { address: a }, "EADDRINUSE"],
    ["one address, then all", { address: a }, {}, "EADDRINUSE"],
    ["0.0.0.0 is all addresses", { address: any }, { address: a }, "EADDRINUSE"],
    ["loopback and ours", { address: IpAddress.loopbackV4 }, { address: a }, "nothing"],
    ["both with reuse", { reuse: true }, { reuse: true }, "nothing"],
    ["only the second with reuse", {}, { reuse: true }, "EADDRINUSE"],
    ["only the first with reuse", { reuse: true }, {}, "EADDRINUSE"],
  ])("%s", (_, first, second, expected) => {
    const stack = new UdpHarness({ addresses: ["10.0.0.1/24", "10.0.0.5/24"] });
    stack.bind({ ...first, port: 53 });
    expect(codeOf(() => stack.bind({ ...second, port: 53 }))).toBe(expected);
    expect(codeOf(() => stack.bind({ ...second, port: 54 }))).toBe("nothing");
  });

  it("works again once it is closed", () => {
    const stack = new UdpHarness();
    const { port } = stack.bind({ port: 53 });
    port.close();
    port.close();
    expect(codeOf(() => stack.bind({ port: 53 }))).toBe("nothing");
  });

  it("names the port", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 53 });
    expect(() => stack.bind({ port: 53, address: a })).toThrow(
      "bind EADDRINUSE 10.0.0.1:53: address already in use",
    );
  });

  it("does not matter across families, except to a port of both", () => {
    const networks = [new FakeIpLayer(), new FakeIpLayer({ family: 6 })];
    const udp = new UdpLayer({ networks, random: new SeededRandom(1) });
    const events = { readable() {}, failed() {} };
    udp.bind({ port: 53, family: 4 }, events);
    const six = udp.bind({ port: 53, family: 6 }, events);
    expect(codeOf(() => udp.bind({ port: 53 }, events))).toBe("EADDRINUSE");
    six.close();
    expect(codeOf(() => udp.bind({ port: 53 }, events))).toBe("EADDRINUSE");
  });
});

describe("the address", () => {
  it.each([
    ["10.0.0.1", "nothing"],
    ["127.0.0.1", "nothing"],
    ["127.7.7.7", "nothing"],
    ["0.0.0.0", "nothing"],
    ["239.1.2.3", "nothing"],
    ["10.0.0.255", "nothing"],
    ["255.255.255.255", "nothing"],
    ["10.0.0.9", "EADDRNOTAVAIL"],
    ["192.0.2.1", "EADDRNOTAVAIL"],
    ["fd00::1", "EAFNOSUPPORT"],
  ])("%s: %s", (address, expected) => {
    const stack = new UdpHarness();
    expect(codeOf(() => stack.bind({ port: 53, address: IpAddress.parse(address) }))).toBe(expected);
  });

  it("has to fit the family, and the stack has to have the family", () => {
    const stack = new UdpHarness();
    expect(codeOf(() => stack.bind({ address: a, family: 6 }))).toBe("EAFNOSUPPORT");
    expect(codeOf(() => stack.bind({ family: 6 }))).toBe("EAFNOSUPPORT");
  });

  it("shows in `local`", () => {
    const stack = new UdpHarness();
    expect(formatEndpoint(stack.bind({ port: 53 }).port.local)).toBe("0.0.0.0:53");
    expect(formatEndpoint(stack.bind({ port: 54, address: a }).port.local)).toBe("10.0.0.1:54");
    const six = new UdpHarness({ family: 6 });
    expect(formatEndpoint(six.bind({ port: 53 }).port.local)).toBe("[::]:53");
  });
});

describe("wrong arguments", () => {
  it.each([{ port: -1 }, { port: 65536 }, { port: 1.5 }, { port: Number.NaN }, { receiveBuffer: 0 }])(
    "%o",
    (options) => {
      expect(codeOf(() => new UdpHarness().bind(options))).toBe("RangeError");
    },
  );
});

describe("ephemeral ports (RFC 6056)", () => {
  const range = (first: number, last: number): object => ({
    firstEphemeralPort: first,
    lastEphemeralPort: last,
  });

  it("are in 32768..60999, spread over all of it, and no two alike", () => {
    const stack = new UdpHarness();
    const chosen = Array.from({ length: 1000 }, () => stack.bind().port.local.port);
    expect(new Set(chosen).size).toBe(1000);
    expect(Math.min(...chosen)).toBeGreaterThanOrEqual(32768);
    expect(Math.max(...chosen)).toBeLessThanOrEqual(60999);
    // Sixteen equal parts of the range: each has its 62 or so.
    const parts = new Array<number>(16).fill(0);
    for (const port of chosen) parts[Math.floor(((port - 32768) * 16) / 28232)]!++;
    for (const count of parts) expect(count).toBeGreaterThan(30);
  });

  it("do not follow from one another", () => {
    const stack = new UdpHarness();
    const chosen = Array.from({ length: 200 }, () => stack.bind().port.local.port);
    const steps = new Set(chosen.slice(1).map((port, index) => port - chosen[index]!));
    expect(steps.size).toBeGreaterThan(190);
  });

  it("depend on the randomness alone", () => {
    const first = (seed: number): number => new UdpHarness({ seed }).bind().port.local.port;
    expect(first(1)).toBe(first(1));
    expect(first(1)).not.toBe(first(2));
  });

  it("are found down to the last one, and then there is none", () => {
    const stack = new UdpHarness({ parameters: range(40000, 40099) });
    const chosen = new Set(Array.from({ length: 100 }, () => stack.bind().port.local.port));
    expect(chosen.size).toBe(100);
    expect(codeOf(() => stack.bind())).toBe("EADDRINUSE");
  });

  it("are not shared, even by those who would", () => {
    const stack = new UdpHarness({ parameters: range(40000, 40001) });
    stack.bind({ reuse: true });
    stack.bind({ reuse: true });
    expect(codeOf(() => stack.bind({ reuse: true }))).toBe("EADDRINUSE");
  });
});

it("bound to every address of both families reads `::`, of IPv4 alone 0.0.0.0", () => {
  const networks = [new FakeIpLayer(), new FakeIpLayer({ family: 6 })];
  const layer = new UdpLayer({ networks, random: new SeededRandom(1) });
  const events = { readable: () => {}, failed: () => {} };
  const local = (options: BindOptions): string => String(layer.bind(options, events).local.address);
  expect(local({})).toBe("::");
  expect(local({ family: 6 })).toBe("::");
  expect(local({ family: 4 })).toBe("0.0.0.0");
  expect(local({ address: IpAddress.anyV4 })).toBe("0.0.0.0");
});

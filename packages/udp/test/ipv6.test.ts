import { FakeIpLayer, parseUdp, udpDatagram } from "@mnet/conformance";
import {
  formatEndpoint,
  IcmpErrorKind,
  IpAddress,
  IpProtocol,
  RxChecksum,
  SeededRandom,
  Verdict,
} from "@mnet/core";
import { describe, expect, it } from "vitest";
import { type BindOptions, UdpLayer, type UdpPort } from "../src/index.ts";
import { at, BoundPort, codeOf, pattern, UdpHarness } from "./harness.ts";

const { Udp } = IpProtocol;
const group6 = IpAddress.parse("ff02::fb");
const group4 = IpAddress.parse("224.0.0.251");

/** A UDP layer over both families: 10.0.0.1/24, fd00::1/64 and fe80::1/64. */
class DualHarness {
  readonly v4: FakeIpLayer = new FakeIpLayer();
  readonly v6: FakeIpLayer = new FakeIpLayer({ family: 6, addresses: ["fd00::1/64", "fe80::1/64"] });
  readonly udp: UdpLayer;

  constructor(seed = 3) {
    this.udp = new UdpLayer({ networks: [this.v4, this.v6], random: new SeededRandom(seed) });
  }

  bind(options: BindOptions = {}): BoundPort {
    return new BoundPort(this.udp, options);
  }

  /** A datagram to port 9 arrives in the family of `source`. */
  arrive(text: string, source: string, destination: string): Verdict {
    const network = source.includes(":") ? this.v6 : this.v4;
    const fields = { source, destination, sourcePort: 4000, destinationPort: 9 };
    const data = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return network.deliver(Udp, udpDatagram(fields, data), { source, destination }, 0);
  }
}

describe("a port of both families", () => {
  it("receives from both, and each sender is named in its own", () => {
    const stack = new DualHarness();
    const bound = stack.bind({ port: 9 });
    stack.arrive("four", "10.0.0.2", "10.0.0.1");
    stack.arrive("six", "fd00::2", "fd00::1");
    stack.arrive("link", "fe80::2", "fe80::1");
    const all = bound.receiveAll();
    expect(all.map(({ remote }) => formatEndpoint(remote))).toEqual([
      "10.0.0.2:4000",
      "[fd00::2]:4000",
      "[fe80::2]:4000",
    ]);
    expect(all.map(({ local }) => formatEndpoint(local))).toEqual([
      "10.0.0.1:9",
      "[fd00::1]:9",
      "[fe80::1]:9",
    ]);
  });

  it("answers each in its family, never in mapped addresses", () => {
    const stack = new DualHarness();
    const { port } = stack.bind({ port: 9 });
    // RFC 4291 2.5.5.2 says what the address means; the wire has the IPv4 address.
    for (const to of ["10.0.0.2:1", "[::ffff:10.0.0.3]:1", "[fd00::2]:1", "[fe80::2]:1"]) {
      port.send(pattern(5), at(to), 0);
    }
    expect(stack.v4.take().map(({ source, destination }) => [source, destination])).toEqual([
      ["10.0.0.1", "10.0.0.2"],
      ["10.0.0.1", "10.0.0.3"],
    ]);
    expect(stack.v6.take().map(({ source, destination }) => [source, destination])).toEqual([
      ["fd00::1", "fd00::2"],
      ["fe80::1", "fe80::2"],
    ]);
  });

  it("of one family takes nothing of the other, which then has no port", () => {
    const stack = new DualHarness();
    const four = stack.bind({ port: 9, family: 4 });
    expect(stack.arrive("six", "fd00::2", "fd00::1")).toBe(Verdict.PortUnreachable);
    const six = stack.bind({ port: 9, address: IpAddress.anyV6 });
    stack.arrive("six", "fd00::2", "fd00::1");
    stack.arrive("four", "10.0.0.2", "10.0.0.1");
    expect([four.texts(), six.texts()]).toEqual([["four"], ["six"]]);
    expect(codeOf(() => four.port.send(pattern(1), at("[fd00::2]:1"), 0))).toBe("EAFNOSUPPORT");
    expect(codeOf(() => six.port.send(pattern(1), at("10.0.0.2:1"), 0))).toBe("EAFNOSUPPORT");
    expect(codeOf(() => six.port.joinGroup(group4, 0))).toBe("EAFNOSUPPORT");
  });

  it("bound to an address receives what is sent to that address", () => {
    const stack = new DualHarness();
    const linkLocal = stack.bind({ port: 9, address: IpAddress.parse("fe80::1") });
    const global = stack.bind({ port: 9, address: IpAddress.parse("fd00::1") });
    stack.arrive("link", "fe80::2", "fe80::1");
    stack.arrive("global", "fe80::2", "fd00::1");
    expect([linkLocal.texts(), global.texts()]).toEqual([["link"], ["global"]]);
    expect(codeOf(() => stack.bind({ address: IpAddress.parse("fd00::99") }))).toBe("EADDRNOTAVAIL");
  });
});

describe("over IPv6", () => {
  it.each([0, 1, 1452, 1453, 65507, 65527])(
    "%i octets leave with a right checksum and arrive whole",
    (size) => {
      const stack = new UdpHarness({ family: 6 });
      const bound = stack.bind({ port: 9 });
      bound.port.send(pattern(size), at("[fd00::2]:53"), 0);
      const [sent] = stack.datagrams();
      expect(sent).toMatchObject({ sourcePort: 9, destinationPort: 53, checksumValid: true });
      expect(sent!.payload).toEqual(pattern(size));
      expect(stack.arrive(pattern(size))).toBe(Verdict.Handled);
      expect(bound.receiveAll()[0]!.data).toEqual(pattern(size));
    },
  );

  it("65528 octets are EMSGSIZE, as 65508 are over IPv4", () => {
    const stack = new DualHarness();
    const { port } = stack.bind();
    expect(codeOf(() => port.send(pattern(65528), at("[fd00::2]:53"), 0))).toBe("EMSGSIZE");
    expect(codeOf(() => port.send(pattern(65508), at("10.0.0.2:53"), 0))).toBe("EMSGSIZE");
  });

  it("a datagram without a checksum is dropped, whatever the device says of it (RFC 8200 8.1)", () => {
    const stack = new UdpHarness({ family: 6 });
    stack.bind({ port: 9 });
    for (const rxChecksum of [RxChecksum.Unknown, RxChecksum.Verified, RxChecksum.Trusted]) {
      expect(stack.arrive("x", { checksum: 0 }, { rxChecksum })).toBe(Verdict.BadChecksum);
    }
    expect(stack.arrive("x", { checksum: 1 }, { rxChecksum: RxChecksum.Verified })).toBe(Verdict.Handled);
    expect(stack.arrive("x", { checksum: 1 })).toBe(Verdict.BadChecksum);
  });

  it("a checksum that comes out as 0 is sent as 0xffff", () => {
    const stack = new UdpHarness({ family: 6 });
    const { port } = stack.bind({ port: 9 });
    port.send(new Uint8Array(2), at("[fd00::2]:53"), 0);
    const [plain] = stack.datagrams();
    // Data that takes the rest of the sum to all ones.
    const data = Uint8Array.of(plain!.checksum >>> 8, plain!.checksum);
    port.send(data, at("[fd00::2]:53"), 0);
    expect(stack.datagrams()[0]).toMatchObject({ checksum: 0xffff, checksumValid: true });
  });

  it("errors reach the connected port that they quote", () => {
    const stack = new DualHarness();
    const bound = stack.bind();
    bound.port.connect(at("[fd00::2]:53"));
    bound.port.send(pattern(4), null, 0);
    const quoted = stack.v6.take()[0]!.octets;
    const error = { kind: IcmpErrorKind.PortUnreachable, protocol: Udp, quoted };
    expect(stack.v6.deliverError({ ...error, destination: "fd00::3" }, 0)).toBe(false);
    expect(stack.v6.deliverError(error, 0)).toBe(true);
    expect(stack.v6.deliverError({ ...error, kind: IcmpErrorKind.PacketTooBig }, 0)).toBe(true);
    expect(bound.failures).toEqual(["ECONNREFUSED"]);
    expect(bound.port.takeError()).toBe("ECONNREFUSED");
  });

  it("a connection hears its peer alone, link-local ones too", () => {
    const stack = new DualHarness();
    const bound = stack.bind({ port: 9 });
    bound.port.connect({ address: IpAddress.parse("fe80::2"), port: 4000 });
    expect(bound.port.local.address.toString()).toBe("fe80::1");
    expect(stack.arrive("peer", "fe80::2", "fe80::1")).toBe(Verdict.Handled);
    expect(stack.arrive("other", "fe80::3", "fe80::1")).toBe(Verdict.PortUnreachable);
    expect(stack.arrive("four", "10.0.0.2", "10.0.0.1")).toBe(Verdict.PortUnreachable);
    expect(bound.texts()).toEqual(["peer"]);
  });
});

describe("the flow label (RFC 6437)", () => {
  const labelsOf = (stack: DualHarness, port: UdpPort, ...destinations: readonly string[]): number[] => {
    for (const to of destinations) port.send(pattern(1), at(to), 0);
    return stack.v6.take().map(({ flowLabel }) => flowLabel);
  };

  it("is one for each destination, so that no two hosts can tell that a port sends to both", () => {
    const stack = new DualHarness();
    const { port } = stack.bind({ port: 9 });
    const hosts = Array.from({ length: 500 }, (_, host) => `[fd00::${(host + 16).toString(16)}]:53`);
    const labels = labelsOf(stack, port, ...hosts);
    expect(new Set(labels).size).toBeGreaterThan(495);
    for (const label of labels) expect(label).toBeGreaterThan(0);
    expect(Math.max(...labels)).toBeLessThanOrEqual(0xfffff);
    expect(labelsOf(stack, port, ...hosts)).toEqual(labels);
  });

  it("is one for each port of either end, and different for each seed", () => {
    const label = (seed: number, from: number, to: number): number => {
      const stack = new DualHarness(seed);
      return labelsOf(stack, stack.bind({ port: from }).port, `[fd00::2]:${to}`)[0]!;
    };
    expect(label(1, 9, 53)).toBe(label(1, 9, 53));
    expect(new Set([label(1, 9, 53), label(1, 9, 54), label(1, 10, 53), label(2, 9, 53)]).size).toBe(4);
  });

  it("is that of the flow, be the port connected or not, and whatever changes under it", () => {
    const stack = new DualHarness();
    const { port } = stack.bind({ port: 9 });
    const [label, other, ...again] = labelsOf(
      stack,
      port,
      "[fd00::2]:53",
      "[fd00::2]:54",
      "10.0.0.2:53",
      "[fd00::2]:53",
    );
    expect(other).not.toBe(label);
    expect(again).toEqual([label]);
    port.connect(at("[fd00::2]:53"));
    for (const mtu of [1400, 1300]) {
      stack.v6.setMtu(mtu);
      port.send(pattern(1), null, 0);
    }
    port.connect(at("[fd00::2]:54"));
    port.send(pattern(1), null, 0);
    expect(stack.v6.take().map(({ flowLabel }) => flowLabel)).toEqual([label, label, other]);
  });

  it("is one for each address of ours", () => {
    const stack = new DualHarness();
    const global = stack.bind({ address: IpAddress.parse("fd00::1"), port: 9 }).port;
    const local = stack.bind({ address: IpAddress.parse("fe80::1"), port: 9 }).port;
    const [one, other] = [labelsOf(stack, global, "[fd00::2]:53"), labelsOf(stack, local, "[fd00::2]:53")];
    expect(one[0]).not.toBe(other[0]);
  });

  it("is none over IPv4, not even after datagrams over IPv6", () => {
    const stack = new DualHarness();
    const { port } = stack.bind({ port: 9 });
    labelsOf(stack, port, "[fd00::2]:53", "10.0.0.2:53");
    expect(stack.v4.take().map(({ flowLabel }) => flowLabel)).toEqual([0]);
  });
});

describe("groups of both families", () => {
  it("are joined where they belong, reach their members, and are left on close", () => {
    const stack = new DualHarness();
    const bound = stack.bind({ port: 9 });
    bound.port.joinGroup(group6, 0);
    bound.port.joinGroup(group4, 0);
    expect([stack.v4.groups, stack.v6.groups]).toEqual([["224.0.0.251"], ["ff02::fb"]]);
    stack.arrive("six", "fe80::2", "ff02::fb");
    stack.arrive("four", "10.0.0.2", "224.0.0.251");
    expect(stack.arrive("other", "fe80::2", "ff02::99")).toBe(Verdict.NotForUs);
    const all = bound.receiveAll();
    expect(all.map(({ local }) => local.address.toString())).toEqual(["ff02::fb", "224.0.0.251"]);
    bound.port.close();
    expect([stack.v4.groups, stack.v6.groups]).toEqual([[], []]);
  });

  it("are not those of another port, not even ff02::1 before it is joined", () => {
    const stack = new DualHarness();
    const bound = stack.bind({ port: 9 });
    expect(stack.arrive("all nodes", "fe80::2", "ff02::1")).toBe(Verdict.NotForUs);
    bound.port.joinGroup(IpAddress.parse("ff02::1"), 0);
    expect(stack.arrive("all nodes", "fe80::2", "ff02::1")).toBe(Verdict.Handled);
  });

  it("are sent to with hop limit 1", () => {
    const stack = new DualHarness();
    const { port } = stack.bind({ port: 5353 });
    port.send(pattern(12), { address: group6, port: 5353 }, 0);
    const [sent] = stack.v6.take();
    expect(sent).toMatchObject({ destination: "ff02::fb", hopLimit: 1, multicastLoop: true });
    expect(parseUdp(sent!.octets, sent!)).toMatchObject({ sourcePort: 5353, checksumValid: true });
  });

  it("that the network has no room for are not joined", () => {
    const stack = new DualHarness();
    const { port } = stack.bind();
    stack.v6.joinGroup = () => {
      throw new RangeError("no room");
    };
    expect(() => port.joinGroup(group6, 0)).toThrow("no room");
    expect(codeOf(() => port.leaveGroup(group6, 0))).toBe("EADDRNOTAVAIL");
    port.close();
  });
});

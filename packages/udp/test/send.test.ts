import { udpDatagram } from "@mnet/conformance";
import { formatEndpoint, IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { at, codeOf, pattern, toOctets, UdpHarness } from "./harness.ts";

const peer = at("10.0.0.2:4000");

describe("sending", () => {
  it.each([0, 1, 1472, 1473, 65507])(
    "%i octets makes one datagram with the right length and checksum",
    (size) => {
      const stack = new UdpHarness();
      const { port } = stack.bind({ port: 9 });
      expect(port.send(pattern(size), peer, 5)).toBe(Verdict.Handled);
      const fields = { source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 9, destinationPort: 4000 };
      expect(stack.ip.sent).toHaveLength(1);
      expect(stack.ip.sent[0]!.octets).toEqual(udpDatagram(fields, pattern(size)));
      expect(stack.ip.sent[0]).toMatchObject({
        protocol: 17,
        hopLimit: 0,
        trafficClass: 0,
        dontFragment: "no",
        at: 5,
      });
      expect(stack.udp.sent.snapshot()).toEqual({ Handled: 1 });
    },
  );

  it("a part of a larger array sends that part", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9 }).port.send(toOctets("..hello..").subarray(2, 7), peer, 0);
    expect(stack.datagrams()[0]!.payload).toEqual(toOctets("hello"));
  });

  it("a sum of 0 is sent as 0xffff (RFC 768)", () => {
    const stack = new UdpHarness();
    const { port } = stack.bind({ port: 9 });
    const checksums = new Set<number>();
    for (let value = 0; value < 65536; value++) {
      port.send(new Uint8Array([value >> 8, value]), peer, 0);
      const [datagram] = stack.ip.take();
      checksums.add((datagram!.octets[6]! << 8) | datagram!.octets[7]!);
    }
    expect(checksums.has(0)).toBe(false);
    expect(checksums.has(0xffff)).toBe(true);
  });

  it("goes with the options of the port", () => {
    const stack = new UdpHarness();
    const { port } = stack.bind({ port: 9 });
    port.hopLimit = 3;
    port.trafficClass = 0xb8;
    port.dontFragment = true;
    port.send(new Uint8Array(1472), peer, 0);
    expect(stack.ip.sent[0]).toMatchObject({ hopLimit: 3, trafficClass: 0xb8, dontFragment: "yes" });
    expect(codeOf(() => port.send(new Uint8Array(1473), peer, 0))).toBe("EMSGSIZE");
    port.dontFragment = false;
    expect(port.send(new Uint8Array(1473), peer, 0)).toBe(Verdict.Handled);
    for (const value of [0, 256, 1.5]) {
      expect(codeOf(() => Object.assign(port, { hopLimit: value }))).toBe("RangeError");
      expect(codeOf(() => Object.assign(port, { multicastHopLimit: value }))).toBe("RangeError");
    }
    for (const value of [-1, 256]) {
      expect(codeOf(() => Object.assign(port, { trafficClass: value }))).toBe("RangeError");
    }
  });

  it("leaves from the bound address, or from the one the route has", () => {
    const stack = new UdpHarness({ addresses: ["10.0.0.1/24", "192.168.7.1/24"] });
    const bound = stack.bind({ port: 9, address: IpAddress.parse("192.168.7.1") });
    const free = stack.bind({ port: 10 });
    bound.port.send(new Uint8Array(0), peer, 0);
    free.port.send(new Uint8Array(0), peer, 0);
    free.port.send(new Uint8Array(0), at("192.168.7.9:1"), 0);
    expect(stack.ip.sent.map(({ source }) => source)).toEqual(["192.168.7.1", "10.0.0.1", "192.168.7.1"]);
  });

  it("from a port that is bound to a group or broadcast address leaves from an address of ours", () => {
    const stack = new UdpHarness();
    for (const address of ["239.1.2.3", "10.0.0.255"]) {
      const { port } = stack.bind({ port: 9, address: IpAddress.parse(address) });
      port.send(new Uint8Array(0), peer, 0);
      expect(stack.ip.take()[0]!.source).toBe("10.0.0.1");
    }
  });

  it("notices at once that routes changed", () => {
    const stack = new UdpHarness({ gateway: "10.0.0.254" });
    const { port } = stack.bind({ port: 9 });
    const far = at("192.0.2.1:1");
    port.send(new Uint8Array(0), far, 0);
    expect(stack.ip.sent[0]!.nextHop).toBe("10.0.0.254");
    stack.ip.setRoutes(["10.0.0.0/24"]);
    expect(codeOf(() => port.send(new Uint8Array(0), far, 0))).toBe("ENETUNREACH");
    stack.ip.setRoutes(["0.0.0.0/0"]);
    expect(port.send(new Uint8Array(0), far, 0)).toBe(Verdict.Handled);
  });

  it("fails with EADDRNOTAVAIL once the bound address is removed, and works again when it is back", () => {
    const stack = new UdpHarness({ addresses: ["10.0.0.1/24", "10.0.0.5/24"] });
    const { port } = stack.bind({ port: 9, address: IpAddress.parse("10.0.0.5") });
    port.send(new Uint8Array(0), peer, 0);
    stack.ip.removeAddress("10.0.0.5");
    expect(codeOf(() => port.send(new Uint8Array(0), peer, 0))).toBe("EADDRNOTAVAIL");
    stack.ip.addAddress("10.0.0.5/24");
    expect(port.send(new Uint8Array(0), peer, 0)).toBe(Verdict.Handled);
  });
});

describe("what cannot be sent", () => {
  it("is ENOTCONN without a destination", () => {
    expect(codeOf(() => new UdpHarness().bind().port.send(new Uint8Array(0), null, 0))).toBe("ENOTCONN");
  });

  it("is EMSGSIZE above 65507 octets, 65527 over IPv6", () => {
    const stack = new UdpHarness();
    expect(codeOf(() => stack.bind().port.send(new Uint8Array(65508), peer, 0))).toBe("EMSGSIZE");
    const six = new UdpHarness({ family: 6 });
    const to = at("[fd00::2]:1");
    expect(six.bind().port.send(pattern(65527), to, 0)).toBe(Verdict.Handled);
    expect(codeOf(() => six.bind().port.send(new Uint8Array(65528), to, 0))).toBe("EMSGSIZE");
  });

  it("is EPERM to a broadcast address, unless the port was bound for it", () => {
    const stack = new UdpHarness();
    const broadcast = at("10.0.0.255:67");
    const { port } = stack.bind();
    expect(codeOf(() => port.send(new Uint8Array(0), broadcast, 0))).toBe("EPERM");
    expect(codeOf(() => port.send(new Uint8Array(0), at("255.255.255.255:67"), 0))).toBe("EPERM");
    expect(codeOf(() => port.connect(broadcast))).toBe("EPERM");
    expect(stack.bind({ broadcast: true }).port.send(new Uint8Array(0), broadcast, 0)).toBe(Verdict.Handled);
  });

  it("is EAFNOSUPPORT to a family that the stack or the port does not have", () => {
    const stack = new UdpHarness();
    expect(codeOf(() => stack.bind().port.send(new Uint8Array(0), at("[fd00::2]:1"), 0))).toBe(
      "EAFNOSUPPORT",
    );
    const { port } = stack.bind({ family: 4 });
    expect(codeOf(() => port.send(new Uint8Array(0), at("[fd00::2]:1"), 0))).toBe("EAFNOSUPPORT");
  });

  it("is a RangeError to port 0", () => {
    const { port } = new UdpHarness().bind();
    expect(codeOf(() => port.send(new Uint8Array(0), at("10.0.0.2:0"), 0))).toBe("RangeError");
    expect(codeOf(() => port.connect(at("10.0.0.2:0")))).toBe("RangeError");
  });

  it.each([
    [Verdict.NeighborFailed, "EHOSTUNREACH"],
    [Verdict.NoRoute, "ENETUNREACH"],
    [Verdict.BadLocalAddress, "EADDRNOTAVAIL"],
    [Verdict.TooBig, "EMSGSIZE"],
    [Verdict.Closed, "ENETDOWN"],
  ])("is thrown as what IP's verdict %i means", (refuse, code) => {
    const stack = new UdpHarness();
    stack.ip.refuse = refuse;
    expect(codeOf(() => stack.bind().port.send(new Uint8Array(0), peer, 0))).toBe(code);
    expect(stack.udp.sent.of(refuse)).toBe(1);
  });

  it.each([Verdict.DeviceBusy, Verdict.NoBuffers])("is returned when there is only no room: %i", (refuse) => {
    const stack = new UdpHarness();
    stack.ip.refuse = refuse;
    expect(stack.bind().port.send(new Uint8Array(0), peer, 0)).toBe(refuse);
  });

  it("says where and what", () => {
    const stack = new UdpHarness({ routes: ["10.0.0.0/24"] });
    expect(() => stack.bind().port.send(new Uint8Array(0), at("192.0.2.1:5"), 0)).toThrow(
      "send ENETUNREACH 192.0.2.1: network is unreachable",
    );
  });
});

describe("a connected port", () => {
  it("sends to its peer from the address the route had, and hears nobody else", () => {
    const stack = new UdpHarness({ addresses: ["10.0.0.1/24", "10.0.0.5/24"] });
    const bound = stack.bind({ port: 9 });
    expect(bound.port.remote).toBeNull();
    bound.port.connect(peer);
    expect(formatEndpoint(bound.port.local)).toBe("10.0.0.1:9");
    expect(formatEndpoint(bound.port.remote!)).toBe("10.0.0.2:4000");
    bound.port.send(toOctets("hello"), null, 0);
    expect(stack.datagrams()[0]).toMatchObject({ sourcePort: 9, destinationPort: 4000, checksumValid: true });
    stack.arrive("to the other address", {}, { destination: "10.0.0.5" });
    stack.arrive("from another port", { sourcePort: 1 });
    stack.arrive("from the peer");
    expect(bound.texts()).toEqual(["from the peer"]);
  });

  it("can be connected elsewhere, and a failed attempt changes nothing", () => {
    const stack = new UdpHarness({ routes: ["10.0.0.0/24"] });
    const { port } = stack.bind({ port: 9 });
    port.connect(peer);
    expect(codeOf(() => port.connect(at("192.0.2.1:1")))).toBe("ENETUNREACH");
    expect(formatEndpoint(port.remote!)).toBe("10.0.0.2:4000");
    expect(formatEndpoint(port.local)).toBe("10.0.0.1:9");
    port.connect(at("10.0.0.3:7"));
    port.send(new Uint8Array(0), null, 0);
    expect(stack.ip.sent[0]!.destination).toBe("10.0.0.3");
    port.disconnect();
    expect(port.remote).toBeNull();
    expect(formatEndpoint(port.local)).toBe("0.0.0.0:9");
    expect(codeOf(() => port.send(new Uint8Array(0), null, 0))).toBe("ENOTCONN");
  });

  it("still sends to others when told to", () => {
    const stack = new UdpHarness();
    const { port } = stack.bind();
    port.connect(peer);
    port.send(new Uint8Array(0), at("10.0.0.3:7"), 0);
    port.send(new Uint8Array(0), null, 0);
    expect(stack.ip.sent.map(({ destination }) => destination)).toEqual(["10.0.0.3", "10.0.0.2"]);
  });

  it("does not depend on what the caller does with the endpoint afterwards", () => {
    const stack = new UdpHarness();
    const { port } = stack.bind();
    const mutable = { address: IpAddress.parse("10.0.0.2"), port: 4000 };
    port.connect(mutable);
    mutable.port = 1;
    port.send(new Uint8Array(0), null, 0);
    expect(stack.datagrams()[0]!.destinationPort).toBe(4000);
  });
});

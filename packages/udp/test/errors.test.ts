import { udpDatagram } from "@mnet/conformance";
import { IcmpErrorKind, IpProtocol, type NetErrorCode } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { at, UdpHarness } from "./harness.ts";

const Kind = IcmpErrorKind;

interface Reported {
  kind?: IcmpErrorKind;
  from?: number;
  to?: number;
  source?: string;
  destination?: string;
}

/** Reports an error about a datagram from our port 9 to port 4000 of the peer, of which 8 octets are quoted. */
function report(stack: UdpHarness, about: Reported = {}): boolean {
  const {
    kind = Kind.PortUnreachable,
    from = 9,
    to = 4000,
    source = "10.0.0.1",
    destination = "10.0.0.2",
  } = about;
  const quoted = udpDatagram({ source, destination, sourcePort: from, destinationPort: to }).subarray(0, 8);
  return stack.ip.deliverError({ kind, protocol: IpProtocol.Udp, quoted, source, destination, mtu: 1280 }, 0);
}

describe("an ICMP error", () => {
  it.each<[string, IcmpErrorKind, NetErrorCode]>([
    ["network unreachable", Kind.NetworkUnreachable, "ENETUNREACH"],
    ["host unreachable", Kind.HostUnreachable, "EHOSTUNREACH"],
    ["protocol unreachable", Kind.ProtocolUnreachable, "ECONNREFUSED"],
    ["port unreachable", Kind.PortUnreachable, "ECONNREFUSED"],
    ["source route failed", Kind.SourceRouteFailed, "EHOSTUNREACH"],
    ["filtered", Kind.AdministrativelyProhibited, "EHOSTUNREACH"],
    ["hop limit exceeded", Kind.HopLimitExceeded, "EHOSTUNREACH"],
    ["reassembly time exceeded", Kind.ReassemblyTimeExceeded, "EHOSTUNREACH"],
    ["parameter problem", Kind.ParameterProblem, "EHOSTUNREACH"],
  ])("%s is told to the connected port that sent the datagram", (_, kind, code) => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    bound.port.connect(at("10.0.0.2:4000"));
    expect(report(stack, { kind })).toBe(true);
    expect(bound.failures).toEqual([code]);
    expect(bound.port.takeError()).toBe(code);
    expect(bound.port.takeError()).toBeNull();
  });

  it("about a datagram that is too big is told to a port that forbids fragments", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    bound.port.connect(at("10.0.0.2:4000"));
    expect(report(stack, { kind: Kind.PacketTooBig })).toBe(true);
    expect(bound.failures).toEqual([]);
    bound.port.dontFragment = true;
    expect(report(stack, { kind: Kind.PacketTooBig })).toBe(true);
    expect(bound.failures).toEqual(["EMSGSIZE"]);
  });

  it.each<[string, Reported]>([
    ["another port of the peer", { to: 4001 }],
    ["another host", { destination: "10.0.0.3" }],
    ["another port of ours", { from: 10 }],
    ["another address of ours", { source: "10.0.0.5" }],
  ])("about %s concerns nobody", (_, about) => {
    const stack = new UdpHarness({ addresses: ["10.0.0.1/24", "10.0.0.5/24"] });
    const bound = stack.bind({ port: 9 });
    bound.port.connect(at("10.0.0.2:4000"));
    expect(report(stack, about)).toBe(false);
    expect(bound.failures).toEqual([]);
  });

  it("belongs to a live flow, but is not told, when the port is not connected", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    expect(report(stack)).toBe(true);
    expect(report(stack, { from: 10 })).toBe(false);
    expect(bound.failures).toEqual([]);
    expect(bound.port.takeError()).toBeNull();
  });

  it("goes to the connected one of several ports with the same number", () => {
    const stack = new UdpHarness();
    const options = { port: 9, reuse: true };
    const [plain, connected, elsewhere] = [stack.bind(options), stack.bind(options), stack.bind(options)];
    connected.port.connect(at("10.0.0.2:4000"));
    elsewhere.port.connect(at("10.0.0.3:4000"));
    report(stack);
    expect([plain.failures, connected.failures, elsewhere.failures]).toEqual([[], ["ECONNREFUSED"], []]);
  });

  it("with less than a header quoted concerns nobody", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9 });
    for (let length = 0; length < 8; length++) {
      const quoted = new Uint8Array(length);
      expect(stack.ip.deliverError({ kind: Kind.PortUnreachable, protocol: 17, quoted }, 0)).toBe(false);
    }
  });
});

import { parseIcmpV4, parseIpv4, udpDatagram } from "@mnet/conformance";
import { IcmpErrorKind, IpProtocol, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { IcmpHarness, pattern, Refuser } from "./harness.ts";

const Kind = IcmpErrorKind;

function refuse(
  kind: IcmpErrorKind,
  pointerOrMtu: number,
  data: number,
  harness = new IcmpHarness(),
): IcmpHarness {
  harness.ip.handle(IpProtocol.Udp, new Refuser(harness.icmp, kind, pointerOrMtu));
  harness.ip.deliver(IpProtocol.Udp, datagram(data), {}, 0);
  return harness;
}

function datagram(data: number): Uint8Array {
  const ports = { sourcePort: 4000, destinationPort: 9 };
  return udpDatagram({ source: "10.0.0.2", destination: "10.0.0.1", ...ports }, pattern(data));
}

describe("errors that are sent", () => {
  it.each([
    [Kind.NetworkUnreachable, 0, { type: 3, code: 0, rest: 0 }],
    [Kind.HostUnreachable, 0, { type: 3, code: 1, rest: 0 }],
    [Kind.ProtocolUnreachable, 0, { type: 3, code: 2, rest: 0 }],
    [Kind.PortUnreachable, 0, { type: 3, code: 3, rest: 0 }],
    [Kind.PacketTooBig, 1400, { type: 3, code: 4, rest: 1400 }],
    [Kind.PacketTooBig, 70_000, { type: 3, code: 4, rest: 0xffff }],
    [Kind.SourceRouteFailed, 0, { type: 3, code: 5, rest: 0 }],
    [Kind.AdministrativelyProhibited, 0, { type: 3, code: 10, rest: 0 }],
    [Kind.HopLimitExceeded, 0, { type: 11, code: 0, rest: 0 }],
    [Kind.ReassemblyTimeExceeded, 0, { type: 11, code: 1, rest: 0 }],
    [Kind.ParameterProblem, 20, { type: 12, code: 0, rest: 20 * 2 ** 24 }],
    [Kind.ParameterProblem, 200, { type: 12, code: 0, rest: 200 * 2 ** 24 }],
  ])("kind %i with %i reads %o", (kind, pointerOrMtu, fields) => {
    const [message] = refuse(kind, pointerOrMtu, 4).messages();
    expect(message).toMatchObject({ ...fields, checksumValid: true });
  });

  it("go from the address that was asked to the sender, with precedence 6 (RFC 1812 4.3.2.5)", () => {
    const [sent] = refuse(Kind.PortUnreachable, 0, 4).ip.sent;
    expect(sent).toMatchObject({
      source: "10.0.0.1",
      destination: "10.0.0.2",
      trafficClass: 0xc0,
      hopLimit: 0,
      dontFragment: "no",
    });
  });

  it.each([
    [0, 28],
    [1, 29],
    [520, 548],
    [521, 548],
    [1472, 548],
    [65507, 548],
  ])(
    "quote a datagram of %i octets of data with %i octets: up to 576 in all (RFC 1812 4.3.2.3)",
    (data, quoted) => {
      const [message] = refuse(Kind.PortUnreachable, 0, data).messages();
      expect(message!.payload).toHaveLength(quoted);
      expect(message!.payload.subarray(20)).toEqual(datagram(data).subarray(0, quoted - 20));
      if (data <= 520) {
        const header = parseIpv4(message!.payload);
        expect(header).toMatchObject({
          source: "10.0.0.2",
          destination: "10.0.0.1",
          protocol: 17,
          checksumValid: true,
        });
      }
    },
  );

  it("quote less on a link that takes less, and the header and 8 octets on the smallest", () => {
    const harness = new IcmpHarness({ mtu: 68 });
    expect(refuse(Kind.PortUnreachable, 0, 400, harness).messages()[0]!.payload).toHaveLength(40);
  });

  it("are counted by what became of them", () => {
    const harness = refuse(Kind.PortUnreachable, 0, 4);
    harness.ip.setRoutes([]);
    harness.ip.deliver(IpProtocol.Udp, datagram(4), {}, 0);
    harness.ip.setRoutes(["0.0.0.0/0"]);
    harness.ip.refuse = Verdict.DeviceBusy;
    harness.ip.deliver(IpProtocol.Udp, datagram(4), {}, 0);
    harness.ip.deliver(IpProtocol.Udp, datagram(4), { linkCast: "broadcast" }, 0);
    expect(harness.icmp.sent.snapshot()).toEqual({
      Handled: 1,
      NoRoute: 1,
      DeviceBusy: 1,
      BadDestination: 1,
    });
    expect(parseIcmpV4(harness.ip.sent[0]!.octets)).toMatchObject({ type: 3, code: 3 });
  });
});

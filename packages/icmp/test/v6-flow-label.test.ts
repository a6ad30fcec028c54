import { icmpV4EchoRequest, icmpV6EchoRequest, udpDatagram } from "@mnet/conformance";
import { IcmpErrorKind, IpAddress, IpProtocol } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { EchoRecord, IcmpHarness, IcmpV6Harness, pattern, Refuser } from "./harness.ts";

const OURS = "fd00::1";
const hosts: readonly string[] = Array.from({ length: 50 }, (_, host) => `fd00::${(host + 16).toString(16)}`);

function labels({ ip }: IcmpHarness | IcmpV6Harness): number[] {
  return ip.take().map(({ flowLabel }) => flowLabel);
}

/** The labels of our replies to requests from these hosts. */
function replyLabels(harness: IcmpV6Harness, identifier: number, sources: readonly string[]): number[] {
  for (const source of sources) {
    const flow = { source, destination: OURS };
    harness.arrive(icmpV6EchoRequest({ ...flow, identifier, sequence: 1 }, pattern(8)), {
      ...flow,
      flowLabel: 0x12345,
    });
  }
  return labels(harness);
}

/** The labels of our errors about datagrams from these hosts. */
function errorLabels(harness: IcmpV6Harness, sources: readonly string[]): number[] {
  for (const source of sources) {
    const flow = { source, destination: OURS };
    harness.ip.deliver(
      IpProtocol.Udp,
      udpDatagram({ ...flow, sourcePort: 4000, destinationPort: 9 }),
      flow,
      0,
    );
  }
  return labels(harness);
}

function refusing(): IcmpV6Harness {
  const harness = new IcmpV6Harness();
  harness.ip.handle(IpProtocol.Udp, new Refuser(harness.icmp, IcmpErrorKind.PortUnreachable));
  return harness;
}

function expectOneForEach(found: readonly number[], count: number): void {
  expect(new Set(found).size).toBe(count);
  for (const label of found) {
    expect(label).toBeGreaterThan(0);
    expect(label).toBeLessThanOrEqual(0xfffff);
  }
}

/** RFC 6437 3: one for each flow, so that no two hosts can tell that they hear the same one. */
describe("the flow label", () => {
  it("of echo replies is one for each pair of addresses and identifier, and not the request's", () => {
    const harness = new IcmpV6Harness();
    const found = replyLabels(harness, 1, hosts);
    expectOneForEach([...found, 0x12345], hosts.length + 1);
    expect(replyLabels(harness, 1, hosts)).toEqual(found);
    expectOneForEach([found[0]!, ...replyLabels(harness, 2, [hosts[0]!])], 2);
  });

  it("of echo requests is one for each pair of addresses and identifier", () => {
    const harness = new IcmpV6Harness();
    const ask = (host: string): number =>
      harness.icmp.echo({ to: IpAddress.parse(host), timeout: 1000 }, new EchoRecord(), 0).identifier;
    const identifiers = [...hosts, hosts[0]!].map(ask);
    expectOneForEach(labels(harness), identifiers.length);
  });

  it("of errors is one for each pair of addresses", () => {
    const harness = refusing();
    const [first, second] = hosts as [string, string];
    const found = errorLabels(harness, [first, second, first]);
    expectOneForEach(found, 2);
    expect(found[2]).toBe(found[0]);
  });

  it("is none over IPv4", () => {
    const harness = new IcmpHarness();
    harness.ip.handle(IpProtocol.Udp, new Refuser(harness.icmp, IcmpErrorKind.PortUnreachable));
    const flow = { source: "10.0.0.2", destination: "10.0.0.1" };
    harness.arrive(icmpV4EchoRequest({ identifier: 1, sequence: 1 }, pattern(8)));
    harness.ip.deliver(IpProtocol.Udp, udpDatagram({ ...flow, sourcePort: 4000, destinationPort: 9 }), {}, 0);
    harness.icmp.echo({ to: IpAddress.parse("10.0.0.2"), timeout: 1000 }, new EchoRecord(), 0);
    expect(labels(harness)).toEqual([0, 0, 0]);
  });
});

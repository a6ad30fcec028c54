import { ipv4Packet } from "@mnet/conformance";
import { IcmpErrorKind, Packet, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { OURS, PEER, PROTOCOL, pattern, TestHost } from "./support.ts";

/** RFC 1191, RFC 5927 7; behaviour.md V11; conformance.md 3 (floor 552, 256 entries). */
describe("the path MTU", () => {
  /** A router reports that a datagram of `octets` to the destination was too big for its next link of `mtu`. */
  function tooBig(host: TestHost, mtu: number, octets = 1500, destination = PEER): Verdict {
    const quote = ipv4Packet(
      { source: OURS, destination, protocol: PROTOCOL, totalLength: octets, dontFragment: true },
      pattern(8),
    );
    return host.layer.errorReceived(IcmpErrorKind.PacketTooBig, mtu, new Packet(quote), host.now);
  }

  it("becomes what a router reports for a live flow", () => {
    const host = new TestHost();
    const { epoch } = host.layer;
    expect(tooBig(host, 1400)).toBe(Verdict.Handled);
    expect(host.transport.errors[0]).toMatchObject({ kind: IcmpErrorKind.PacketTooBig, mtu: 1400 });
    expect(host.layer.epoch).toBeGreaterThan(epoch);
    expect(host.route(PEER).mtu).toBe(1400);
    expect(host.route("10.0.0.77").mtu).toBe(1500);
    expect(host.send(pattern(1381), PEER, { dontFragment: "yes" })).toBe(Verdict.TooBig);
    expect(host.send(pattern(1480), PEER, { dontFragment: "probe" })).toBe(Verdict.Handled);
    expect(host.send(pattern(1480), PEER)).toBe(Verdict.Handled);
    expect(host.take().map(({ totalLength }) => totalLength)).toEqual([1500, 1396, 124]);
  });

  it("does not change for a flow that nobody knows", () => {
    const host = new TestHost();
    const { epoch } = host.layer;
    host.transport.live = false;
    expect(tooBig(host, 1400)).toBe(Verdict.UnknownFlow);
    expect([host.route(PEER).mtu, host.layer.epoch]).toEqual([1500, epoch]);
  });

  const reports: [string, number, number, number][] = [
    ["is never raised", 9000, 9500, 1500],
    ["does not change for a datagram that had fitted", 1400, 1400, 1500],
    ["is believed down to 552 octets", 552, 1500, 552],
    ["is 552 octets at least", 551, 1500, 552],
    ["is 552 octets at least, even for a report of 1", 1, 1500, 552],
    ["is the plateau below the datagram when the router does not say", 0, 1500, 1492],
    ["is the plateau below a shorter datagram", 0, 1400, 1006],
    ["is the plateau below what is known for a longer datagram", 0, 40_000, 1492],
    ["is 552 octets below the plateau of 1006", 0, 1006, 552],
  ];
  it.each(reports)("%s (%i reported for %i octets: %i)", (_name, reported, octets, expected) => {
    const host = new TestHost();
    tooBig(host, reported, octets);
    expect(host.route(PEER).mtu).toBe(expected);
    expect(host.transport.errors[0]!.mtu).toBe(expected);
  });

  it("is that of the link when the link takes less than 552", () => {
    const host = new TestHost({ mtu: 296 });
    tooBig(host, 100, 296);
    expect(host.route(PEER).mtu).toBe(296);
  });

  it("goes down in steps until datagrams pass", () => {
    const host = new TestHost({ mtu: 9000 });
    const seen: number[] = [];
    for (let octets = 9000; octets > 552; octets = host.route(PEER).mtu) {
      tooBig(host, 0, octets);
      seen.push(host.route(PEER).mtu);
    }
    expect(seen).toEqual([8166, 4352, 2002, 1492, 1006, 552]);
  });

  it("is forgotten after 10 minutes, counted from the last report that lowered it", () => {
    const host = new TestHost();
    tooBig(host, 1400);
    host.runUntil(300_000);
    tooBig(host, 1300, 1400);
    expect(host.layer.nextDeadline()).toBe(900_000);
    host.runUntil(899_999);
    expect(host.route(PEER).mtu).toBe(1300);
    const { epoch } = host.layer;
    host.runUntil(900_000);
    expect(host.route(PEER).mtu).toBe(1500);
    expect(host.layer.epoch).toBeGreaterThan(epoch);
    expect(host.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("is kept for 256 destinations, the latest", () => {
    const host = new TestHost({ addresses: ["10.0.0.2/8"] });
    for (let index = 0; index < 300; index++) tooBig(host, 1400, 1500, `10.1.${index >>> 8}.${index & 255}`);
    expect(host.layer.statistics()["pathMtus"]).toBe(256);
    expect(host.route("10.1.0.43").mtu).toBe(1500);
    expect(host.route("10.1.0.44").mtu).toBe(1400);
    expect(host.route("10.1.1.43").mtu).toBe(1400);
  });

  it("does not concern what stays inside", () => {
    const host = new TestHost();
    tooBig(host, 600, 1500, OURS);
    expect(host.route(OURS).mtu).toBe(65535);
    expect(host.layer.statistics()["pathMtus"]).toBe(0);
  });
});

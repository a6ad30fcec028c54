import { parseIpv4 } from "@mnet/conformance";
import { IcmpErrorKind, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ip, OURS, outgoing, pattern, sameOctets, TestHost } from "./support.ts";

/** behaviour.md V2; design.md 3 (no re-entrancy). */
describe("a datagram to ourselves", () => {
  const ways: [string, string | undefined, string][] = [
    [OURS, undefined, OURS],
    [OURS, "127.0.0.1", "127.0.0.1"],
    [OURS, "192.0.2.5", "192.0.2.5"],
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.44.5.6", undefined, "127.0.0.1"],
    ["127.0.0.1", "127.0.0.9", "127.0.0.9"],
    ["127.0.0.1", OURS, OURS],
  ];
  it.each(ways)("at %s (from %s) comes from %s, in the next turn and never by wire", (to, from, source) => {
    const host = new TestHost({ addresses: [`${OURS}/24`, "192.0.2.5/30"] });
    const route = host.route(to, from);
    expect(route).toMatchObject({ loopback: true, mtu: 65535, cast: "unicast" });
    const payload = pattern(30_000);
    expect(host.send(payload, route, { dontFragment: "yes" })).toBe(Verdict.Queued);
    expect(host.transport.received).toEqual([]);
    expect(host.layer.nextDeadline()).toBeLessThanOrEqual(host.now);
    host.layer.onDeadline(host.now);
    const [received] = host.transport.received;
    expect(received).toMatchObject({ source, destination: to, rxChecksum: 2 });
    expect(received!.info).toMatchObject({ loopback: true, cast: "unicast", linkCast: "unicast" });
    expect(sameOctets(received!.payload, payload)).toBe(true);
    expect(parseIpv4(received!.datagram).checksumValid).toBe(true);
    expect(host.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(host.link.take()).toEqual([]);
  });

  it("works before there is any address, but not from somebody else's", () => {
    const host = new TestHost({ addresses: [] });
    expect(host.send(pattern(8), "127.0.0.1")).toBe(Verdict.Queued);
    expect(host.layer.route(ip("127.0.0.1"), ip("10.0.0.9"))).toBeNull();
  });

  it("is a copy", () => {
    const host = new TestHost();
    const packet = outgoing(pattern(16), 34);
    host.sendPacket(packet, host.route(OURS));
    packet.bytes.fill(0);
    host.runUntil(host.now);
    expect(host.transport.received[0]!.payload).toEqual(pattern(16));
  });

  it("is lost when the address goes before it comes", () => {
    const host = new TestHost();
    host.send(pattern(8), OURS);
    host.layer.removeAddress(ip(OURS));
    host.runUntil(host.now);
    expect(host.layer.counters.snapshot()).toEqual({ NotForUs: 1 });
  });

  it("is answered with an error like any other", () => {
    const host = new TestHost();
    host.transport.verdict = Verdict.PortUnreachable;
    host.send(pattern(8), OURS);
    host.runUntil(host.now);
    expect(host.errors.sent[0]).toMatchObject({ kind: IcmpErrorKind.PortUnreachable, cast: "unicast" });
  });

  it("may be answered from inside the delivery; the answers come in their turn, at most 64 a turn", () => {
    const host = new TestHost();
    let rounds = 0;
    host.transport.onInput = (packet) => {
      rounds++;
      const payload = packet.toBytes();
      expect(host.send(payload, OURS)).toBe(Verdict.Queued);
      expect(packet.toBytes()).toEqual(payload);
    };
    for (let i = 0; i < 100; i++) host.send(pattern(1400, i), OURS);
    host.layer.onDeadline(host.now);
    expect(rounds).toBe(64);
    expect(host.layer.statistics()["loopbackQueued"]).toBe(100);
    host.layer.onDeadline(host.now);
    expect(rounds).toBe(128);
    for (const [index, { payload }] of host.transport.received.entries()) {
      expect(sameOctets(payload, pattern(1400, index % 100)), `${index}`).toBe(true);
    }
  });

  it("is refused when 1024 are waiting, or 4 MiB", () => {
    const host = new TestHost();
    for (let i = 0; i < 1024; i++) expect(host.send(pattern(8), OURS)).toBe(Verdict.Queued);
    expect(host.send(pattern(8), OURS)).toBe(Verdict.NoBuffers);
    for (let turn = 0; turn < 16; turn++) host.layer.onDeadline(host.now);
    expect(host.transport.received.length).toBe(1024);
    const large = pattern(65_515);
    let taken = 0;
    while (host.send(large, OURS) === Verdict.Queued) taken++;
    expect(taken).toBe(63);
    host.layer.onDeadline(host.now);
    expect(host.send(large, OURS)).toBe(Verdict.Queued);
  });
});

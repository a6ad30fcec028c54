import { toHex, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  GROUP,
  ip,
  net,
  OURS,
  outgoing,
  PacketHost,
  PEER,
  PEER_MAC,
  PROTOCOL,
  pattern,
  sendOptions,
} from "./packet-host.ts";

/** RFC 8200 3; RFC 6437 3; conformance.md C-S5. */
describe("a packet that leaves", () => {
  it("has the header that was asked for, octet by octet", () => {
    const host = new PacketHost();
    host.send(Uint8Array.of(1, 2, 3), PEER, { trafficClass: 0xb9, flowLabel: 0xfabcde, hopLimit: 7 });
    const [frame] = host.link.take();
    expect(frame).toMatchObject({ to: PEER_MAC, etherType: 0x86dd });
    expect(toHex(frame!.octets)).toBe(
      `6b9abcde0003fd07${"20010db8000000000000000000000002"}${"20010db8000000000000000000000009"}010203`,
    );
  });

  it("comes back as it was: start, payload and all", () => {
    const host = new PacketHost();
    const route = host.route(PEER);
    const packet = outgoing(pattern(100), route.headroom);
    expect(host.sendPacket(packet, route)).toBe(Verdict.Handled);
    expect([packet.start, packet.end]).toEqual([route.headroom, route.headroom + 100]);
  });

  it("has the hop limit that routers advertise, or 64, when nobody says (RFC 4861 6.3.4)", () => {
    for (const advertisedHopLimit of [undefined, 33]) {
      const host = new PacketHost(advertisedHopLimit === undefined ? {} : { advertisedHopLimit });
      host.send(pattern(8), PEER, { hopLimit: 0 });
      expect(host.take()).toMatchObject([{ hopLimit: advertisedHopLimit ?? 64 }]);
    }
  });

  it.each([256, -1, Number.NaN])("cannot have a hop limit of %d", (hopLimit) => {
    const host = new PacketHost();
    expect(() => host.send(pattern(8), PEER, { hopLimit })).toThrow(/hopLimit must be .* 0 to 255/);
  });

  it("goes to the mapped address of its group (RFC 2464 7)", () => {
    const host = new PacketHost();
    host.send(pattern(8), "ff02::1:ff12:3456");
    expect(host.link.take()[0]!.to).toBe("33:33:ff:12:34:56");
  });

  it("comes back from its group when we are a member, and want that", () => {
    const host = new PacketHost();
    host.send(pattern(8), GROUP);
    host.runUntil(host.now);
    expect(host.transport.received).toEqual([]);
    host.groups.joined.add(GROUP);
    host.send(pattern(8), GROUP, { multicastLoop: false });
    host.runUntil(host.now);
    expect(host.transport.received).toEqual([]);
    host.send(pattern(8), GROUP);
    host.runUntil(host.now);
    expect(host.transport.received).toMatchObject([{ source: OURS, destination: GROUP }]);
    expect(host.take().length).toBe(3);
  });

  it("stays inside when its group is of this interface alone (RFC 4291 2.7)", () => {
    const host = new PacketHost();
    host.groups.joined.add("ff01::5");
    expect(host.send(pattern(8), "ff01::5")).toBe(Verdict.Queued);
    host.runUntil(host.now);
    expect(host.transport.received.length).toBe(1);
    expect(host.take()).toEqual([]);
  });

  it("keeps what the transport asks of the device: checksum and segments", () => {
    const segmentation = { tcp4: true, tcp6: true, udp: false, maxOctets: 65_535 };
    const host = new PacketHost({ capabilities: { segmentation } });
    const route = host.route(PEER);
    const packet = outgoing(pattern(5000), route.headroom);
    packet.segmentSize = 1400;
    packet.payload = packet.start + 20;
    expect(host.sendPacket(packet, route, { dontFragment: "yes" })).toBe(Verdict.Handled);
    expect(host.link.take()).toMatchObject([{ segmentSize: 1400 }]);
    packet.segmentSize = 1441;
    expect(host.sendPacket(packet, route, { dontFragment: "yes" })).toBe(Verdict.TooBig);
  });

  it("goes straight to a link without link addresses", () => {
    const host = new PacketHost({ mac: null });
    expect(host.send(pattern(8))).toBe(Verdict.Handled);
    expect(host.take()).toMatchObject([{ destination: PEER, nextHeader: PROTOCOL }]);
  });

  it("says what became of it when it does not", () => {
    const host = new PacketHost({ everybody: null });
    expect(host.send(pattern(8))).toBe(Verdict.Queued);
    host.link.refuse = Verdict.DeviceBusy;
    expect(host.send(pattern(8), GROUP)).toBe(Verdict.DeviceBusy);
    expect(host.internet.sent.snapshot()).toEqual({ Queued: 1, DeviceBusy: 1 });
  });
});

/** behaviour.md V2 for IPv6; RFC 4291 2.5.3. */
describe("a packet to ourselves", () => {
  const ways: [string, string | undefined, string][] = [
    [OURS, undefined, OURS],
    [OURS, "::1", "::1"],
    ["::1", undefined, "::1"],
    ["::1", OURS, OURS],
  ];
  it.each(ways)("at %s (from %s) comes from %s, in the next turn and never by wire", (to, from, source) => {
    const host = new PacketHost();
    const route = host.route(to, from);
    expect(route).toMatchObject({ loopback: true, mtu: 65_575, cast: "unicast" });
    expect(host.send(pattern(65_535), route, { dontFragment: "yes" })).toBe(Verdict.Queued);
    expect(host.transport.received).toEqual([]);
    expect(host.internet.nextDeadline()).toBeLessThanOrEqual(host.now);
    host.internet.onDeadline(host.now);
    const [received] = host.transport.received;
    expect(received).toMatchObject({ source, destination: to, rxChecksum: 2 });
    expect(received!.info).toMatchObject({ loopback: true, cast: "unicast", linkCast: "unicast" });
    expect(host.internet.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(host.link.take()).toEqual([]);
  });

  it("waits when there are many, and is refused beyond the bound", () => {
    const host = new PacketHost({ parameters: { loopbackPackets: 100 } });
    for (let i = 0; i < 100; i++) expect(host.send(pattern(8), "::1")).toBe(Verdict.Queued);
    expect(host.send(pattern(8), "::1")).toBe(Verdict.NoBuffers);
    host.internet.onDeadline(host.now);
    expect(host.transport.received.length).toBe(64);
    host.internet.onDeadline(host.now);
    expect(host.transport.received.length).toBe(100);
  });
});

describe("a route of an earlier epoch", () => {
  it("is looked up again: packets take the way of today", () => {
    const host = new PacketHost();
    host.hops.routers.push({ prefix: net("::/0"), router: ip("fe80::1") });
    const route = host.route("2001:db8:9::9");
    expect(`${route.nextHop}`).toBe("fe80::1");
    host.hops.onLink.push(net("2001:db8:9::/64"));
    host.internet.router.changed();
    const asked: string[] = [];
    host.resolver.sendVia = (nextHop) => {
      asked.push(`${nextHop}`);
      return Verdict.Handled;
    };
    host.internet.send(outgoing(pattern(8), route.headroom), route, sendOptions(), 0);
    expect(asked).toEqual(["2001:db8:9::9"]);
    expect(`${host.route("2001:db8:9::9").nextHop}`).toBe("2001:db8:9::9");
  });

  it("is refused when its source is gone, or still being checked", () => {
    const host = new PacketHost();
    const route = host.route(PEER);
    host.addresses.entries[0]!.state = "tentative";
    host.internet.router.changed();
    expect(host.internet.send(outgoing(pattern(8), route.headroom), route, sendOptions(), 0)).toBe(
      Verdict.BadLocalAddress,
    );
  });

  it("is refused when there is no way any more", () => {
    const host = new PacketHost();
    const route = host.route(PEER);
    host.hops.onLink.length = 0;
    host.internet.router.changed();
    expect(host.internet.send(outgoing(pattern(8), route.headroom), route, sendOptions(), 0)).toBe(
      Verdict.NoRoute,
    );
    expect(host.take()).toEqual([]);
  });
});

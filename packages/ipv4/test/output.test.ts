import { parseUdp } from "@mnet/conformance";
import { Ecn, foldSum, IpProtocol, Packet, type SendOptions, Verdict, verdictName, viewOf } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ip, net, OURS, outgoing, PEER, PEER_MAC, pattern, sendOptions, TestHost } from "./support.ts";

/** RFC 791 3.1; behaviour.md V5; conformance.md C-I8, C-I9. */
describe("a datagram that is sent", () => {
  it("gets a header of 20 octets, checksum included", () => {
    const host = new TestHost();
    const payload = pattern(11);
    expect(host.send(payload, PEER, { hopLimit: 3, trafficClass: 0xb8 | Ecn.Capable0, protocol: 200 })).toBe(
      Verdict.Handled,
    );
    const [frame] = host.link.take();
    expect(frame).toMatchObject({ to: PEER_MAC, etherType: 0x0800 });
    const view = viewOf(frame!.octets);
    expect([...frame!.octets.subarray(0, 4)]).toEqual([0x45, 0xba, 0, 31]);
    expect(view.getUint16(6)).toBe(0);
    expect([...frame!.octets.subarray(8, 10)]).toEqual([3, 200]);
    expect([...frame!.octets.subarray(12, 20)]).toEqual([10, 0, 0, 2, 10, 0, 0, 9]);
    expect(frame!.octets.subarray(20)).toEqual(payload);
    let sum = 0;
    for (let at = 0; at < 20; at += 2) sum += view.getUint16(at);
    expect(foldSum(sum)).toBe(0xffff);
    expect(host.layer.sent.snapshot()).toEqual({ Handled: 1 });
  });

  it("leaves the packet as it was, the headroom apart", () => {
    const host = new TestHost();
    const packet = outgoing(pattern(40), host.route(PEER).headroom);
    const before = packet.toBytes();
    host.layer.send(packet, host.route(PEER), sendOptions(), 0);
    expect({ start: packet.start, end: packet.end }).toEqual({ start: 34, end: 74 });
    expect(packet.toBytes()).toEqual(before);
  });

  it("may be gathered from tails, and may leave its checksum to the device", () => {
    const host = new TestHost();
    const data = pattern(100);
    const packet = Packet.allocate(34 + 8);
    packet.reset(34, 42);
    packet.payload = 42;
    packet.tails = 2;
    packet.tail[0].aim(data, viewOf(data), 0, 33);
    packet.tail[1].aim(data, viewOf(data), 33, 100);
    packet.view.setUint16(34, 4000);
    packet.view.setUint16(36, 7);
    packet.view.setUint16(38, 108);
    packet.view.setUint16(40, foldSum(0x0a00 + 2 + 0x0a00 + 9 + 17 + 108));
    packet.checksumStart = 34;
    packet.checksumField = 40;
    expect(host.sendPacket(packet, host.route(PEER), { protocol: IpProtocol.Udp })).toBe(Verdict.Handled);
    expect(packet.checksumStart).toBe(34);
    const [sent] = host.take();
    expect(sent).toMatchObject({ totalLength: 128, checksumValid: true });
    const datagram = parseUdp(sent!.payload, { source: OURS, destination: PEER });
    expect(datagram.checksumValid).toBe(true);
    expect(datagram.payload).toEqual(data);
  });

  const lengths: [SendOptions["dontFragment"], number, string, boolean][] = [
    ["no", 1500, "Handled", false],
    ["yes", 1500, "Handled", true],
    ["yes", 1501, "TooBig", true],
    ["probe", 1500, "Handled", true],
    ["probe", 1501, "TooBig", true],
    ["no", 65535, "Handled", false],
    ["no", 65536, "TooBig", false],
  ];
  it.each(lengths)("with dontFragment %s and %i octets: %s", (dontFragment, octets, verdict, flag) => {
    const host = new TestHost();
    expect(verdictName(host.send(pattern(octets - 20), PEER, { dontFragment }))).toBe(verdict);
    const sent = host.take();
    expect(sent.length > 0).toBe(verdict === "Handled");
    expect(sent.every((datagram) => datagram.dontFragment === flag)).toBe(true);
    expect(host.layer.sent.snapshot()).toEqual({ [verdict]: 1 });
  });

  it("is a large segment whole, when its segments fit", () => {
    const host = new TestHost({
      capabilities: { segmentation: { tcp4: true, tcp6: false, udp: false, maxOctets: 65535 } },
    });
    const packet = outgoing(pattern(20 + 14600), 34);
    packet.payload = 34 + 20;
    packet.segmentSize = 1460;
    expect(host.sendPacket(packet, host.route(PEER), { dontFragment: "yes" })).toBe(Verdict.Handled);
    expect(host.link.sent[0]).toMatchObject({ segmentSize: 1460 });
    expect(host.take()[0]).toMatchObject({ totalLength: 14640 });
    packet.segmentSize = 1461;
    expect(host.sendPacket(packet, host.route(PEER), { dontFragment: "yes" })).toBe(Verdict.TooBig);
  });

  it("has a TTL of 64 when nobody says", () => {
    const host = new TestHost();
    host.send(pattern(8), PEER, { hopLimit: 0 });
    expect(host.take()).toMatchObject([{ ttl: 64 }]);
  });

  it.each([-1, 256, Number.NaN])("cannot have a TTL of %d", (hopLimit) => {
    const host = new TestHost();
    expect(() => host.send(pattern(8), PEER, { hopLimit })).toThrow(RangeError);
  });

  it.each([Verdict.DeviceBusy, Verdict.NeighborFailed, Verdict.NoBuffers])(
    "is not sent when the level below says so (%i)",
    (verdict) => {
      const host = new TestHost();
      host.link.refuse = verdict;
      expect(host.send(pattern(8))).toBe(verdict);
      expect(host.layer.sent.of(verdict)).toBe(1);
    },
  );

  it("goes to the gateway's link address when it is not for a neighbour", () => {
    const host = new TestHost({ everybody: null, gateway: "10.0.0.1" });
    host.resolver.answer("10.0.0.1", "02:00:00:00:00:aa");
    expect(host.send(pattern(8), "198.51.100.77")).toBe(Verdict.Handled);
    expect(host.link.sent[0]!.to).toBe("02:00:00:00:00:aa");
    expect(host.take()[0]).toMatchObject({ source: OURS, destination: "198.51.100.77" });
  });

  it("waits with the resolver while the neighbour is unknown", () => {
    const host = new TestHost({ everybody: null });
    expect(host.send(pattern(8))).toBe(Verdict.Queued);
    expect(host.take()).toEqual([]);
    host.resolver.answer(PEER, PEER_MAC);
    expect(host.take()[0]).toMatchObject({ destination: PEER, checksumValid: true });
  });

  it("goes straight to a link that carries bare datagrams", () => {
    const host = new TestHost({ mac: null });
    expect(host.route(PEER).headroom).toBe(20);
    expect(host.send(pattern(8))).toBe(Verdict.Handled);
    expect(host.take()[0]).toMatchObject({ source: OURS, destination: PEER });
  });
});

describe("a datagram sent over a route of an earlier epoch", () => {
  it("takes the way that is right now", () => {
    const host = new TestHost({ everybody: null, gateway: "10.0.0.1" });
    host.resolver.answer("10.0.0.1", "02:00:00:00:00:01");
    host.resolver.answer("10.0.0.3", "02:00:00:00:00:03");
    const route = host.route("192.0.2.1");
    host.layer.setGateway(ip("10.0.0.3"));
    expect(host.send(pattern(8), route)).toBe(Verdict.Handled);
    expect(host.link.take()[0]!.to).toBe("02:00:00:00:00:03");
    host.layer.setGateway(null);
    expect(host.send(pattern(8), route)).toBe(Verdict.NoRoute);
  });

  it("does not leave with an address that is no longer ours", () => {
    const host = new TestHost({ addresses: [`${OURS}/24`, "10.0.0.3/24"] });
    const route = host.route(PEER, "10.0.0.3");
    host.layer.removeAddress(ip("10.0.0.3"));
    expect(host.send(pattern(8), route)).toBe(Verdict.BadLocalAddress);
    expect(host.take()).toEqual([]);
  });

  it("stays inside when the destination has become ours", () => {
    const host = new TestHost();
    const route = host.route(PEER);
    host.layer.addAddress(net(`${PEER}/24`));
    expect(host.send(pattern(8), route)).toBe(Verdict.Queued);
    expect(host.take()).toEqual([]);
    host.runUntil(host.now);
    expect(host.transport.received[0]).toMatchObject({ source: OURS, destination: PEER });
  });
});

import { parseUdp } from "@mnet/conformance";
import { foldSum, IpProtocol, Packet, Verdict, viewOf } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { joinFragments, OURS, PEER, PEER_MAC, pattern, sameOctets, TestHost } from "./support.ts";

const MTUS = [68, 69, 75, 76, 576, 1280, 1400, 1500, 9000, 65535];
const SIZES = [0, 1, 8, 47, 48, 49, 56, 1472, 1473, 8000, 8192, 9000, 65515];

/** RFC 791 3.2; behaviour.md V10. */
describe("a datagram above the MTU", () => {
  describe.each(MTUS)("of %i", (mtu) => {
    it.each(SIZES)("and %i octets of payload leaves in fragments that are right", (size) => {
      const host = new TestHost({ mtu });
      const payload = pattern(size);
      expect(host.send(payload, PEER, { trafficClass: 0x2e, hopLimit: 9 })).toBe(Verdict.Handled);
      const fragments = host.take();
      const step = (mtu - 20) & ~7;
      expect(fragments.length).toBe(size + 20 <= mtu ? 1 : Math.ceil(size / step));
      for (const [index, fragment] of fragments.entries()) {
        const last = index === fragments.length - 1;
        expect(fragment).toMatchObject({
          headerLength: 20,
          fragmentOffset: index * step,
          moreFragments: !last,
          dontFragment: false,
          checksumValid: true,
          padding: 0,
          source: OURS,
          destination: PEER,
          protocol: 253,
          ttl: 9,
          trafficClass: 0x2e,
        });
        expect(fragment.totalLength).toBeLessThanOrEqual(mtu);
      }
      expect(sameOctets(joinFragments(fragments), payload)).toBe(true);
    });
  });

  it("is cut across header and tails, its checksum request carried out in the copy alone", () => {
    const host = new TestHost({ mtu: 68 });
    const data = pattern(301);
    for (const [header, middle] of [
      [8, 150],
      [8, 0],
      [8, 301],
      [8, 33],
    ] as const) {
      const packet = Packet.allocate(34 + header);
      packet.reset(34, 34 + header);
      packet.payload = 34 + header;
      packet.tails = 2;
      packet.tail[0].aim(data, viewOf(data), 0, middle);
      packet.tail[1].aim(data, viewOf(data), middle, 301);
      packet.view.setUint16(34, 5000);
      packet.view.setUint16(36, 9);
      packet.view.setUint16(38, 309);
      packet.view.setUint16(40, foldSum(0x0a00 + 2 + 0x0a00 + 9 + 17 + 309));
      packet.checksumStart = 34;
      packet.checksumField = 40;
      const before = packet.toBytes();
      expect(host.sendPacket(packet, host.route(PEER), { protocol: IpProtocol.Udp })).toBe(Verdict.Handled);
      expect(packet.toBytes()).toEqual(before);
      const datagram = parseUdp(joinFragments(host.take()), { source: OURS, destination: PEER });
      expect(datagram.checksumValid).toBe(true);
      expect(datagram.payload).toEqual(data);
    }
  });

  it("carries a checksum field that lies on a cut", () => {
    // The first fragment of MTU 68 ends after 48 octets: a field at 47 is half in it.
    const host = new TestHost({ mtu: 68 });
    const payload = pattern(96);
    const packet = Packet.allocate(34 + 96);
    packet.bytes.set(payload, 34);
    packet.reset(34, 130);
    packet.payload = 34 + 60;
    packet.view.setUint16(34 + 47, 0);
    packet.checksumStart = 34 + 1;
    packet.checksumField = 34 + 47;
    host.sendPacket(packet, host.route(PEER));
    const whole = joinFragments(host.take());
    const covered = viewOf(whole.slice(1));
    let sum = 0;
    for (let at = 0; at < 94; at += 2) sum += covered.getUint16(at);
    sum += covered.getUint8(94) << 8;
    expect(foldSum(sum)).toBe(0xffff);
    expect([...whole.subarray(49)]).toEqual([...payload.subarray(49)]);
  });

  it("is not sent at all when the first fragment is refused", () => {
    const host = new TestHost();
    host.link.refuse = Verdict.DeviceBusy;
    expect(host.send(pattern(4000))).toBe(Verdict.DeviceBusy);
    expect(host.layer.statistics()["partlySent"]).toBe(0);
  });

  it("is lost, counted and not worth a second try when a later one is", () => {
    const host = new TestHost();
    const send = host.link.send.bind(host.link);
    host.link.send = (packet, to, etherType) => {
      if (host.link.sent.length === 2) host.link.refuse = Verdict.DeviceBusy;
      return send(packet, to, etherType);
    };
    expect(host.send(pattern(6000))).toBe(Verdict.NoBuffers);
    expect(host.take().length).toBe(2);
    expect(host.layer.sent.snapshot()).toEqual({ NoBuffers: 1 });
    expect(host.layer.statistics()["partlySent"]).toBe(1);
  });

  it("waits in pieces for its neighbour", () => {
    const host = new TestHost({ everybody: null });
    const payload = pattern(4000);
    expect(host.send(payload)).toBe(Verdict.Queued);
    host.resolver.answer(PEER, PEER_MAC);
    expect(joinFragments(host.take())).toEqual(payload);
  });

  it("follows the MTU when it changes", () => {
    const host = new TestHost();
    const before = host.layer.epoch;
    host.link.setCapabilities({ mtu: 576 });
    host.layer.linkChanged();
    expect(host.layer.epoch).toBeGreaterThan(before);
    expect(host.route(PEER).mtu).toBe(576);
    host.send(pattern(1000));
    expect(host.take().map(({ totalLength }) => totalLength)).toEqual([572, 468]);
  });
});

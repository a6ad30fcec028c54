import { naiveChecksum, parseIpv6Chain } from "@mnet/conformance";
import { Packet, pseudoHeaderSum, sumOctets, Verdict, viewOf } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ip,
  joinFragments,
  OURS,
  outgoing,
  PacketHost,
  PEER,
  PROTOCOL,
  pattern,
  sameOctets,
} from "./packet-host.ts";

/** RFC 8200 4.5, 5; behaviour.md N15; conformance.md C-S4. */
describe("a packet larger than the path", () => {
  it("leaves in fragments as large as they may be, with one identification", () => {
    const host = new PacketHost({ mtu: 1500 });
    expect(host.send(pattern(4000), PEER, { trafficClass: 0x28, flowLabel: 0x12345, hopLimit: 9 })).toBe(
      Verdict.Handled,
    );
    const fragments = host.take();
    expect(fragments.map(({ payloadLength, fragment }) => [payloadLength, fragment])).toEqual([
      [
        1456,
        { fragmentOffset: 0, moreFragments: true, identification: fragments[0]!.fragment!.identification },
      ],
      [
        1456,
        { fragmentOffset: 1448, moreFragments: true, identification: fragments[0]!.fragment!.identification },
      ],
      [
        1112,
        {
          fragmentOffset: 2896,
          moreFragments: false,
          identification: fragments[0]!.fragment!.identification,
        },
      ],
    ]);
    for (const fragment of fragments) {
      expect(fragment).toMatchObject({
        version: 6,
        nextHeader: 44,
        protocol: PROTOCOL,
        trafficClass: 0x28,
        flowLabel: 0x12345,
        hopLimit: 9,
        source: OURS,
        destination: PEER,
      });
    }
    expect(joinFragments(fragments)).toEqual(pattern(4000));
  });

  it("leaves whole when it fits to the octet, and in two when it does not", () => {
    const host = new PacketHost({ mtu: 1280 });
    host.send(pattern(1240));
    expect(host.take().map(({ nextHeader, payloadLength }) => [nextHeader, payloadLength])).toEqual([
      [PROTOCOL, 1240],
    ]);
    host.send(pattern(1241));
    expect(host.take().map(({ payloadLength }) => payloadLength)).toEqual([8 + 1232, 8 + 9]);
  });

  it("is refused when it must not be cut, and nothing leaves", () => {
    const host = new PacketHost({ mtu: 1280 });
    expect(host.send(pattern(1241), PEER, { dontFragment: "yes" })).toBe(Verdict.TooBig);
    expect(host.send(pattern(1241), PEER, { dontFragment: "probe" })).toBe(Verdict.TooBig);
    expect(host.send(pattern(65_536))).toBe(Verdict.TooBig);
    expect(host.take()).toEqual([]);
    expect(host.internet.sent.snapshot()).toEqual({ TooBig: 3 });
  });

  it("is not cut smaller than the least MTU needs, whatever the path MTU is said to be", () => {
    const host = new PacketHost({ mtu: 9000 });
    host.send(pattern(8000));
    const quoted = new Packet(host.link.take()[0]!.octets);
    for (const mtu of [0, 68, 1279]) host.internet.errorReceived(4, mtu, quoted, host.now);
    expect(host.route(PEER).mtu).toBe(9000);
    host.internet.errorReceived(4, 1280, quoted, host.now);
    host.send(pattern(8000));
    const fragments = host.take();
    for (const { payloadLength } of fragments.slice(0, -1)) expect(payloadLength).toBe(1240);
    expect(joinFragments(fragments)).toEqual(pattern(8000));
  });

  it("completes a pending checksum request, wherever the field is, and writes nothing of the original", () => {
    for (const field of [0, 6, 16, 1230, 1232]) {
      const host = new PacketHost({ mtu: 1280 });
      const route = host.route(PEER);
      const packet = outgoing(pattern(3001), route.headroom);
      packet.payload = packet.start + field + 2;
      const pseudo = pseudoHeaderSum(ip(OURS), ip(PEER), PROTOCOL, 3001);
      packet.checksumStart = packet.start;
      packet.checksumField = packet.start + field;
      packet.view.setUint16(packet.checksumField, pseudo % 0xffff);
      host.sendPacket(packet, route);
      const whole = joinFragments(host.take());
      const sum = (sumOctets(viewOf(whole), 0, whole.length) + pseudo) % 0xffff;
      expect(sum, `field at ${field}`).toBe(0);
      expect(naiveChecksum(whole)).toBe(~sumOctets(viewOf(whole), 0, whole.length) & 0xffff);
    }
  });

  it("may end in tails, of any lengths", () => {
    const host = new PacketHost({ mtu: 1280 });
    const route = host.route(PEER);
    for (const [head, first, second] of [
      [8, 3000, 1],
      [1232, 1232, 1232],
      [7, 1, 4000],
      [2000, 0, 5],
    ] as const) {
      const octets = pattern(head + first + second, head);
      const packet = outgoing(octets.slice(0, head), route.headroom);
      const bytes = octets.slice(head);
      packet.tails = 2;
      packet.tail[0].aim(bytes, viewOf(bytes), 0, first);
      packet.tail[1].aim(bytes, viewOf(bytes), first, first + second);
      expect(host.sendPacket(packet, route)).toBe(Verdict.Handled);
      expect(joinFragments(host.take())).toEqual(octets);
    }
  });

  it("is lost when the device refuses a later fragment, and says so", () => {
    const host = new PacketHost({ mtu: 1280 });
    host.link.refuse = Verdict.DeviceBusy;
    expect(host.send(pattern(3000))).toBe(Verdict.DeviceBusy);
    host.link.refuse = null;
    let left = 2;
    const send = host.link.send.bind(host.link);
    host.link.send = (packet, to, etherType) =>
      left-- > 0 ? send(packet, to, etherType) : Verdict.DeviceBusy;
    expect(host.send(pattern(5000))).toBe(Verdict.NoBuffers);
    expect(host.internet.statistics()["partlySent"]).toBe(1);
  });

  it("is delivered whole inside, and looped back whole from a group", () => {
    const host = new PacketHost({ mtu: 1280 });
    host.groups.joined.add("ff02::fb");
    expect(host.send(pattern(60_000), OURS)).toBe(Verdict.Queued);
    host.send(pattern(5000), "ff02::fb");
    expect(host.take().length).toBe(5);
    host.runUntil(host.now);
    expect(host.transport.received.map(({ payload }) => payload.length)).toEqual([60_000, 5000]);
    expect(host.transport.received[1]!.info).toMatchObject({
      cast: "multicast",
      loopback: true,
      protocol: PROTOCOL,
    });
    const looped = parseIpv6Chain(host.transport.received[1]!.packet);
    expect(looped).toMatchObject({ nextHeader: PROTOCOL, payloadLength: 5000 });
  });
});

/** behaviour.md acceptance test 10; conformance.md C-S4. */
describe("a packet from one stack to another", () => {
  function exchange(mtu: number, size: number, order: (frames: Uint8Array[]) => Uint8Array[]): void {
    const from = new PacketHost({ mtu, addresses: [`${PEER}/64`] });
    const to = new PacketHost({ mtu });
    const payload = pattern(size, mtu);
    expect(from.send(payload, OURS, { trafficClass: 0x48, flowLabel: 0x54321 })).toBe(Verdict.Handled);
    for (const frame of order(from.link.take().map(({ octets }) => octets))) to.deliver(frame);
    expect(to.transport.received.length).toBe(1);
    const [received] = to.transport.received;
    expect(sameOctets(received!.payload, payload)).toBe(true);
    expect(received!.info).toMatchObject({
      trafficClass: 0x48,
      flowLabel: 0x54321,
      reassembled: size + 40 > mtu,
    });
    expect(to.internet.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
  }

  it.each([1280, 1400, 1500, 9000])("passes with 65 507 octets and a UDP header at an MTU of %i", (mtu) => {
    exchange(mtu, 65_515, (frames) => frames);
    exchange(mtu, 65_535, (frames) => frames.reverse());
  });

  it("passes at any MTU from 1280, at any size, in any order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1280, max: 9100 }),
        fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 65_535 })),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (mtu, size, keys) => {
          exchange(mtu, size, (frames) => {
            const keyed = frames.map((frame) => ({ frame, key: keys.next().value as number }));
            return keyed.sort((a, b) => a.key - b.key).map(({ frame }) => frame);
          });
        },
      ),
      { numRuns: 60, seed: 8200 },
    );
  });
});

/** RFC 7739 5.3; conformance.md C-S5. */
describe("identifications", () => {
  function take(host: PacketHost, to: string, count: number): number[] {
    const made: number[] = [];
    for (let i = 0; i < count; i++) {
      host.send(pattern(1500), to);
      made.push(host.take()[0]!.fragment!.identification);
    }
    return made;
  }

  it("differ for one pair of addresses, and begin elsewhere for another", () => {
    const host = new PacketHost();
    const one = take(host, PEER, 200);
    const two = take(host, "2001:db8::a", 200);
    expect(new Set(one).size).toBe(200);
    expect(one.map((value) => (value - one[0]!) >>> 0)).toEqual(one.map((_, at) => at));
    expect(Math.abs(one[0]! - two[0]!)).toBeGreaterThan(1000);
  });

  it("cannot be told from those towards another destination, nor from another start of the stack", () => {
    const firsts = new Set<number>();
    const upper = new Set<number>();
    for (let i = 0; i < 64; i++) {
      const host = new PacketHost({ seed: i });
      const [a, b] = [take(host, "2001:db8::a", 1)[0]!, take(host, "2001:db8::b", 1)[0]!];
      firsts.add(a).add((b - a) >>> 0);
      upper.add(a >>> 28).add(b >>> 28);
    }
    expect(firsts.size).toBe(128);
    // Of 128 draws from 16 values none is missing but once in 400 000.
    expect(upper.size).toBe(16);
  });

  it("of destinations that share a counter are not each other's neighbours", () => {
    const host = new PacketHost();
    const made: number[] = [];
    for (let i = 0; i < 3000; i++) made.push(take(host, `2001:db8::1:${i.toString(16)}`, 1)[0]!);
    const known = new Set(made);
    expect(known.size).toBeGreaterThan(2990);
    expect(made.filter((value) => known.has((value + 1) >>> 0)).length).toBeLessThan(3);
  });

  it("are not spent on packets that fit", () => {
    const host = new PacketHost();
    const [first] = take(host, PEER, 1);
    for (let i = 0; i < 10; i++) host.send(pattern(100));
    host.take();
    expect(take(host, PEER, 1)).toEqual([(first! + 1) >>> 0]);
  });
});

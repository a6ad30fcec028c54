import { arpPacket } from "@mnet/conformance";
import { EtherType, Packet, RxChecksum, Verdict, viewOf } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER, OTHER_MAC, OWN, OWN_MAC, PEER, PEER_MAC } from "./support.ts";

const answer = arpPacket({
  operation: "reply",
  senderMac: PEER_MAC,
  senderAddress: PEER,
  targetMac: OWN_MAC,
  targetAddress: OWN,
});

describe("packets that wait for a neighbour (A7, RFC 1122 2.3.2.2)", () => {
  it("are sent in order; when there are more than may wait the oldest goes", () => {
    const bench = new Bench({ parameters: { queuePackets: 3 } });
    for (const hex of ["01", "02", "03", "04", "05"]) expect(bench.send(PEER, hex)).toBe(Verdict.Queued);
    expect(bench.log()).toHaveLength(1);
    bench.receive();
    expect(bench.log()).toEqual(["03", "04", "05"].map((hex) => `0 ip ${hex} to ${PEER_MAC}`));
    expect(bench.arp.held.snapshot()).toEqual({ Queued: 5, QueueFull: 2, Handled: 3 });
  });

  it("hold the fragments of the largest datagram at an MTU of 576", () => {
    const bench = new Bench();
    for (let fragment = 0; fragment < 119; fragment++) bench.send(PEER);
    bench.receive();
    expect(bench.arp.held.snapshot()).toEqual({ Queued: 119, Handled: 119 });
  });

  it("are reported unreachable once each when nobody answers", () => {
    const bench = new Bench();
    const reported: string[] = [];
    bench.arp.onUnreachable((nextHop, queued, now) => {
      reported.push(`${now} ${nextHop} ${queued.bytes[queued.start]} of ${queued.length}`);
    });
    bench.send(PEER, "4501");
    bench.send(PEER, "4602");
    bench.advance(2999);
    expect(reported).toEqual([]);
    bench.advance(60_000);
    expect(reported).toEqual([`3000 ${PEER} 69 of 2`, `3000 ${PEER} 70 of 2`]);
    expect(bench.arp.held.snapshot()).toEqual({ Queued: 2, NeighborFailed: 2 });
  });

  it("may be answered by the reporter with another packet", () => {
    const bench = new Bench();
    const verdicts: Verdict[] = [];
    bench.arp.onUnreachable((nextHop) => verdicts.push(bench.send(nextHop.toString())));
    bench.send(PEER);
    bench.send(PEER);
    bench.advance(3000);
    expect(verdicts).toEqual([Verdict.NeighborFailed, Verdict.NeighborFailed]);
  });

  it("are copies: what was lent may change", () => {
    const bench = new Bench();
    const packet = Packet.allocate(20);
    packet.reset(14, 20);
    packet.bytes.fill(0xaa, 14);
    bench.sendPacket(PEER, packet);
    packet.bytes.fill(0xbb);
    bench.receive();
    expect(bench.log().at(-1)).toBe(`0 ip aaaaaaaaaaaa to ${PEER_MAC}`);
  });

  it("keep their tails, their checksum request and their segment size", () => {
    const bench = new Bench();
    bench.link.setCapabilities({ segmentation: { tcp4: true, tcp6: false, udp: false, maxOctets: 65_535 } });
    const ring = Uint8Array.of(9, 9, 0x0a, 0x0b, 9);
    const packet = Packet.allocate(40);
    packet.reset(30, 40);
    packet.transport = 34;
    packet.payload = 40;
    packet.checksumStart = 34;
    packet.checksumField = 38;
    packet.segmentSize = 2;
    packet.rxChecksum = RxChecksum.Trusted;
    packet.tails = 1;
    packet.tail[0].aim(ring, viewOf(ring), 2, 4);
    bench.sendPacket(PEER, packet);
    bench.link.deliver(EtherType.Arp, answer, {}, bench.now);
    const [seen] = bench.link.take();
    expect(seen?.segmentSize).toBe(2);
    // FakeLink carried the request out: 0x0a0b is the sum of the covered octets, inverted 0xf5f4.
    expect([...seen!.octets]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0xf5, 0xf4, 0x0a, 0x0b]);
  });

  it("hold no more octets than they may together, and give the room back", () => {
    const bench = new Bench({ parameters: { queueOctets: 2 * (14 + 1500) } });
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.send(OTHER)).toBe(Verdict.NoBuffers);
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.table()).toEqual([`${PEER} ? incomplete +2`, `${OTHER} ? incomplete`]);
    bench.receive();
    expect(bench.send(OTHER, "03")).toBe(Verdict.Queued);
    bench.log();
    bench.receive({ senderAddress: OTHER, senderMac: OTHER_MAC });
    expect(bench.log()).toEqual([`0 ip 03 to ${OTHER_MAC}`]);
  });

  it("fit the link also after its MTU and headroom have changed", () => {
    const bench = new Bench();
    bench.send(PEER, "01");
    bench.receive();
    bench.link.setCapabilities({ mtu: 9000, headroom: 24 });
    bench.log();
    bench.send(OTHER, "02".repeat(9000));
    bench.receive({ senderAddress: OTHER, senderMac: OTHER_MAC });
    expect(bench.log().at(-1)).toBe(`0 ip ${"02".repeat(9000)} to ${OTHER_MAC}`);
  });

  it("are dropped and counted when the device has no room for them", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.link.refuse = Verdict.DeviceBusy;
    bench.receive();
    expect(bench.arp.held.snapshot()).toEqual({ Queued: 1, DeviceBusy: 1 });
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });
});

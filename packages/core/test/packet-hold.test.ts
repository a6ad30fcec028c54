import { describe, expect, it } from "vitest";
import {
  type HoldQueue,
  type LinkCapabilities,
  type LinkLayer,
  Packet,
  PacketHold,
  RxChecksum,
  Verdict,
  viewOf,
} from "../src/index.ts";

const capabilities: LinkCapabilities = {
  medium: "ethernet",
  mtu: 100,
  headroom: 14,
  txChecksum: true,
  rxTrusted: false,
  gather: 2,
  segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
};

/** A link that is asked for its capabilities alone. */
function linkOf(changes: Partial<LinkCapabilities> = {}): LinkLayer {
  return { capabilities: { ...capabilities, ...changes } } as unknown as LinkLayer;
}

const queue = (): HoldQueue => ({ firstHeld: null, lastHeld: null, heldCount: 0 });

/** A packet of `octets`, with some room in front. */
function packetOf(...octets: number[]): Packet {
  const packet = new Packet(Uint8Array.of(0, 0, 0, ...octets));
  packet.reset(3, packet.bytes.length);
  return packet;
}

/** Takes everything that waits, as the octets of each packet. */
function drain(hold: PacketHold, from: HoldQueue): number[][] {
  const taken: number[][] = [];
  for (let held = hold.take(from); held !== null; held = hold.take(from)) {
    taken.push([...held.packet.toBytes()]);
    hold.release(held, Verdict.Handled);
  }
  return taken;
}

const MANY = { queuePackets: 10, queueOctets: 10_000 };

describe("PacketHold", () => {
  it("keeps copies in order, behind the headroom of the link", () => {
    const hold = new PacketHold(linkOf(), MANY);
    const waiting = queue();
    const packet = packetOf(1, 2, 3);
    hold.add(waiting, packet);
    packet.bytes.fill(9);
    hold.add(waiting, packetOf(4));
    expect(waiting.firstHeld!.packet.start).toBe(14);
    expect(waiting.heldCount).toBe(2);
    expect(drain(hold, waiting)).toEqual([[1, 2, 3], [4]]);
    expect(waiting).toEqual(queue());
    expect(hold.octets).toBe(0);
  });

  it("drops the oldest of a neighbour that has too many, and no other's", () => {
    const hold = new PacketHold(linkOf(), { queuePackets: 2, queueOctets: 10_000 });
    const [one, other] = [queue(), queue()];
    hold.add(other, packetOf(9));
    for (const octet of [1, 2, 3]) expect(hold.add(one, packetOf(octet))).toBe(Verdict.Queued);
    expect([drain(hold, one), drain(hold, other)]).toEqual([[[2], [3]], [[9]]]);
    expect(hold.counters.snapshot()).toEqual({ Queued: 4, QueueFull: 1, Handled: 3 });
  });

  it("refuses what would be too many octets, unless the neighbour itself has something to give up", () => {
    const hold = new PacketHold(linkOf(), { queuePackets: 10, queueOctets: 2 * 114 });
    const [one, other] = [queue(), queue()];
    hold.add(one, packetOf(1));
    hold.add(one, packetOf(2));
    expect(hold.octets).toBe(228);
    expect(hold.add(other, packetOf(3))).toBe(Verdict.NoBuffers);
    expect(hold.add(one, packetOf(4))).toBe(Verdict.Queued);
    expect([drain(hold, one), drain(hold, other)]).toEqual([[[2], [4]], []]);
  });

  it("uses buffers again, but not those of larger packets, nor after a change of the MTU", () => {
    const changes: { mtu: number } = { mtu: 100 };
    const link = {
      get capabilities() {
        return { ...capabilities, ...changes };
      },
    } as unknown as LinkLayer;
    const hold = new PacketHold(link, MANY);
    const bufferOf = (packet: Packet): Uint8Array => {
      const waiting = queue();
      hold.add(waiting, packet);
      const { bytes } = waiting.firstHeld!.packet;
      drain(hold, waiting);
      return bytes;
    };
    const first = bufferOf(packetOf(1));
    expect(bufferOf(packetOf(2))).toBe(first);
    expect(bufferOf(packetOf(...new Array<number>(300).fill(0)))).not.toBe(first);
    expect(bufferOf(packetOf(3))).toBe(first);
    changes.mtu = 200;
    expect(bufferOf(packetOf(4)).length).toBe(214);
  });

  it("keeps offsets, tails, the checksum request and the segment size", () => {
    const hold = new PacketHold(linkOf(), MANY);
    const packet = Packet.allocate(40);
    packet.reset(20, 40);
    packet.network = 20;
    packet.transport = 30;
    packet.payload = 38;
    packet.checksumStart = 30;
    packet.checksumField = 36;
    packet.segmentSize = 7;
    packet.rxChecksum = RxChecksum.Trusted;
    packet.tails = 1;
    const ring = Uint8Array.of(1, 2, 3, 4);
    packet.tail[0].aim(ring, viewOf(ring), 1, 3);
    const waiting = queue();
    hold.add(waiting, packet);
    const copy = waiting.firstHeld!.packet;
    expect([copy.network, copy.transport, copy.payload, copy.checksumStart, copy.checksumField]).toEqual([
      14, 24, 32, 24, 30,
    ]);
    expect([copy.segmentSize, copy.rxChecksum, copy.tails, copy.length]).toEqual([
      7,
      RxChecksum.Trusted,
      0,
      22,
    ]);
    expect([...copy.bytes.subarray(34, 36)]).toEqual([2, 3]);
  });

  it("detaches a queue from its neighbour, and discards one with what became of it", () => {
    const hold = new PacketHold(linkOf(), MANY);
    const waiting = queue();
    hold.add(waiting, packetOf(1));
    const apart = hold.detach(waiting);
    expect(waiting).toEqual(queue());
    hold.add(waiting, packetOf(2));
    hold.discard(waiting, Verdict.Closed);
    expect(drain(hold, apart)).toEqual([[1]]);
    expect(hold.counters.snapshot()).toEqual({ Handled: 1, Queued: 2, Closed: 1 });
    expect(hold.octets).toBe(0);
  });
});

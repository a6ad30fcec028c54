import {
  foldChecksum,
  foldSum,
  type LinkCapabilities,
  type NetworkDevice,
  Packet,
  sumOctets,
} from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completeOffload, devicePair, plainEthernet } from "../src/index.ts";

/** A device that notes what it was given and takes what the test lets it take. */
class Probe implements NetworkDevice {
  readonly mac = null;
  capabilities: LinkCapabilities;
  taken: { bytes: number[]; checksumStart: number; start: number; tails: number; headroom: number }[] = [];
  accepting = true;

  constructor(capabilities: Partial<LinkCapabilities>) {
    this.capabilities = { ...plainEthernet(1500), ...capabilities };
  }
  start(): void {}
  send(packet: Packet): boolean {
    const { checksumStart, start, tails } = packet;
    this.taken.push({
      bytes: [...packet.toBytes()],
      checksumStart: checksumStart < 0 ? -1 : checksumStart - start,
      start,
      tails,
      headroom: start,
    });
    return this.accepting;
  }
  pause(): void {}
  resume(): void {}
  ref(): void {}
  unref(): void {}
  async close(): Promise<void> {}
}

const PSEUDO_HEADER = 0x1234;

/** 20 octets of header whose octets 6 and 7 hold the pseudo-header sum of a checksum from octet 4 on, then data in `parts`. */
function request(parts: readonly Uint8Array[]): Packet {
  const packet = new Packet(new Uint8Array(64).fill(0x77));
  packet.reset(30, 50);
  packet.view.setUint16(36, PSEUDO_HEADER);
  packet.payload = 50;
  packet.checksumStart = 34;
  packet.checksumField = 36;
  packet.tails = parts.length as 0 | 1 | 2;
  for (const [i, part] of parts.entries()) {
    packet.tail[i as 0 | 1].aim(
      part,
      new DataView(part.buffer, part.byteOffset, part.length),
      0,
      part.length,
    );
  }
  return packet;
}

/** The octets with the checksum in place, computed over one array from the definition. */
function expected(packet: Packet): number[] {
  const whole = packet.toBytes();
  const view = new DataView(whole.buffer);
  view.setUint16(6, foldChecksum(sumOctets(view, 4, whole.length)) || 0xffff);
  return [...whole];
}

function stateOf(packet: Packet): unknown {
  const { start, end, network, transport, payload, checksumStart, checksumField, segmentSize, tails } =
    packet;
  const octets = [...packet.bytes];
  return {
    start,
    end,
    network,
    transport,
    payload,
    checksumStart,
    checksumField,
    segmentSize,
    tails,
    octets,
  };
}

const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 2 });

describe("completeOffload", () => {
  it("completes checksums for a device that gathers, of any parts", () => {
    const probe = new Probe({ gather: 2 });
    const device = completeOffload(probe);
    fc.assert(
      fc.property(parts, (data) => {
        const packet = request(data);
        const before = stateOf(packet);
        expect(device.send(packet)).toBe(true);
        expect(probe.taken.at(-1)).toMatchObject({
          bytes: expected(packet),
          checksumStart: -1,
          tails: data.length,
        });
        expect(stateOf(packet)).toEqual(before);
      }),
    );
  });

  it("gathers for a device that does not, with the headroom it wants", () => {
    const probe = new Probe({ gather: 0, headroom: 10 });
    const device = completeOffload(probe);
    fc.assert(
      fc.property(parts, (data) => {
        const packet = request(data);
        const before = stateOf(packet);
        device.send(packet);
        expect(probe.taken.at(-1)).toMatchObject({ bytes: expected(packet), checksumStart: -1, tails: 0 });
        if (data.length > 0) expect(probe.taken.at(-1)!.headroom).toBe(10);
        expect(stateOf(packet)).toEqual(before);
      }),
    );
  });

  it("leaves the checksum to a device that only lacks gathering", () => {
    const probe = new Probe({ gather: 1, txChecksum: true });
    const packet = request([Uint8Array.of(1), Uint8Array.of(2)]);
    completeOffload(probe).send(packet);
    expect(probe.taken).toMatchObject([{ bytes: [...packet.toBytes()], checksumStart: 4, tails: 0 }]);
  });

  it("passes on what asks for nothing", () => {
    const probe = new Probe({});
    const packet = request([]);
    packet.checksumStart = -1;
    completeOffload(probe).send(packet);
    expect(probe.taken).toMatchObject([{ bytes: [...packet.toBytes()], start: 30 }]);
  });

  it.each([0, 2])("gives a refused packet back so that it can be sent again (gather %i)", (gather) => {
    const probe = new Probe({ gather });
    const device = completeOffload(probe);
    const packet = request([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    probe.accepting = false;
    expect(device.send(packet)).toBe(false);
    probe.accepting = true;
    expect(device.send(packet)).toBe(true);
    expect(probe.taken.map(({ bytes }) => bytes)).toEqual([expected(packet), expected(packet)]);
  });

  it("writes 0xffff where UDP would take 0 for none", () => {
    const probe = new Probe({});
    const packet = request([]);
    packet.checksumField = packet.checksumStart + 6;
    // Make the sum come out as 0xffff, whose complement is 0.
    const rest = foldSum(sumOctets(packet.view, 34, 50));
    packet.view.setUint16(44, foldSum(packet.view.getUint16(44) + (0xffff - rest)));
    completeOffload(probe).send(packet);
    expect(probe.taken[0]!.bytes.slice(10, 12)).toEqual([0xff, 0xff]);
  });

  it("publishes what it adds, also when the device changes", () => {
    const probe = new Probe({ gather: 0 });
    const device = completeOffload(probe);
    expect(device.capabilities).toEqual({ ...plainEthernet(1500), txChecksum: true, gather: 2 });
    expect(device.capabilities).toBe(device.capabilities);
    probe.capabilities = plainEthernet(1400);
    expect(device.capabilities).toEqual({ ...plainEthernet(1400), txChecksum: true, gather: 2 });
  });

  it("is the device itself when that does everything", () => {
    const probe = new Probe({ gather: 2, txChecksum: true });
    expect(completeOffload(probe)).toBe(probe);
    const [plain] = devicePair();
    expect(completeOffload(plain)).not.toBe(plain);
  });
});

import { Verdict } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OURS, PEER, pattern, sameOctets, TestHost } from "./support.ts";

/** behaviour.md V8-V10 and acceptance test 10. */
describe("a datagram from one stack to another", () => {
  function exchange(mtu: number, size: number, order: (frames: Uint8Array[]) => Uint8Array[]): void {
    const from = new TestHost({ mtu, addresses: [`${PEER}/24`] });
    const to = new TestHost({ mtu });
    const payload = pattern(size, mtu);
    expect(from.send(payload, OURS, { trafficClass: 0x48 })).toBe(Verdict.Handled);
    const frames = order(from.link.take().map(({ octets }) => octets));
    for (const frame of frames) to.deliver(frame);
    expect(to.transport.received.length).toBe(1);
    const [received] = to.transport.received;
    expect(sameOctets(received!.payload, payload)).toBe(true);
    expect(received!.info).toMatchObject({ trafficClass: 0x48, reassembled: size + 20 > mtu, hopLimit: 64 });
    expect(to.layer.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
  }

  it.each([68, 576, 1280, 1400, 1500])(
    "passes with 65 507 octets and a UDP header at an MTU of %i",
    (mtu) => {
      exchange(mtu, 65515, (frames) => frames);
      exchange(mtu, 65515, (frames) => frames.reverse());
    },
  );

  it("passes at any MTU, at any size, in any order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 68, max: 9100 }),
        fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 65515 })),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (mtu, size, keys) => {
          exchange(mtu, size, (frames) => {
            const keyed = frames.map((frame) => ({ frame, key: keys.next().value as number }));
            return keyed.sort((a, b) => a.key - b.key).map(({ frame }) => frame);
          });
        },
      ),
      { numRuns: 60, seed: 791 },
    );
  });
});

import { ipv4Packet } from "@mnet/conformance";
import { IcmpErrorKind, Packet, Verdict } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OURS, PEER, PROTOCOL, TestHost } from "./support.ts";

const verdicts = new Set<number>(Object.values(Verdict));
const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });

/** conformance.md 3: no input throws, and nothing is kept of what is dropped. */
describe("whatever comes from the wire", () => {
  it("as random octets gets a verdict and leaves nothing behind", () => {
    const host = new TestHost();
    fc.assert(
      fc.property(octets(120), (bytes) => {
        expect(verdicts.has(host.deliver(bytes))).toBe(true);
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect(host.layer.statistics()["reassemblyQueues"]).toBe(0);
  });

  it("as a header with a right checksum, any fields, options and octets gets a verdict", () => {
    const host = new TestHost({ addresses: [`${OURS}/24`] });
    const word = fc.integer({ min: 0, max: 65535 });
    fc.assert(
      fc.property(
        fc.record({
          totalLength: fc.option(word, { nil: undefined }),
          headerLength: fc.option(
            fc.integer({ min: 0, max: 15 }).map((words) => words * 4),
            { nil: undefined },
          ),
          identification: fc.integer({ min: 0, max: 3 }),
          flags: word,
          protocol: fc.constantFrom(PROTOCOL, 99),
          options: octets(40),
          payload: octets(100),
        }),
        ({ totalLength, headerLength, flags, payload, ...others }) => {
          const datagram = ipv4Packet(
            {
              source: PEER,
              destination: OURS,
              ...others,
              moreFragments: (flags & 1) === 1,
              fragmentOffset: (flags >>> 3) * 8,
              ...(totalLength === undefined ? {} : { totalLength }),
              ...(headerLength === undefined ? {} : { headerLength }),
            },
            payload,
          );
          expect(verdicts.has(host.deliver(datagram))).toBe(true);
        },
      ),
      { numRuns: 2000, seed: 2 },
    );
    host.runUntil(host.now + 30_000);
    expect(host.layer.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
  });

  it("as the quote of an error gets a verdict", () => {
    const host = new TestHost();
    const kinds = Object.values(IcmpErrorKind);
    fc.assert(
      fc.property(
        octets(80),
        fc.constantFrom(...kinds),
        fc.integer({ min: 0, max: 65535 }),
        (bytes, kind, mtu) => {
          if (bytes.length > 0) bytes[0] = 0x40 | (bytes[0]! & 15);
          expect(verdicts.has(host.layer.errorReceived(kind, mtu, new Packet(bytes), 0))).toBe(true);
        },
      ),
      { numRuns: 1000, seed: 3 },
    );
  });
});

import {
  fragmentHeader,
  ipv6Fragments,
  ipv6OptionsHeader,
  ipv6Packet,
  parseIpv6Chain,
  routingHeader,
} from "@mnet/conformance";
import { Verdict, verdictName } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OURS, PacketHost, PEER, PROTOCOL, pattern, peerPacket } from "./packet-host.ts";

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION = 60;

/** An option that is skipped, or padding. */
const harmless = fc.oneof(
  fc.constant({ type: 0 }),
  fc.record({ type: fc.constantFrom(1, 5, 0x1e, 0x3e), data: fc.uint8Array({ maxLength: 40 }) }),
);

type Part =
  | {
      readonly type: typeof HOP_BY_HOP | typeof DESTINATION;
      readonly options: { type: number; data?: Uint8Array }[];
    }
  | { readonly type: typeof ROUTING; readonly routing: number; readonly addresses: string[] }
  | { readonly type: typeof FRAGMENT; readonly identification: number };

const options = fc.array(harmless, { maxLength: 6 });
const part: fc.Arbitrary<Part> = fc.oneof(
  { weight: 4, arbitrary: options.map((list): Part => ({ type: DESTINATION, options: list })) },
  {
    weight: 2,
    arbitrary: fc.record({ routing: fc.nat(255), count: fc.nat(4) }).map(
      ({ routing, count }): Part => ({
        type: ROUTING,
        routing,
        addresses: new Array<string>(count).fill(PEER),
      }),
    ),
  },
);
const hopByHop = options.map((list): Part => ({ type: HOP_BY_HOP, options: list }));
const atomic = fc.nat().map((identification): Part => ({ type: FRAGMENT, identification }));

/** Any chain that is in order: hop-by-hop options at most once and first, an atomic fragment at most once. */
const chain: fc.Arbitrary<Part[]> = fc
  .record({
    first: fc.option(hopByHop, { nil: null }),
    before: fc.array(part, { maxLength: 3 }),
    fragment: fc.option(atomic, { nil: null }),
    behind: fc.array(part, { maxLength: 3 }),
  })
  .map(({ first, before, fragment, behind }) =>
    [first, ...before, fragment, ...behind].filter((one): one is Part => one !== null),
  );

function octetsOf(part: Part, nextHeader: number, rest: Uint8Array): Uint8Array {
  switch (part.type) {
    case ROUTING: {
      const { routing: type, addresses } = part;
      return routingHeader({ nextHeader, type, segmentsLeft: 0, addresses }, rest);
    }
    case FRAGMENT:
      return fragmentHeader({ nextHeader, identification: part.identification }, rest);
    default:
      return ipv6OptionsHeader({ nextHeader, options: part.options }, rest);
  }
}

/** The first next header and the octets of a chain in front of `payload`. */
function build(parts: readonly Part[], payload: Uint8Array): [number, Uint8Array] {
  let nextHeader = PROTOCOL;
  let octets = payload;
  for (const one of parts.toReversed()) {
    octets = octetsOf(one, nextHeader, octets);
    nextHeader = one.type;
  }
  return [nextHeader, octets];
}

/** RFC 8200 4.1; the parser of `@mnet/conformance` shares nothing with the walker. */
describe("any chain of extension headers that is in order", () => {
  it("leads to the payload that another parser finds", () => {
    fc.assert(
      fc.property(chain, fc.integer({ min: 1, max: 300 }), (parts, size) => {
        const host = new PacketHost();
        const payload = pattern(size);
        const [nextHeader, octets] = build(parts, payload);
        const packet = peerPacket({ nextHeader }, octets);
        expect(verdictName(host.deliver(packet))).toBe("Handled");
        const [received] = host.transport.received;
        expect(received!.payload).toEqual(parseIpv6Chain(packet).upper);
        expect(received!.payload).toEqual(payload);
        expect(host.errors.sent).toEqual([]);
      }),
      { numRuns: 500, seed: 8200 },
    );
  });

  it("leads there in fragments too, whatever their size and order", () => {
    const pieces = fc.integer({ min: 16, max: 150 }).map((units) => units * 8);
    fc.assert(
      fc.property(
        chain,
        fc.integer({ min: 1, max: 3000 }),
        pieces,
        fc.boolean(),
        (parts, size, cut, reversed) => {
          const host = new PacketHost();
          // What is behind the Fragment header, whose place an atomic one would take; hop-by-hop options are never there.
          const behind = parts.filter(({ type }) => type !== FRAGMENT && type !== HOP_BY_HOP);
          const [nextHeader, octets] = build(behind, pattern(size));
          const header = { source: PEER, destination: OURS, nextHeader, identification: 9 };
          const fragments =
            octets.length > cut ? ipv6Fragments(header, octets, cut) : [ipv6Packet(header, octets)];
          const verdicts = (reversed ? fragments.reverse() : fragments).map((fragment) =>
            host.deliver(fragment),
          );
          if (verdicts.includes(Verdict.HeaderChainTooLong)) {
            // RFC 7112: the chain was longer than the first fragment.
            expect(octets.length - size + 1).toBeGreaterThan(cut);
            expect(host.errors.sent).toMatchObject([{ kind: "IncompleteHeaderChain" }]);
            return;
          }
          expect(host.transport.received.map(({ payload }) => payload.length)).toEqual([size]);
          expect(host.transport.received[0]!.payload).toEqual(pattern(size));
          expect(host.errors.sent).toEqual([]);
        },
      ),
      { numRuns: 300, seed: 7112 },
    );
  });
});

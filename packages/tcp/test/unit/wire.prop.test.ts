import { tcpSegment } from "@mnet/conformance";
import { IpProtocol, Verdict, verdictName } from "@mnet/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { HOST, PEER, TcpHarness } from "../support/harness.ts";
import { opened } from "../support/opened.ts";

const names = new Set(Object.values(Verdict).map(verdictName));

it("any octets are survived, and counted with a verdict", () => {
  const host = new TcpHarness();
  host.listen();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (octets, verified) => {
      const verdict = host.network.deliver(
        IpProtocol.Tcp,
        octets,
        { source: PEER, destination: HOST, ...(verified ? { rxChecksum: 2 } : {}) },
        host.now,
      );
      expect(names.has(verdictName(verdict))).toBe(true);
      host.flush();
    }),
    { numRuns: 500 },
  );
});

/** Near the edges of what a connection knows. */
const edge = fc.integer({ min: -3, max: 3 });
const segment = fc.record({
  sequence: fc.tuple(fc.constantFrom(-70_000, -1, 0, 65_535, 2 ** 31), edge).map(([a, b]) => a + b),
  acknowledgment: fc.tuple(fc.constantFrom(-70_000, 0, 2000, 2 ** 31), edge).map(([a, b]) => a + b),
  flags: fc.subarray([..."SFRPAU"]).map((letters) => letters.join("")),
  window: fc.constantFrom(0, 1, 999, 65_535),
  options: fc.uint8Array({ maxLength: 40 }),
  payload: fc.integer({ min: 0, max: 1400 }),
  wait: fc.constantFrom(0, 0, 10, 300, 70_000),
});

it("segments at the edges of everything keep the connection consistent and bounded", () => {
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 25 }), fc.integer(), (segments, isn) => {
      const { host, peer, application } = opened();
      application.write(2000);
      const ours = peer.theirs!;
      for (const { payload, wait, options, ...fields } of segments) {
        const padded = options.subarray(0, options.length & ~3);
        const bytes = tcpSegment(
          {
            source: PEER,
            destination: HOST,
            sourcePort: 5000,
            destinationPort: 80,
            ...fields,
            sequence: (peer.isn + 1 + fields.sequence) >>> 0,
            acknowledgment: (ours + 1 + fields.acknowledgment) >>> 0,
            options: padded,
            urgentPointer: isn & 0xffff,
          },
          new Uint8Array(payload),
        );
        host.injectOctets(bytes, PEER, HOST);
        host.flush();
        host.advance(wait);
        const { connection } = application;
        expect(connection.readableOctets).toBeLessThanOrEqual(262_144);
        const info = connection.info(host.now);
        expect(info.inFlight).toBeGreaterThanOrEqual(0);
        expect(info.inFlight).toBeLessThanOrEqual(2002);
        expect(info.congestionWindow).toBeGreaterThan(0);
      }
      expect(application.closings).toBeLessThanOrEqual(1);
    }),
    { numRuns: 150 },
  );
});

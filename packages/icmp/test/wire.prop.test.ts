import { icmpV4EchoReply, icmpV4EchoRequest, icmpV4Message, parseIcmpV4 } from "@mnet/conformance";
import { type Cast, IpAddress, RxChecksum, Verdict } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EchoRecord, IcmpHarness } from "./harness.ts";

const octets = fc.uint8Array({ maxLength: 700 });
const cast = fc.constantFrom<Cast[]>("unicast", "broadcast", "multicast");
const how = fc.record({
  cast,
  linkCast: cast,
  source: fc.nat(0xffff_ffff).map((bits) => IpAddress.v4(bits)),
  rxChecksum: fc.constantFrom(RxChecksum.Unknown, RxChecksum.Verified, RxChecksum.Trusted),
});

describe("whatever arrives", () => {
  it("never throws and always has a verdict that is counted", () => {
    const harness = new IcmpHarness();
    let arrived = 0;
    fc.assert(
      fc.property(octets, how, (message, arrives) => {
        const verdict = harness.arrive(message, arrives, arrived++);
        expect(Object.values(Verdict)).toContain(verdict);
      }),
      { numRuns: 500 },
    );
    const counted = Object.values(harness.icmp.counters.snapshot()).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(arrived);
  });

  it("of any type and code with a right checksum neither", () => {
    const harness = new IcmpHarness();
    const fields = fc.record({ type: fc.nat(18), code: fc.nat(255), rest: fc.nat(0xffff_ffff) });
    fc.assert(
      fc.property(fields, octets, how, (message, payload, arrives) => {
        const verdict = harness.arrive(icmpV4Message(message, payload), arrives);
        expect(verdict).not.toBe(Verdict.BadChecksum);
        expect(verdict).not.toBe(Verdict.TooShort);
      }),
      { numRuns: 500 },
    );
  });

  it("as a quote never throws", () => {
    const harness = new IcmpHarness();
    fc.assert(
      fc.property(fc.nat(9), octets, (kind, quoted) => {
        const error = { kind: kind as 0, protocol: 1, quoted };
        expect(harness.ip.deliverError(error, 0)).toBe(false);
      }),
    );
  });

  it("with one bit turned over is never taken for right", () => {
    const harness = new IcmpHarness();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(), (data, flip) => {
        const request = icmpV4EchoRequest({ identifier: 1, sequence: 1 }, data);
        const bit = flip % (request.length * 8);
        request[bit >> 3]! ^= 1 << (bit & 7);
        expect(harness.arrive(request)).toBe(Verdict.BadChecksum);
      }),
    );
  });
});

describe("two stacks that ping each other", () => {
  it("agree on every size, number and content", () => {
    const asking = new IcmpHarness();
    const answering = new IcmpHarness({ addresses: ["10.0.0.2"], peer: "10.0.0.1" });
    const to = IpAddress.parse("10.0.0.2");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(65535), (data, sequence) => {
        const record = new EchoRecord();
        const { identifier } = asking.icmp.echo({ to, data, sequence, timeout: 1 }, record, 0);
        const [request] = asking.ip.take();
        answering.arrive(request!.octets);
        const [reply] = answering.ip.take();
        expect(reply!.octets).toEqual(icmpV4EchoReply({ identifier, sequence }, data));
        expect(parseIcmpV4(reply!.octets).checksumValid).toBe(true);
        asking.arrive(reply!.octets);
        expect(record.replies).toMatchObject([{ octets: data.length }]);
      }),
    );
  });
});

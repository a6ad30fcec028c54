import { type Cast, type IcmpErrorKind, IpAddress, IpProtocol, RxChecksum, Verdict } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, UdpHarness } from "./harness.ts";

const octets = fc.uint8Array({ maxLength: 600 });
const port = fc.integer({ min: 1, max: 65535 });
const address = fc.nat(0xffff_ffff).map((bits) => IpAddress.v4(bits));
const how = fc.record({
  cast: fc.constantFrom<Cast[]>("unicast", "broadcast", "multicast"),
  source: address,
  destination: address,
  segmentSize: fc.constantFrom(0, 1, 100),
  rxChecksum: fc.constantFrom(RxChecksum.Unknown, RxChecksum.Verified, RxChecksum.Trusted),
});

describe("whatever arrives", () => {
  it("never throws and always has a verdict that is counted", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    bound.port.joinGroup(IpAddress.parse("239.1.2.3"), 0);
    let arrived = 0;
    const toPort9 = octets.map((bytes) => {
      if (bytes.length >= 6) bytes.set([0, 9, 0, bytes.length & 0xff], 2);
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(octets, toPort9), how, (bytes, arrives) => {
        expect(Object.values(Verdict)).toContain(stack.ip.deliver(IpProtocol.Udp, bytes, arrives, arrived++));
        bound.receiveAll();
      }),
      { numRuns: 1000 },
    );
    const counted = Object.values(stack.udp.counters.snapshot()).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(arrived);
  });

  it("as a quote never throws, and concerns nobody but the port it names", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9 });
    fc.assert(
      fc.property(fc.nat(9), octets, (kind, quoted) => {
        const live = stack.ip.deliverError({ kind: kind as IcmpErrorKind, protocol: 17, quoted }, 0);
        expect(live).toBe(quoted.length >= 8 && ((quoted[0]! << 8) | quoted[1]!) === 9);
      }),
    );
  });

  it("with one bit turned over is never taken for right", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(), (data, flip) => {
        stack.bind().port.send(data, { address: stack.ip.address, port: 9 }, 0);
        const [sent] = stack.ip.take();
        const bit = flip % (sent!.octets.length * 8);
        sent!.octets[bit >> 3]! ^= 1 << (bit & 7);
        // No checksum at all is allowed.
        fc.pre(sent!.octets[6] !== 0 || sent!.octets[7] !== 0);
        const verdict = stack.ip.deliver(IpProtocol.Udp, sent!.octets, { source: stack.ip.address }, 0);
        expect([Verdict.BadChecksum, Verdict.BadLength]).toContain(verdict);
      }),
    );
  });
});

describe("two stacks", () => {
  it("exchange datagrams of every size and content between any ports", () => {
    const near = new UdpHarness({ parameters: { receiveBuffer: 1e6 } });
    const far = new UdpHarness({ addresses: ["10.0.0.2"], peer: "10.0.0.1" });
    const size = fc.oneof(fc.nat(100), fc.nat(2000), fc.nat(65507));
    fc.assert(
      fc.property(size, fc.nat(255), port, port, (length, salt, from, to) => {
        const data = Uint8Array.from({ length }, (_, index) => index * salt + (index >> 8));
        const sender = near.bind({ port: from });
        const receiver = far.bind({ port: to });
        sender.port.send(data, at(`10.0.0.2:${to}`), 0);
        const [sent] = near.ip.take();
        expect(far.ip.deliver(IpProtocol.Udp, sent!.octets, {}, 0)).toBe(Verdict.Handled);
        const [received] = receiver.receiveAll();
        expect(received!.data).toEqual(data);
        expect(received!.remote.port).toBe(from);
        sender.port.close();
        receiver.port.close();
      }),
      { numRuns: 40 },
    );
  });
});

import { type Ipv4Fields, ipv4Packet } from "@mnet/conformance";
import { Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { OURS, PEER, pattern, peerPacket, sameOctets, TestHost } from "./support.ts";

/** RFC 791 3.1, RFC 1122 3.2.1; conformance.md C-I1, C-I4. */
describe("the header of a received datagram", () => {
  const payload = pattern(12);

  it("leads to the protocol above, which is told what it said", () => {
    const host = new TestHost();
    const fields = { ttl: 1, trafficClass: 0xb9, identification: 0x1234, dontFragment: true };
    expect(host.receive(fields, payload)).toBe(Verdict.Handled);
    const [received] = host.transport.received;
    expect(received!.payload).toEqual(payload);
    expect(received).toMatchObject({ source: PEER, destination: OURS });
    expect(received!.info).toMatchObject({
      family: 4,
      protocol: 253,
      hopLimit: 1,
      trafficClass: 0xb9,
      cast: "unicast",
      linkCast: "unicast",
      loopback: false,
      reassembled: false,
    });
    expect(received!.datagram).toEqual(peerPacket(fields, payload));
    expect(host.layer.counters.snapshot()).toEqual({ Handled: 1 });
  });

  const headers: [string, Partial<Ipv4Fields>, Verdict][] = [
    ["a TTL of 0: it is the routers' to check", { ttl: 0 }, Verdict.Handled],
    ["the reserved flag, which senders should not set", { reservedFlag: true }, Verdict.Handled],
    ["version 6", { version: 6 }, Verdict.BadVersion],
    ["version 0", { version: 0 }, Verdict.BadVersion],
    ["an IHL under 5", { headerLength: 16 }, Verdict.BadHeaderLength],
    ["an IHL of 0", { headerLength: 0 }, Verdict.BadHeaderLength],
    ["an IHL past the end", { headerLength: 60 }, Verdict.BadHeaderLength],
    ["an IHL into the payload", { headerLength: 24, totalLength: 20 }, Verdict.BadLength],
    ["a total length under the header", { totalLength: 19 }, Verdict.BadLength],
    ["a total length of 0", { totalLength: 0 }, Verdict.BadLength],
    ["a total length over what came", { totalLength: 33 }, Verdict.BadLength],
    ["a wrong checksum", { checksum: 0x1234 }, Verdict.BadChecksum],
    ["no checksum", { checksum: 0 }, Verdict.BadChecksum],
  ];
  it.each(headers)("with %s", (_name, fields, verdict) => {
    const host = new TestHost();
    expect(verdictName(host.receive(fields, payload))).toBe(verdictName(verdict));
    expect(host.transport.received.length).toBe(verdict === Verdict.Handled ? 1 : 0);
    expect(host.layer.counters.of(verdict)).toBe(1);
    expect(host.errors.sent).toEqual([]);
  });

  it("is dropped when cut anywhere", () => {
    const host = new TestHost();
    const datagram = peerPacket({}, payload);
    for (let length = 0; length < datagram.length; length++) {
      const expected = length < 20 ? Verdict.TooShort : Verdict.BadLength;
      expect(host.deliver(datagram.subarray(0, length)), `${length} octets`).toBe(expected);
    }
    expect(host.transport.received).toEqual([]);
  });

  it("with every single bit flipped is dropped: the checksum covers it all", () => {
    const host = new TestHost();
    const datagram = peerPacket({ identification: 0xbeef }, payload);
    for (let bit = 0; bit < 160; bit++) {
      const damaged = datagram.slice();
      damaged[bit >>> 3]! ^= 0x80 >>> (bit & 7);
      expect(host.deliver(damaged), `bit ${bit}`).not.toBe(Verdict.Handled);
    }
    expect(host.transport.received).toEqual([]);
  });

  it("ends the datagram: padding of the frame is cut off", () => {
    const host = new TestHost();
    const padded = new Uint8Array(46).fill(0xee);
    padded.set(peerPacket({}, payload));
    expect(host.deliver(padded)).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.payload).toEqual(payload);
  });

  it("may announce no payload at all", () => {
    const host = new TestHost();
    expect(host.receive({}, new Uint8Array(0))).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.payload.length).toBe(0);
  });

  it("may be longer than the MTU: a device may join segments", () => {
    const host = new TestHost();
    const large = pattern(60_000);
    expect(host.receive({}, large, { segmentSize: 1448 })).toBe(Verdict.Handled);
    const [received] = host.transport.received;
    expect(received!.segmentSize).toBe(1448);
    expect(sameOctets(received!.payload, large)).toBe(true);
  });

  it("hands on what the device knew of the transport checksum, and checks its own all the same", () => {
    const host = new TestHost();
    host.receive({}, payload, { rxChecksum: 1 });
    expect(host.transport.received[0]!.rxChecksum).toBe(1);
    expect(host.receive({ checksum: 1 }, payload, { rxChecksum: 2 })).toBe(Verdict.BadChecksum);
  });
});

describe("the options of a received datagram", () => {
  const options: [string, number[], Verdict][] = [
    ["none but the end of the list", [0], Verdict.Handled],
    ["no-operations", [1, 1, 1, 1], Verdict.Handled],
    ["a router alert", [148, 4, 0, 0], Verdict.Handled],
    ["a record route, which is skipped", [7, 7, 4, 0, 0, 0, 0, 0], Verdict.Handled],
    ["an unknown option", [0x5e, 3, 9, 0], Verdict.Handled],
    ["an unknown option of two octets", [0x5e, 2, 1, 1], Verdict.Handled],
    ["40 octets of options", [0x5e, 40, ...new Array<number>(38).fill(7)], Verdict.Handled],
    ["a loose source route", [131, 7, 4, 192, 0, 2, 1, 0], Verdict.SourceRouted],
    ["a strict source route", [137, 7, 4, 192, 0, 2, 1, 0], Verdict.SourceRouted],
    ["a source route behind others", [1, 148, 4, 0, 0, 131, 3, 4], Verdict.SourceRouted],
    ["a source route behind the end, which is padding", [0, 131, 3, 4], Verdict.Handled],
    ["a length of 0, which would be walked for ever", [7, 0, 0, 0], Verdict.BadOption],
    ["a length of 1", [7, 1, 0, 0], Verdict.BadOption],
    ["a length past the end", [7, 5, 0, 0], Verdict.BadOption],
    ["a length of 255", [0x5e, 255, 0, 0], Verdict.BadOption],
    ["a type without a length", [1, 1, 1, 7], Verdict.BadOption],
    ["a source route that lies about its length", [131, 39, 4, 0], Verdict.BadOption],
  ];
  it.each(options)("may be %s", (_name, list, verdict) => {
    const host = new TestHost();
    const payload = pattern(10);
    const datagram = ipv4Packet(
      { source: PEER, destination: OURS, protocol: 253, options: new Uint8Array(list) },
      payload,
    );
    expect(verdictName(host.deliver(datagram))).toBe(verdictName(verdict));
    if (verdict === Verdict.Handled) {
      const [received] = host.transport.received;
      expect(received!.payload).toEqual(payload);
      expect(received!.datagram).toEqual(datagram);
    }
  });
});

import { type Ipv6Fields, icmpV6EchoRequest, icmpV6Message } from "@mnet/conformance";
import { Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { OURS, PacketHost, PEER, pattern, peerPacket, Recorder, sameOctets } from "./packet-host.ts";

/** RFC 8200 3; IPv6 Ready v6LC.1.1.1 to 1.1.8. */
describe("the header of a received packet", () => {
  const payload = pattern(12);

  it("leads to the protocol above, which is told what it said", () => {
    const host = new PacketHost();
    const fields = { hopLimit: 1, trafficClass: 0xb9, flowLabel: 0xabcde };
    expect(host.receive(fields, payload)).toBe(Verdict.Handled);
    const [received] = host.transport.received;
    expect(received!.payload).toEqual(payload);
    expect(received).toMatchObject({ source: PEER, destination: OURS });
    expect(received!.info).toMatchObject({
      family: 6,
      protocol: 253,
      hopLimit: 1,
      trafficClass: 0xb9,
      flowLabel: 0xabcde,
      cast: "unicast",
      linkCast: "unicast",
      loopback: false,
      reassembled: false,
    });
    expect(received!.packet).toEqual(peerPacket(fields, payload));
    expect(host.internet.counters.snapshot()).toEqual({ Handled: 1 });
  });

  const headers: [string, Partial<Ipv6Fields>, Verdict][] = [
    ["a hop limit of 0: it is the routers' to check (v6LC.1.1.3)", { hopLimit: 0 }, Verdict.Handled],
    ["any traffic class (v6LC.1.1.2)", { trafficClass: 0xff }, Verdict.Handled],
    ["any flow label (v6LC.1.1.2)", { flowLabel: 0xfffff }, Verdict.Handled],
    ["version 4 (v6LC.1.1.1)", { version: 4 }, Verdict.BadVersion],
    ["version 0 (v6LC.1.1.1)", { version: 0 }, Verdict.BadVersion],
    ["version 15 (v6LC.1.1.1)", { version: 15 }, Verdict.BadVersion],
    ["a payload length over what came (v6LC.1.1.5)", { payloadLength: 13 }, Verdict.BadLength],
    ["the largest payload length", { payloadLength: 65535 }, Verdict.BadLength],
    ["a payload length of 0, which announces nothing", { payloadLength: 0 }, Verdict.Handled],
  ];
  it.each(headers)("with %s", (_name, fields, verdict) => {
    const host = new PacketHost();
    expect(verdictName(host.receive(fields, payload))).toBe(verdictName(verdict));
    expect(host.transport.received.length).toBe(verdict === Verdict.Handled ? 1 : 0);
    expect(host.internet.counters.of(verdict)).toBe(1);
    expect(host.errors.sent).toEqual([]);
  });

  it("is dropped when cut anywhere", () => {
    const host = new PacketHost();
    const packet = peerPacket({}, payload);
    for (let length = 0; length < packet.length; length++) {
      const expected = length < 40 ? Verdict.TooShort : Verdict.BadLength;
      expect(host.deliver(packet.subarray(0, length)), `${length} octets`).toBe(expected);
    }
    expect(host.transport.received).toEqual([]);
  });

  it("ends the packet: what the link added behind it is cut off (v6LC.1.1.4)", () => {
    const host = new PacketHost();
    const padded = new Uint8Array(70).fill(0xee);
    padded.set(peerPacket({}, payload));
    expect(host.deliver(padded)).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.payload).toEqual(payload);
  });

  it("may be longer than the MTU: a device may join segments", () => {
    const host = new PacketHost();
    const large = pattern(60_000);
    expect(host.receive({}, large, { segmentSize: 1428 })).toBe(Verdict.Handled);
    const [received] = host.transport.received;
    expect(received!.segmentSize).toBe(1428);
    expect(sameOctets(received!.payload, large)).toBe(true);
  });

  it("hands on what the device knew of the transport checksum", () => {
    const host = new PacketHost();
    host.receive({}, payload, { rxChecksum: 1 });
    expect(host.transport.received[0]!.rxChecksum).toBe(1);
  });

  it("without a protocol above is answered with the place that names it (RFC 4443 3.4, v6LC.1.1.6)", () => {
    const host = new PacketHost();
    expect(host.receive({ nextHeader: 138 }, payload)).toBe(Verdict.ProtocolUnreachable);
    expect(host.errors.sent).toMatchObject([{ kind: "ProtocolUnreachable", pointer: 6, cast: "unicast" }]);
    expect(host.errors.sent[0]!.quote).toEqual(peerPacket({ nextHeader: 138 }, payload));
  });

  it("with next header 59 is the end of it, in silence (RFC 8200 4.7, v6LC.1.1.7)", () => {
    const host = new PacketHost();
    expect(host.receive({ nextHeader: 59 }, payload)).toBe(Verdict.NoNextHeader);
    expect(host.errors.sent).toEqual([]);
  });
});

/** RFC 4443 2.3. */
describe("an ICMPv6 message", () => {
  const around = { source: PEER, destination: OURS };
  const echo = icmpV6EchoRequest({ ...around, identifier: 1, sequence: 2 }, pattern(9));

  it("goes to who registered for it, verified", () => {
    const host = new PacketHost();
    const icmp = new Recorder();
    host.internet.protocols.handle(58, icmp);
    expect(host.receive({ nextHeader: 58 }, echo)).toBe(Verdict.Handled);
    expect(icmp.received[0]).toMatchObject({ rxChecksum: 2, payload: echo });
  });

  it("with any bit flipped is dropped", () => {
    const host = new PacketHost();
    const icmp = new Recorder();
    host.internet.protocols.handle(58, icmp);
    for (let bit = 0; bit < echo.length * 8; bit++) {
      const damaged = echo.slice();
      damaged[bit >>> 3]! ^= 0x80 >>> (bit & 7);
      expect(host.receive({ nextHeader: 58 }, damaged), `bit ${bit}`).toBe(Verdict.BadChecksum);
    }
    expect(icmp.received).toEqual([]);
  });

  it("is not verified again when the device did, or is not finished because the sender is trusted", () => {
    const host = new PacketHost();
    const icmp = new Recorder();
    host.internet.protocols.handle(58, icmp);
    const wrong = icmpV6EchoRequest({ ...around, identifier: 1, sequence: 2, checksum: 1 });
    expect(host.receive({ nextHeader: 58 }, wrong, { rxChecksum: 2 })).toBe(Verdict.Handled);
    expect(host.receive({ nextHeader: 58 }, wrong, { rxChecksum: 1 })).toBe(Verdict.Handled);
  });

  it("shorter than its header is dropped", () => {
    const host = new PacketHost();
    for (let length = 0; length < 4; length++) {
      expect(host.receive({ nextHeader: 58 }, echo.subarray(0, length))).toBe(Verdict.TooShort);
    }
  });

  const types: [number, boolean][] = [
    [1, false],
    [4, false],
    [127, false],
    [129, false],
    [130, true],
    [131, true],
    [132, true],
    [133, true],
    [134, true],
    [135, true],
    [136, true],
    [137, true],
    [138, false],
    [142, false],
    [143, true],
    [144, false],
    [255, false],
  ];
  it.each(types)("of type %d goes to Neighbor Discovery or MLD: %s", (type, control) => {
    const host = new PacketHost();
    const icmp = new Recorder();
    host.internet.protocols.handle(58, icmp);
    const message = icmpV6Message({ ...around, type }, pattern(20));
    expect(host.receive({ nextHeader: 58, hopLimit: 255 }, message)).toBe(Verdict.Handled);
    expect(icmp.received.length).toBe(control ? 0 : 1);
    expect(host.control.received.map((received) => received.type)).toEqual(control ? [type] : []);
    if (control) {
      expect(host.control.received[0]).toMatchObject({ octets: message, source: PEER, hopLimit: 255 });
    }
  });
});

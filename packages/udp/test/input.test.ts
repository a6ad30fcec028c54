import { udpDatagram } from "@mnet/conformance";
import { formatEndpoint, IpProtocol, RxChecksum, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { pattern, UdpHarness } from "./harness.ts";

const addresses = { source: "10.0.0.2", destination: "10.0.0.1" };
const ports = { sourcePort: 4000, destinationPort: 9 };

describe("a datagram (RFC 768)", () => {
  it.each([0, 1, 1472, 1473, 65507])("of %i octets is received whole, with both ends", (size) => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    expect(stack.arrive(pattern(size), {}, { reassembled: size > 1472 })).toBe(Verdict.Handled);
    expect(bound.readableCount).toBe(1);
    expect(bound.port.pending).toBe(1);
    const [datagram] = bound.receiveAll();
    expect(datagram!.data).toEqual(pattern(size));
    expect(formatEndpoint(datagram!.remote)).toBe("10.0.0.2:4000");
    expect(formatEndpoint(datagram!.local)).toBe("10.0.0.1:9");
    expect(datagram!.truncated).toBe(false);
    expect(bound.port.pending).toBe(0);
    expect(bound.port.receive()).toBeNull();
  });

  it("that came before anybody asked waits: three in a row are all there, in order", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    for (const text of ["one", "two", "three"]) stack.arrive(text);
    expect(bound.texts()).toEqual(["one", "two", "three"]);
  });

  it("from port 0 is received: it expects no answer", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    stack.arrive("silent", { sourcePort: 0 });
    expect(bound.receiveAll()[0]!.remote.port).toBe(0);
  });

  it("belongs to the receiver: the next one does not touch it", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    stack.arrive("first");
    const [first] = bound.receiveAll();
    first!.data.fill(0x2e);
    stack.arrive("again");
    expect(bound.texts()).toEqual(["again"]);
    expect(String.fromCharCode(...first!.data)).toBe(".....");
  });

  it("names the sender of each, whoever it is", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    stack.arrive("", { sourcePort: 1 }, { source: "10.0.0.2" });
    stack.arrive("", { sourcePort: 1 }, { source: "10.0.0.3" });
    stack.arrive("", { sourcePort: 2 }, { source: "10.0.0.3" });
    stack.arrive("", { sourcePort: 2 }, { source: "10.0.0.3" });
    expect(bound.receiveAll().map(({ remote }) => formatEndpoint(remote))).toEqual([
      "10.0.0.2:1",
      "10.0.0.3:1",
      "10.0.0.3:2",
      "10.0.0.3:2",
    ]);
  });

  it("that the device put together from several is several again", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    stack.arrive("aaaabbbbcc", {}, { segmentSize: 4 });
    expect(bound.texts()).toEqual(["aaaa", "bbbb", "cc"]);
  });
});

describe("its length", () => {
  it.each([
    ["is right", 13, "hello"],
    ["is shorter than the packet: the rest is no part of it", 11, "hel"],
    ["is the header's alone", 8, ""],
  ])("%s", (_, length, expected) => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    const text = "hello".slice(0, length - 8);
    const octets = new Uint8Array(13);
    octets.set(
      udpDatagram(
        { ...addresses, ...ports },
        Uint8Array.from(text, (c) => c.charCodeAt(0)),
      ),
    );
    expect(stack.ip.deliver(IpProtocol.Udp, octets, {}, 0)).toBe(Verdict.Handled);
    expect(bound.texts()).toEqual([expected]);
  });

  it.each([0, 1, 7, 14, 65535])("may not be %i in a packet of 13 octets", (length) => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    expect(stack.arrive("hello", { length })).toBe(Verdict.BadLength);
    expect(bound.port.pending).toBe(0);
  });

  it("has to be there: fewer than 8 octets are no datagram", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9 });
    for (let length = 0; length < 8; length++) {
      expect(stack.ip.deliver(IpProtocol.Udp, new Uint8Array(length), {}, 0)).toBe(Verdict.TooShort);
    }
    expect(stack.udp.counters.snapshot()).toEqual({ TooShort: 8 });
  });
});

describe("its checksum", () => {
  it("is verified", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9 });
    expect(stack.arrive("hello", { checksum: 0x1234 })).toBe(Verdict.BadChecksum);
    expect(bound.port.pending).toBe(0);
  });

  it("covers the addresses: a datagram that IP brought to the wrong place is dropped", () => {
    const stack = new UdpHarness({ addresses: ["10.0.0.1/24", "10.0.0.5/24"] });
    stack.bind({ port: 9 });
    expect(stack.arrive("hello", { destination: "10.0.0.5" })).toBe(Verdict.BadChecksum);
  });

  it("may be missing over IPv4, and not over IPv6 (RFC 8200 8.1)", () => {
    const v4 = new UdpHarness();
    v4.bind({ port: 9 });
    expect(v4.arrive("hello", { checksum: 0 })).toBe(Verdict.Handled);
    const v6 = new UdpHarness({ family: 6 });
    v6.bind({ port: 9 });
    expect(v6.arrive("hello")).toBe(Verdict.Handled);
    expect(v6.arrive("hello", { checksum: 0 })).toBe(Verdict.BadChecksum);
  });

  it("is 0xffff on the wire when the sum is 0, and that is right", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9 });
    const withData = (word: number): Uint8Array =>
      udpDatagram({ ...addresses, ...ports }, Uint8Array.of(word >> 8, word));
    const checksumOf = (octets: Uint8Array): number => (octets[6]! << 8) | octets[7]!;
    // A payload that is the checksum of the same datagram without it makes the sum all ones.
    const octets = withData(checksumOf(withData(0)));
    expect(checksumOf(octets)).toBe(0xffff);
    expect(stack.ip.deliver(IpProtocol.Udp, octets, {}, 0)).toBe(Verdict.Handled);
  });

  it("is the device's matter when the device verified it, or vouches for the sender", () => {
    const stack = new UdpHarness();
    stack.bind({ port: 9 });
    for (const rxChecksum of [RxChecksum.Verified, RxChecksum.Trusted]) {
      expect(stack.arrive("hello", { checksum: 0x1234 }, { rxChecksum })).toBe(Verdict.Handled);
    }
  });
});

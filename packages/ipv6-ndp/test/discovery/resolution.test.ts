import { sourceLinkAddress, targetLinkAddress } from "@mnet/conformance";
import { IpAddress, MacAddress, Packet, RxChecksum, Verdict, viewOf } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER, OTHER_MAC, OWN, PEER, PEER_MAC } from "./bench.ts";

const ask = (at: number, target = PEER, source = OWN): string =>
  `${at} NS ${target} ${source} > ff02::1:ff00:${target.at(-1)} (33:33:ff:00:00:0${target.at(-1)}) slla`;

const mac = (text: string): MacAddress => MacAddress.parse(text);

/** The octets of an IPv6 packet from `source` that is nothing but its header. */
function headerFrom(source: string): Packet {
  const packet = Packet.allocate(14 + 40);
  packet.reset(14, 54);
  const { w0, w1, w2, w3 } = IpAddress.parse(source);
  packet.bytes[14] = 0x60;
  for (const [at, word] of [w0, w1, w2, w3].entries()) packet.view.setInt32(14 + 8 + 4 * at, word);
  return packet;
}

describe("resolving a neighbour (RFC 4861 7.2.2; C-S10)", () => {
  it("asks its solicited-node group for it, once a second, three times, whatever is sent meanwhile", () => {
    const bench = new Bench();
    for (let at = 0; at < 2900; at += 100) {
      expect(bench.send(PEER)).toBe(Verdict.Queued);
      bench.advance(100);
    }
    expect(bench.log()).toEqual([ask(0), ask(1000), ask(2000)]);
  });

  it("writes the solicitation as RFC 4861 4.3 has it", () => {
    const bench = new Bench();
    const octets: string[] = [];
    const { send } = bench.link;
    bench.link.send = (packet, to, etherType) => {
      octets.push([...packet.toBytes()].map((octet) => octet.toString(16).padStart(2, "0")).join(""));
      return send.call(bench.link, packet, to, etherType);
    };
    bench.send(PEER);
    expect(octets).toEqual([
      // Version, payload length 32, ICMPv6, hop limit 255; from our link-local address to ff02::1:ff00:2.
      "6000000000203aff" +
        "fe80000000000000000000fffe000001" +
        "ff0200000000000000000001ff000002" +
        // Type 135, code 0, checksum, reserved, target, our link-layer address.
        "87007b9700000000" +
        "fe800000000000000000000000000002" +
        "0101020000000001",
    ]);
  });

  it("fails three seconds later: each packet is reported, and the next one begins afresh", () => {
    const bench = new Bench();
    bench.send(PEER, "aa");
    bench.send(PEER, "bb");
    bench.advance(2999);
    expect(bench.unreachable).toEqual([]);
    bench.advance(1);
    expect(bench.unreachable).toEqual([`${PEER} aa`, `${PEER} bb`]);
    expect(bench.neighbors()).toEqual([]);
    bench.log();
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    expect(bench.log()).toEqual([ask(3000)]);
    bench.na({ solicited: true });
    expect(bench.log()).toEqual([`3000 ip 60 to ${PEER_MAC}`]);
  });

  it("asks from the source of the first packet if that is an address of ours (7.2.2), else from a near one", () => {
    const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 } });
    bench.addAddress("2001:db8:1::1/64");
    bench.addAddress("2001:db8:2::1/64");
    bench.sendPacket("2001:db8:1::2", headerFrom("2001:db8:2::1"));
    bench.sendPacket("2001:db8:1::3", headerFrom("2001:db8:9::1"));
    bench.sendPacket("fe80::4", headerFrom("2001:db8:9::1"));
    bench.sendPacket("2001:db8:9::5", headerFrom("::"));
    expect(bench.lines().map((line) => line.split(" ")[2])).toEqual([
      "2001:db8:2::1",
      "2001:db8:1::1",
      OWN,
      OWN,
    ]);
  });

  it("goes on from another address when the one it asked from is gone", () => {
    const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 } });
    bench.addAddress("2001:db8:1::1/64");
    bench.sendPacket("fe80::2", headerFrom("2001:db8:1::1"));
    bench.nd.removeAddress(IpAddress.parse("2001:db8:1::1"), bench.now);
    bench.advance(1000);
    expect(bench.log()).toEqual([ask(0, PEER, "2001:db8:1::1"), ask(1000)]);
  });

  it("has nobody to ask from before an address is ours", () => {
    const bench = new Bench({ unstarted: true });
    bench.nd.start(0);
    expect(bench.send(PEER)).toBe(Verdict.BadLocalAddress);
    expect(bench.neighbors()).toEqual([]);
  });

  it("never asks for an address that no neighbour can have, nor for our own", () => {
    const bench = new Bench();
    for (const address of ["ff02::2", "::", "::1", "10.0.0.1", OWN]) {
      expect(bench.send(address)).toBe(Verdict.BadDestination);
    }
    expect(bench.neighbors()).toEqual([]);
    expect(bench.log()).toEqual([]);
  });

  it("uses the retransmission timer that a router advertised (6.3.4)", () => {
    const bench = new Bench();
    bench.ra({ lifetime: 0, retransTimer: 2500 });
    bench.send(PEER);
    bench.advance(7499);
    expect(bench.log()).toEqual([ask(0), ask(2500), ask(5000)]);
    bench.advance(1);
    expect(bench.unreachable).toHaveLength(1);
  });
});

describe("packets that wait", () => {
  it("are sent in order, and when there are more than may wait the oldest goes", () => {
    const bench = new Bench({ parameters: { queuePackets: 3 } });
    for (const hex of ["01", "02", "03", "04", "05"]) bench.send(PEER, hex);
    bench.log();
    bench.na({ solicited: true });
    expect(bench.lines()).toEqual(["03", "04", "05"].map((hex) => `ip ${hex} to ${PEER_MAC}`));
    expect(bench.nd.resolver!.held.snapshot()).toEqual({ Queued: 5, QueueFull: 2, Handled: 3 });
  });

  it("wait for their own neighbour: an advertisement of one resolves no other (acceptance test 1)", () => {
    const bench = new Bench();
    bench.send(PEER, "aa");
    bench.send(OTHER, "bb");
    bench.log();
    bench.na({ target: OTHER, solicited: true, options: [targetLinkAddress(OTHER_MAC)] });
    expect(bench.lines()).toEqual([`ip bb to ${OTHER_MAC}`]);
    expect(bench.neighbors()).toEqual([`${PEER} ? incomplete +1`, `${OTHER} ${OTHER_MAC} reachable`]);
  });

  it("keep their tails, their checksum request and their segment size", () => {
    const bench = new Bench();
    bench.link.setCapabilities({ segmentation: { tcp4: false, tcp6: true, udp: false, maxOctets: 65_535 } });
    const ring = Uint8Array.of(9, 9, 0x0a, 0x0b, 9);
    const packet = Packet.allocate(40);
    packet.reset(30, 40);
    packet.transport = 34;
    packet.payload = 40;
    packet.checksumStart = 34;
    packet.checksumField = 38;
    packet.segmentSize = 2;
    packet.rxChecksum = RxChecksum.Trusted;
    packet.tails = 1;
    packet.tail[0].aim(ring, viewOf(ring), 2, 4);
    bench.sendPacket(PEER, packet);
    const seen: [string, number][] = [];
    const { send } = bench.link;
    bench.link.send = (sent, to, etherType) => {
      const verdict = send.call(bench.link, sent, to, etherType);
      const { octets, segmentSize } = bench.link.sent.at(-1)!;
      seen.push([[...octets].join(" "), segmentSize]);
      return verdict;
    };
    bench.na({ solicited: true });
    // The link carried the request out: 0x0a0b is the sum of the covered octets, inverted 0xf5f4.
    expect(seen).toEqual([["0 0 0 0 0 0 0 0 245 244 10 11", 2]]);
  });

  it("are reported after the entry is gone, so that the reporter may send again", () => {
    const bench = new Bench();
    const verdicts: Verdict[] = [];
    bench.nd.resolver!.onUnreachable((nextHop) => verdicts.push(bench.send(`${nextHop}`)));
    bench.send(PEER);
    bench.send(PEER);
    bench.advance(3000);
    expect(verdicts).toEqual([Verdict.Queued, Verdict.Queued]);
    expect(bench.neighbors()).toEqual([`${PEER} ? incomplete +2`]);
    expect(bench.log().at(-1)).toBe(ask(3000));
  });

  it("go on when the neighbour itself asks for us", () => {
    const bench = new Bench();
    bench.send(PEER, "aa");
    bench.log();
    bench.ns();
    expect(bench.lines()).toContain(`ip aa to ${PEER_MAC}`);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} stale`]);
  });
});

describe("an advertisement that nobody waits for", () => {
  it("makes no entry (7.2.5)", () => {
    const bench = new Bench();
    expect(bench.na({ solicited: true })).toBe(Verdict.Ignored);
    expect(bench.na({ destination: "ff02::1", override: true })).toBe(Verdict.Ignored);
    expect(bench.neighbors()).toEqual([]);
  });

  it("changes no entry but that of its target", () => {
    const bench = new Bench();
    for (const neighbor of [PEER, OTHER]) {
      bench.send(neighbor);
      bench.na({
        target: neighbor,
        solicited: true,
        options: [targetLinkAddress(neighbor === PEER ? PEER_MAC : OTHER_MAC)],
      });
    }
    bench.na({ target: OTHER, override: true, options: [targetLinkAddress("02:00:00:00:00:77")] });
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} reachable`, `${OTHER} 02:00:00:00:00:77 stale`]);
  });
});

describe("static neighbours", () => {
  it("are changed by nothing from the wire, and never expire", () => {
    const bench = new Bench();
    bench.send(PEER, "aa");
    bench.log();
    bench.nd.resolver!.addStatic(IpAddress.parse(PEER), mac(OTHER_MAC));
    bench.na({ override: true, solicited: true });
    bench.ns({ options: [sourceLinkAddress(PEER_MAC)] });
    bench.advance(86_400_000);
    expect(bench.lines()).toContain(`NA ${OWN} ${OWN} > ${PEER} (${OTHER_MAC}) SO tlla`);
    expect(bench.neighbors()).toEqual([`${PEER} ${OTHER_MAC} static`]);
    expect(bench.send(PEER)).toBe(Verdict.Handled);
  });

  it("stay so when they were learned before, in whatever state", () => {
    const bench = new Bench();
    bench.ns();
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} stale`]);
    bench.nd.resolver!.addStatic(IpAddress.parse(PEER), mac(OTHER_MAC));
    bench.log();
    for (let times = 0; times < 3; times++) {
      bench.send(PEER);
      bench.advance(3_600_000);
    }
    expect(bench.lines()).toEqual(new Array(3).fill(`ip 60 to ${OTHER_MAC}`));
    expect(bench.neighbors()).toEqual([`${PEER} ${OTHER_MAC} static`]);
  });

  it("go by remove, not by flush", () => {
    const bench = new Bench();
    bench.nd.resolver!.addStatic(IpAddress.parse(PEER), mac(PEER_MAC));
    bench.ns({ source: OTHER, options: [sourceLinkAddress(OTHER_MAC)] });
    bench.nd.resolver!.flush();
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} static`]);
    bench.nd.resolver!.remove(IpAddress.parse(PEER));
    bench.nd.resolver!.remove(IpAddress.parse(PEER));
    expect(bench.neighbors()).toEqual([]);
  });

  it("must be possible", () => {
    const { resolver } = new Bench().nd;
    const add = (address: string, to: string) => () => resolver!.addStatic(IpAddress.parse(address), mac(to));
    expect(add("ff02::5", PEER_MAC)).toThrow("address must be a unicast IPv6 address, not ff02::5");
    expect(add("10.0.0.1", PEER_MAC)).toThrow(RangeError);
    expect(add(OWN, PEER_MAC)).toThrow("is our own");
    expect(add(PEER, "33:33:00:00:00:01")).toThrow("mac must be a station's address");
  });
});

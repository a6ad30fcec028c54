import { fragmentHeader } from "@mnet/conformance";
import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { PacketHost, PEER, PROTOCOL, pattern, sameOctets } from "./packet-host.ts";

const octets = pattern(65536);

/** conformance.md C-S4 and section 3 (fragment flood, FragmentSmack CVE-2018-5391). */
describe("the memory of reassembly", () => {
  interface From {
    source?: string;
    identification: number;
    from?: number;
    to?: number;
    last?: boolean;
  }
  function feed(
    host: PacketHost,
    { source = PEER, identification, from = 0, to = 8, last = false }: From,
  ): Verdict {
    const header = {
      nextHeader: PROTOCOL,
      identification,
      fragmentOffset: from,
      moreFragments: !last,
    };
    return host.receive({ source, nextHeader: 44 }, fragmentHeader(header, octets.subarray(from, to)));
  }
  const address = (index: number): string => `2001:db8:1:${index.toString(16)}::1`;

  it("is charged with the octets of a piece and 64 more", () => {
    const host = new PacketHost();
    feed(host, { identification: 1, from: 0, to: 1480 });
    feed(host, { identification: 1, from: 8000, to: 8008 });
    feed(host, { identification: 2, source: "2001:db8::8" });
    expect(host.internet.statistics()).toMatchObject({
      reassemblyQueues: 2,
      reassemblyOctets: 1480 + 8 + 8 + 3 * 64,
    });
    feed(host, { identification: 1, from: 0, to: 1480 });
    expect(host.internet.statistics()["reassemblyOctets"]).toBe(1480 + 8 + 8 + 3 * 64);
  });

  it("holds 256 datagrams and gives up the oldest for one more", () => {
    const host = new PacketHost();
    for (let index = 0; index < 256; index++) feed(host, { identification: 1, source: address(index) });
    expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 256, reassemblyEvictions: 0 });
    feed(host, { identification: 1, source: address(256) });
    expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 256, reassemblyEvictions: 1 });
    expect(feed(host, { identification: 1, source: address(1), from: 8, to: 9, last: true })).toBe(
      Verdict.Handled,
    );
    expect(feed(host, { identification: 1, source: address(0), from: 8, to: 9, last: true })).toBe(
      Verdict.Queued,
    );
  });

  it("gives one source a quarter of the datagrams, so that a flood evicts its own", () => {
    const host = new PacketHost();
    feed(host, { identification: 9, source: "2001:db8:2::1" });
    for (let identification = 0; identification < 5000; identification++) feed(host, { identification });
    expect(host.internet.statistics()).toMatchObject({
      reassemblyQueues: 65,
      reassemblyEvictions: 5000 - 64,
    });
    expect(feed(host, { identification: 9, source: "2001:db8:2::1", from: 8, to: 9, last: true })).toBe(
      Verdict.Handled,
    );
    expect(feed(host, { identification: 4999, from: 8, to: 9, last: true })).toBe(Verdict.Handled);
  });

  it("counts all addresses of a /64 as one source, for one host can have them all", () => {
    const host = new PacketHost();
    feed(host, { identification: 9, source: "2001:db8:2::1" });
    for (let index = 1; index <= 1000; index++) {
      feed(host, { identification: 1, source: `2001:db8:7::${index.toString(16)}` });
    }
    expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 65, reassemblyEvictions: 936 });
    for (let index = 1; index <= 100; index++) {
      feed(host, { identification: 1, source: `fe80::${index.toString(16)}` });
    }
    expect(host.internet.statistics()["reassemblyQueues"]).toBe(165);
  });

  it("gives one source a quarter of the octets", () => {
    const host = new PacketHost();
    feed(host, { identification: 9, source: "2001:db8:2::1" });
    for (let identification = 0; identification < 40; identification++) {
      for (let from = 0; from < 57_344; from += 8192) feed(host, { identification, from, to: from + 8192 });
      expect(host.internet.statistics()["reassemblyOctets"]).toBeLessThanOrEqual(1024 * 1024 + 72);
    }
    expect(host.internet.statistics()["reassemblyEvictions"]).toBeGreaterThan(0);
    expect(feed(host, { identification: 9, source: "2001:db8:2::1", from: 8, to: 9, last: true })).toBe(
      Verdict.Handled,
    );
  });

  it("never exceeds 4 MiB, whoever sends", () => {
    const host = new PacketHost();
    for (let index = 0; index < 200; index++) {
      for (let from = 0; from < 61_440; from += 20_480) {
        feed(host, { identification: 1, source: address(index), from, to: from + 20_480 });
      }
      expect(host.internet.statistics()["reassemblyOctets"]).toBeLessThanOrEqual(4 * 1024 * 1024);
    }
    expect(host.internet.statistics()["reassemblyQueues"]).toBe(68);
    expect(
      feed(host, { identification: 1, source: address(199), from: 61_440, to: 61_441, last: true }),
    ).toBe(Verdict.Handled);
  });

  it("takes 2048 pieces of a datagram and no more, each for its own sake", () => {
    const host = new PacketHost();
    for (let piece = 0; piece < 2048; piece++) {
      expect(feed(host, { identification: 1, from: piece * 16, to: piece * 16 + 8 })).toBe(Verdict.Queued);
    }
    expect(feed(host, { identification: 1, from: 2048 * 16, to: 2048 * 16 + 8 })).toBe(Verdict.FragmentLimit);
    expect(host.internet.statistics()).toMatchObject({
      reassemblyQueues: 0,
      reassemblyOctets: 0,
      reassemblyEvictions: 1,
    });
  });

  it("has room for the most pieces a datagram of 65 507 octets needs, last first", () => {
    const host = new PacketHost();
    const total = 65_515;
    const starts = Array.from({ length: Math.ceil(total / 48) }, (_, index) => index * 48).reverse();
    expect(starts.length).toBe(1365);
    for (const from of starts) {
      feed(host, { identification: 3, from, to: Math.min(from + 48, total), last: from + 48 >= total });
    }
    expect(sameOctets(host.transport.received[0]!.payload, octets.subarray(0, total))).toBe(true);
  });

  it("gives up a datagram that is over a bound all alone", () => {
    const host = new PacketHost({ parameters: { reassemblyOctets: 4096 } });
    feed(host, { identification: 1, to: 800 });
    expect(feed(host, { identification: 1, from: 800, to: 1600 })).toBe(Verdict.FragmentLimit);
    expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
  });

  it("is empty again after everything timed out, and is used again", () => {
    const host = new PacketHost();
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 50; index++)
        feed(host, { identification: index, source: address(index), to: 4096 });
      host.runUntil(host.now + 60_000);
      expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
    }
    expect(host.errors.sent.length).toBe(150);
  });
});

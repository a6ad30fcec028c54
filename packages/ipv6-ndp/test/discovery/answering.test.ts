import { nonceOption, sourceLinkAddress, targetLinkAddress } from "@mnet/conformance";
import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ALL_NODES, Bench, OTHER_MAC, OWN, OWN_MAC, PEER, PEER_MAC } from "./bench.ts";

const answer = (to: string, mac: string, flags: string): string =>
  `NA ${OWN} ${OWN} > ${to} (${mac}) ${flags} tlla`;

describe("a solicitation for an address of ours (RFC 4861 7.2.3, 7.2.4)", () => {
  it("is answered to its source, solicited and overriding, and its sender is known from then on", () => {
    const bench = new Bench();
    expect(bench.ns()).toBe(Verdict.Handled);
    expect(bench.lines()).toEqual([answer(PEER, PEER_MAC, "SO")]);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} stale`]);
    expect(bench.nd.counters.snapshot()).toEqual({ Handled: 1 });
  });

  it("writes the answer as RFC 4861 4.4 has it", () => {
    const bench = new Bench();
    let octets = "";
    const { send } = bench.link;
    bench.link.send = (packet, to, etherType) => {
      octets = [...packet.toBytes()].map((octet) => octet.toString(16).padStart(2, "0")).join("");
      return send.call(bench.link, packet, to, etherType);
    };
    bench.ns();
    expect(octets).toBe(
      "6000000000203afffe80000000000000000000fffe000001fe800000000000000000000000000002" +
        // Type 136, code 0, checksum, S and O, target, target link-layer address.
        "88001a1c60000000fe80000000000000000000fffe0000010201020000000001",
    );
  });

  it("without a link-layer address is answered to its source all the same, solicited (acceptance test 7)", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.na({ solicited: true });
    bench.log();
    bench.ns({ destination: OWN, options: [] });
    expect(bench.lines()).toEqual([answer(PEER, PEER_MAC, "SO")]);
  });

  it("without a link-layer address, by somebody unknown, is answered once that one is found", () => {
    const bench = new Bench();
    bench.ns({ destination: OWN, options: [] });
    expect(bench.lines()).toEqual([`NS ${PEER} ${OWN} > ff02::1:ff00:2 (33:33:ff:00:00:02) slla`]);
    bench.na({ solicited: true });
    expect(bench.lines()).toEqual([answer(PEER, PEER_MAC, "SO")]);
  });

  it("from :: is answered to all nodes, not solicited, and teaches nothing", () => {
    const bench = new Bench();
    expect(bench.ns({ source: "::", options: [nonceOption(Uint8Array.of(1, 2, 3, 4, 5, 6))] })).toBe(
      Verdict.Handled,
    );
    expect(bench.lines()).toEqual([answer(ALL_NODES, "33:33:00:00:00:01", "O")]);
    expect(bench.neighbors()).toEqual([]);
  });

  it("changes the entry of a neighbour that has a new link-layer address, which makes it stale", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.na({ solicited: true });
    bench.log();
    bench.ns({ options: [sourceLinkAddress(OTHER_MAC)] });
    expect(bench.neighbors()).toEqual([`${PEER} ${OTHER_MAC} stale`]);
    expect(bench.lines()).toEqual([answer(PEER, OTHER_MAC, "SO")]);
  });

  it("is answered with the address that was asked for as its source", () => {
    const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 } });
    bench.addAddress("2001:db8::1/64");
    bench.ns({ target: "2001:db8::1", source: "2001:db8::2" });
    expect(bench.lines()).toEqual([`NA 2001:db8::1 2001:db8::1 > 2001:db8::2 (${PEER_MAC}) SO tlla`]);
  });
});

describe("a solicitation that is not for us", () => {
  it("is not answered and teaches nothing: another's address, or one of ours that is tentative or refused", () => {
    const bench = new Bench();
    expect(bench.ns({ target: "fe80::77" })).toBe(Verdict.NotForUs);
    bench.addAddress("2001:db8::1/64");
    expect(bench.ns({ target: "2001:db8::1" })).toBe(Verdict.NotForUs);
    bench.ns({ target: "2001:db8::1", source: "::", options: [] });
    expect(bench.addresses()[1]).toBe("2001:db8::1/64 duplicate");
    expect(bench.ns({ target: "2001:db8::1" })).toBe(Verdict.NotForUs);
    expect(bench.lines().filter((line) => line.startsWith("NA"))).toEqual([]);
    expect(bench.neighbors()).toEqual([]);
  });

  it("is our own, come back: neither learned nor answered", () => {
    const bench = new Bench();
    expect(bench.ns({ source: OWN })).toBe(Verdict.BadSource);
    expect(bench.ns({ options: [sourceLinkAddress(OWN_MAC)] })).toBe(Verdict.BadSource);
    expect(bench.na({ options: [targetLinkAddress(OWN_MAC)] })).toBe(Verdict.BadSource);
    expect(bench.neighbors()).toEqual([]);
    expect(bench.lines()).toEqual([]);
  });
});

it("solicitations of routers are not for hosts (RFC 4861 6.2.6)", () => {
  const bench = new Bench();
  const octets = Uint8Array.of(133, 0, 0, 0, 0, 0, 0, 0);
  expect(bench.receive(octets, {}, PEER, "ff02::2")).toBe(Verdict.Ignored);
  expect(bench.neighbors()).toEqual([]);
});

import { nonceOption, sourceLinkAddress, targetLinkAddress } from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, type BenchOptions, OTHER_MAC, OWN, OWN_MAC, PEER, PEER_MAC } from "./bench.ts";

const GLOBAL = "2001:db8::1";
const probe = (address: string): string =>
  `NS ${address} :: > ${IpAddress.parse(address).solicitedNodeGroup} (33:33:ff:00:00:01) nonce`;
/** What routers are told of an address that has passed (RFC 9131). */
const welcome = (address: string): string => `NA ${address} ${address} > ff02::2 (33:33:00:00:00:02) - tlla`;

/** A bench before its start. */
function cold(options: BenchOptions = {}): Bench {
  return new Bench({ ...options, unstarted: true });
}

/** The nonce of the last probe that was sent. */
function spyNonces(bench: Bench): Uint8Array[] {
  const nonces: Uint8Array[] = [];
  const { send } = bench.link;
  bench.link.send = (packet, to, etherType) => {
    const octets = packet.toBytes();
    if (octets[40] === 135 && octets[64] === 14) nonces.push(octets.slice(66, 72));
    return send.call(bench.link, packet, to, etherType);
  };
  return nonces;
}

describe("duplicate address detection (RFC 4862 5.4; C-S12)", () => {
  it("waits a random time up to a second and hears the group meanwhile, joins it, probes from ::, and assigns a second later", () => {
    const bench = cold();
    bench.nd.start(0);
    expect(bench.addresses()).toEqual([`${OWN}/64 tentative`]);
    const at = bench.nd.nextDeadline();
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(1000);
    expect([bench.heard, bench.groups]).toEqual([["ff02::1:ff00:1"], []]);
    bench.advance(at);
    expect([bench.heard, bench.groups]).toEqual([["ff02::1:ff00:1"], ["ff02::1:ff00:1"]]);
    expect(bench.lines()).toEqual([probe(OWN)]);
    bench.advance(999);
    expect(bench.addresses()).toEqual([`${OWN}/64 tentative`]);
    expect(bench.nd.addresses.usable()).toEqual([]);
    bench.advance(1);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
    expect(bench.lines()).toEqual([]);
    expect(bench.events).toEqual([`${Math.round(at) + 1000} added ${OWN}/64`]);
  });

  it("draws another delay for another host", () => {
    const delays = Array.from({ length: 100 }, (_, seed) => {
      const bench = cold({ seed });
      bench.nd.start(0);
      return bench.nd.nextDeadline();
    });
    expect(new Set(delays).size).toBe(100);
    expect(Math.min(...delays)).toBeLessThan(50);
    expect(Math.max(...delays)).toBeGreaterThan(950);
  });

  it("probes every address: what was added before the start waits for it, what is added later does not", () => {
    const bench = cold();
    bench.addAddress(`${GLOBAL}/64`);
    bench.advance(5000);
    expect(bench.log()).toEqual([]);
    bench.nd.start(5000);
    bench.advance(2000);
    expect(bench.lines()).toEqual([probe(GLOBAL), probe(OWN), welcome(GLOBAL)]);
    bench.addAddress("2001:db8:2::1/64");
    bench.advance(0);
    expect(bench.lines()).toEqual([probe("2001:db8:2::1")]);
    bench.advance(1000);
    expect(bench.addresses()).toEqual([
      `${GLOBAL}/64 preferred`,
      `${OWN}/64 preferred`,
      "2001:db8:2::1/64 preferred",
    ]);
  });

  it("takes as many probes as are asked for, a retransmission timer apart", () => {
    const bench = cold({ parameters: { duplicateAddressDetectTransmits: 3, retransTimer: 500 } });
    bench.nd.start(0);
    bench.advance(bench.nd.nextDeadline());
    const from = bench.now;
    bench.advance(1499);
    expect(bench.log().map((line) => Math.round(Number.parseInt(line, 10) - from))).toEqual([0, 500, 1000]);
    expect(bench.nd.addresses.usable()).toEqual([]);
    bench.advance(1);
    expect(bench.nd.addresses.usable()).toHaveLength(1);
  });

  it("can be left out, for all addresses or for one", () => {
    const bench = cold({ parameters: { duplicateAddressDetectTransmits: 0 } });
    bench.nd.start(0);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
    const other = new Bench();
    other.addAddress(`${GLOBAL}/64`, { detectDuplicates: false });
    expect(other.addresses()[1]).toBe(`${GLOBAL}/64 preferred`);
    expect(other.log()).toEqual([]);
  });

  it("sends a probe again that the link did not take: it proved nothing", () => {
    const bench = cold();
    bench.nd.start(0);
    bench.link.refuse = Verdict.DeviceBusy;
    bench.advance(10_000);
    expect(bench.addresses()).toEqual([`${OWN}/64 tentative`]);
    bench.link.refuse = null;
    bench.advance(2000);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
    expect(bench.lines()).toEqual([probe(OWN)]);
  });
});

describe("an address that somebody else has", () => {
  /** A bench that is looking for another user of {@link GLOBAL}. */
  function looking(): Bench {
    const bench = new Bench();
    bench.addAddress(`${GLOBAL}/64`);
    bench.advance(100);
    bench.log();
    return bench;
  }

  it("stays off when it is advertised, an event says so, and the rest runs on", () => {
    const bench = looking();
    const verdict = bench.na({
      target: GLOBAL,
      destination: "ff02::1",
      override: true,
      options: [targetLinkAddress(OTHER_MAC)],
    });
    expect(verdict).toBe(Verdict.DuplicateAddress);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`, `${GLOBAL}/64 duplicate`]);
    expect(bench.events).toEqual([
      `100 conflict ${GLOBAL}/64`,
      `100 conflict ${GLOBAL} refused by ${OTHER_MAC}`,
    ]);
    expect(bench.groups).toEqual(["ff02::1:ff00:1"]);
    expect(bench.nd.addresses.isOwn(IpAddress.parse(GLOBAL))).toBe(false);
    bench.advance(86_400_000);
    expect(bench.lines()).toEqual([]);
    expect(bench.ns()).toBe(Verdict.Handled);
  });

  it("stays off when somebody else looks for a user of it at the same time (acceptance test 4)", () => {
    const bench = looking();
    expect(bench.ns({ target: GLOBAL, source: "::", options: [], mac: PEER_MAC })).toBe(
      Verdict.DuplicateAddress,
    );
    expect(bench.addresses()[1]).toBe(`${GLOBAL}/64 duplicate`);
    expect(bench.events.at(-1)).toBe(`100 conflict ${GLOBAL} refused by ${PEER_MAC}`);
  });

  it("is found out already during the random delay before the first probe", () => {
    const bench = cold();
    bench.nd.start(0);
    bench.ns({ target: OWN, source: "::", options: [] });
    expect(bench.addresses()).toEqual([`${OWN}/64 duplicate`]);
    bench.advance(10_000);
    expect(bench.lines()).toEqual([]);
  });

  it("has nothing to do with other addresses of the prefix, for each of which nothing happens (acceptance test 4)", () => {
    const bench = cold();
    bench.nd.start(0);
    bench.advance(bench.nd.nextDeadline());
    for (const target of ["fe80::bad", "fe80::ff:fe00:2", "fe80::", "fe80::1"]) {
      bench.na({ target, destination: "ff02::1" });
      bench.ns({ target, source: "::", options: [] });
    }
    bench.advance(1000);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
  });

  it("can be asked for, which does not say that it is taken", () => {
    const bench = looking();
    expect(bench.ns({ target: GLOBAL })).toBe(Verdict.NotForUs);
    bench.advance(1000);
    expect(bench.addresses()[1]).toBe(`${GLOBAL}/64 preferred`);
  });

  it("can be the link-local one: that stays off, and the stack runs on", () => {
    const bench = cold();
    bench.addAddress(`${GLOBAL}/64`);
    bench.nd.start(0);
    bench.na({ target: OWN, destination: "ff02::1" });
    bench.advance(5000);
    expect(bench.addresses()).toEqual([`${GLOBAL}/64 preferred`, `${OWN}/64 duplicate`]);
    expect(bench.nd.addresses.linkLocal).toBe(null);
    expect(bench.ns({ target: GLOBAL })).toBe(Verdict.Handled);
  });

  it("can be resolved as any neighbour's", () => {
    const bench = looking();
    bench.na({ target: GLOBAL, destination: "ff02::1" });
    bench.send(GLOBAL, "aa");
    bench.log();
    bench.na({ target: GLOBAL, solicited: true });
    expect(bench.lines()).toEqual([`ip aa to ${PEER_MAC}`]);
  });

  it("can be tried again by hand", () => {
    const bench = looking();
    bench.na({ target: GLOBAL, destination: "ff02::1" });
    bench.addAddress(`${GLOBAL}/64`);
    bench.advance(1000);
    expect(bench.addresses()[1]).toBe(`${GLOBAL}/64 preferred`);
  });
});

describe("an address that is in use already (RFC 4862 5.4.4)", () => {
  it("stays, and another user is reported every ten seconds at most", () => {
    const bench = new Bench();
    for (let at = 0; at < 25; at++) {
      expect(bench.na({ target: OWN, override: true, mac: OTHER_MAC, options: [] })).toBe(
        Verdict.AddressConflict,
      );
      bench.advance(1000);
    }
    expect(bench.events).toEqual(
      [0, 10_000, 20_000].map((at) => `${at} conflict ${OWN} contested by ${OTHER_MAC}`),
    );
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
  });

  it("is not contested by our own advertisement come back, as an answer or when the link is back", () => {
    for (const advertise of [
      (bench: Bench) => bench.ns({ source: "::", options: [] }),
      (bench: Bench) => bench.nd.linkChanged(true, bench.now),
    ]) {
      const bench = new Bench();
      advertise(bench);
      bench.advance(900);
      expect(bench.na({ target: OWN, mac: OWN_MAC, options: [] })).toBe(Verdict.Duplicate);
      expect(bench.events).toEqual([]);
    }
  });

  it("is contested by a host with our MAC address that advertises it while we do not", () => {
    const bench = new Bench();
    bench.ns({ source: "::", options: [] });
    bench.advance(1000);
    expect(bench.na({ target: OWN, mac: OWN_MAC, options: [targetLinkAddress(OWN_MAC)] })).toBe(
      Verdict.AddressConflict,
    );
    expect(bench.events).toEqual([`1000 conflict ${OWN} contested by ${OWN_MAC}`]);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
  });

  it("is defended against the probe of another", () => {
    const bench = new Bench();
    bench.ns({ source: "::", options: [] });
    expect(bench.lines()).toEqual([`NA ${OWN} ${OWN} > ff02::1 (33:33:00:00:00:01) O tlla`]);
  });
});

describe("probes of ours that come back (RFC 7527)", () => {
  it("are no conflict; three more probes make sure, each with a nonce of its own", () => {
    const bench = cold();
    const nonces = spyNonces(bench);
    bench.nd.start(0);
    bench.advance(bench.nd.nextDeadline());
    const back = (nonce: Uint8Array): Verdict =>
      bench.ns({ source: "::", options: [nonceOption(nonce)], mac: OWN_MAC });
    expect(back(nonces[0]!)).toBe(Verdict.Duplicate);
    bench.advance(3999);
    expect(bench.addresses()).toEqual([`${OWN}/64 tentative`]);
    expect(nonces).toHaveLength(4);
    expect(new Set(nonces.map((nonce) => nonce.join())).size).toBe(4);
    bench.advance(1);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
  });

  it("do not keep the address off for ever on a link that always loops", () => {
    const bench = cold();
    const nonces = spyNonces(bench);
    bench.nd.start(0);
    for (let seen = 0; bench.now < 20_000; bench.step()) {
      for (; seen < nonces.length; seen++) bench.ns({ source: "::", options: [nonceOption(nonces[seen]!)] });
      if (bench.nd.addresses.usable().length > 0) break;
    }
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
    expect(nonces).toHaveLength(4);
  });

  it("are not answered when they come late: the address is in use by then", () => {
    const bench = cold();
    const nonces = spyNonces(bench);
    bench.nd.start(0);
    bench.advance(5000);
    bench.log();
    expect(bench.ns({ source: "::", options: [nonceOption(nonces[0]!)], mac: OWN_MAC })).toBe(
      Verdict.Duplicate,
    );
    expect(bench.lines()).toEqual([]);
  });

  it("with another nonce, or of another length, are another's: a conflict, with our MAC address too", () => {
    for (const nonce of [new Uint8Array(6), new Uint8Array(14)]) {
      const bench = cold();
      bench.nd.start(0);
      bench.advance(bench.nd.nextDeadline());
      expect(bench.ns({ source: "::", options: [nonceOption(nonce)], mac: OWN_MAC })).toBe(
        Verdict.DuplicateAddress,
      );
    }
  });
});

describe("a host with our MAC address (RFC 4862 appendix A)", () => {
  it("is answered when it probes for an address in use", () => {
    const bench = new Bench();
    expect(bench.ns({ source: "::", options: [nonceOption(new Uint8Array(6))], mac: OWN_MAC })).toBe(
      Verdict.Handled,
    );
    expect(bench.lines()).toEqual([`NA ${OWN} ${OWN} > ff02::1 (33:33:00:00:00:01) O tlla`]);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
  });

  it("keeps a tentative address off by its answer, which names our MAC address", () => {
    const bench = cold();
    bench.nd.start(0);
    bench.advance(bench.nd.nextDeadline());
    const answer = {
      target: OWN,
      destination: "ff02::1",
      override: true,
      options: [targetLinkAddress(OWN_MAC)],
    };
    expect(bench.na({ ...answer, mac: OWN_MAC })).toBe(Verdict.DuplicateAddress);
    expect(bench.addresses()).toEqual([`${OWN}/64 duplicate`]);
    expect(bench.events.at(-1)).toMatch(`conflict ${OWN} refused by ${OWN_MAC}`);
  });

  it("teaches us nothing of neighbours, whatever it says", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.send("fe80::a");
    const before = bench.neighbors();
    const frame = { mac: OWN_MAC };
    expect(bench.ns(frame)).toBe(Verdict.BadSource);
    expect(bench.ns({ ...frame, options: [] })).toBe(Verdict.BadSource);
    expect(bench.na({ ...frame, solicited: true })).toBe(Verdict.BadSource);
    expect(bench.na({ ...frame, target: "fe80::a", solicited: true, override: true })).toBe(
      Verdict.BadSource,
    );
    expect(bench.ra({ ...frame, options: [sourceLinkAddress(PEER_MAC)] })).toBe(Verdict.BadSource);
    expect(bench.neighbors()).toEqual(before);
    expect(bench.nd.routerList()).toEqual([]);
  });
});

describe("other identifiers for an address that is taken (RFC 7217 6)", () => {
  it("are tried three times in the stable and the random mode, and the last one stays off", () => {
    for (const addressMode of ["stable", "random"] as const) {
      const bench = cold({ addressMode, stableSecret: new Uint8Array(16) });
      bench.nd.start(0);
      const tried: string[] = [];
      for (let round = 0; round < 6; round++) {
        const [own] = bench.nd.addresses.list();
        if (own?.state !== "tentative") break;
        tried.push(`${own.address}`);
        bench.na({ target: own.address, destination: "ff02::1" });
      }
      expect(new Set(tried).size).toBe(4);
      expect(bench.addresses()).toEqual([`${tried[3]}/64 duplicate`]);
      expect(bench.events.filter((event) => event.includes("refused"))).toHaveLength(4);
      expect(bench.groups).toEqual([]);
    }
  });

  it("begin after a pause", () => {
    const bench = cold({ addressMode: "stable" });
    bench.nd.start(0);
    bench.advance(1500);
    const first = bench.nd.addresses.list()[0]!.address;
    bench.log();
    bench.na({ target: first, destination: "ff02::1" });
    bench.advance(3000);
    const [second] = bench.nd.addresses.usable();
    expect(second!.address.equals(first)).toBe(false);
    expect(bench.lines()).toHaveLength(1);
  });
});

describe("addresses by hand", () => {
  it("can be the link-local one that would be made: then it is there once", () => {
    const bench = cold();
    bench.addAddress(`${OWN}/64`);
    bench.nd.start(0);
    expect(bench.addresses()).toEqual([`${OWN}/64 tentative`]);
    bench.advance(5000);
    expect(bench.lines()).toEqual([probe(OWN)]);
    expect(bench.nd.addresses.list()).toMatchObject([{ state: "preferred", origin: "static" }]);
    bench.nd.removeAddress(IpAddress.parse(OWN), bench.now);
    expect([bench.addresses(), bench.heard, bench.groups]).toEqual([[], [], []]);
  });

  it("must be an IPv6 host's", () => {
    const bench = new Bench();
    for (const prefix of ["10.0.0.1/24", "ff02::1/64", "::/64", "::1/128"]) {
      expect(() => bench.addAddress(prefix)).toThrow(RangeError);
    }
    expect(() => bench.addAddress(`${OWN}/64`)).toThrow(`${OWN} is an address already`);
    bench.addAddress(`${GLOBAL}/64`);
    expect(() => bench.addAddress(`${GLOBAL}/48`)).toThrow("is an address already");
    expect(() => bench.addAddress("2001:db8::2/64", { validLifetime: 0 })).toThrow(
      "validLifetime cannot be 0",
    );
    expect(() => bench.addAddress("2001:db8::2/64", { preferredLifetime: Number.NaN })).toThrow(
      "preferredLifetime",
    );
    expect(() => bench.nd.removeAddress(IpAddress.parse("2001:db8::2"), 0)).toThrow(
      "no address of this interface",
    );
  });

  it("are sixteen at most", () => {
    const bench = new Bench();
    for (let at = 1; at <= 16; at++) bench.addAddress(`2001:db8::${at}/64`);
    expect(() => bench.addAddress("2001:db8::17/64")).toThrow("one more than the 16");
    bench.nd.removeAddress(IpAddress.parse("2001:db8::5"), bench.now);
    bench.addAddress("2001:db8::17/64");
  });

  it("leave their group when they go, are told of when they were usable, and free the neighbour's entry when they come", () => {
    const bench = new Bench();
    bench.ns({ source: GLOBAL });
    bench.addAddress(`${GLOBAL}/64`);
    expect(bench.neighbors()).toEqual([]);
    expect([bench.heard.length, bench.groups.length]).toEqual([2, 1]);
    bench.advance(0);
    expect(bench.groups).toEqual(["ff02::1:ff00:1", "ff02::1:ff00:1"]);
    bench.nd.removeAddress(IpAddress.parse(GLOBAL), bench.now);
    expect([bench.heard, bench.groups]).toEqual([["ff02::1:ff00:1"], ["ff02::1:ff00:1"]]);
    expect(bench.events).toEqual([]);
    bench.addAddress(`${GLOBAL}/64`);
    bench.advance(1000);
    bench.nd.removeAddress(IpAddress.parse(GLOBAL), bench.now);
    expect(bench.events).toEqual([`1000 added ${GLOBAL}/64`, `1000 removed ${GLOBAL}/64`]);
  });

  it("have lifetimes if they are given any", () => {
    const bench = new Bench();
    bench.addAddress(`${GLOBAL}/64`, { preferredLifetime: 10_000, validLifetime: 20_000 });
    bench.advance(9999);
    expect(bench.addresses()[1]).toBe(`${GLOBAL}/64 preferred`);
    bench.advance(1);
    expect(bench.addresses()[1]).toBe(`${GLOBAL}/64 deprecated`);
    expect(bench.ns({ target: GLOBAL })).toBe(Verdict.Handled);
    bench.advance(10_000);
    expect(bench.addresses()).toHaveLength(1);
    expect(bench.ns({ target: GLOBAL })).toBe(Verdict.NotForUs);
  });
});

import {
  ndOption,
  neighborAdvertisement,
  neighborSolicitation,
  nonceOption,
  redirectMessage,
  routerAdvertisement,
  sourceLinkAddress,
  targetLinkAddress,
} from "@mnet/conformance";
import { Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ALL_NODES, type Around, Bench, OWN, PEER, PEER_MAC, ROUTER } from "./bench.ts";

const slla = sourceLinkAddress(PEER_MAC);
const tlla = targetLinkAddress(PEER_MAC);
const GROUP = "ff02::1:ff00:1";
const empty = ndOption(200, new Uint8Array(6), 0);
const long = ndOption(200, new Uint8Array(6), 9);

interface Case {
  readonly octets: Uint8Array;
  readonly around?: Around;
  readonly source?: string;
  readonly destination?: string;
}

const ns = (fields: Partial<Parameters<typeof neighborSolicitation>[0]> = {}): Uint8Array =>
  neighborSolicitation({ source: PEER, destination: OWN, target: OWN, options: [slla], ...fields });
const na = (fields: Partial<Parameters<typeof neighborAdvertisement>[0]> = {}): Uint8Array =>
  neighborAdvertisement({ source: PEER, destination: OWN, target: PEER, options: [tlla], ...fields });
const ra = (fields: Partial<Parameters<typeof routerAdvertisement>[0]> = {}): Uint8Array =>
  routerAdvertisement({ source: ROUTER, destination: ALL_NODES, options: [slla], ...fields });
const redirect = (fields: Partial<Parameters<typeof redirectMessage>[0]> = {}): Uint8Array =>
  redirectMessage({
    source: ROUTER,
    destination: OWN,
    target: PEER,
    redirected: "2001:db8::9",
    options: [tlla],
    ...fields,
  });
const withCode = (octets: Uint8Array): Uint8Array => octets.with(1, 1);

/** What is wrong with a message, and why it is dropped. */
const cases: Record<string, [Case, Verdict]> = {
  "NS with hop limit 254": [{ octets: ns(), around: { ipHopLimit: 254 } }, Verdict.BadHopLimit],
  "NS with hop limit 1": [{ octets: ns(), around: { ipHopLimit: 1 } }, Verdict.BadHopLimit],
  "NS with code 1": [{ octets: withCode(ns()) }, Verdict.UnknownType],
  "NS of 23 octets": [{ octets: ns().subarray(0, 23) }, Verdict.TooShort],
  "NS that came in fragments": [{ octets: ns(), around: { fragmented: true } }, Verdict.FragmentForbidden],
  "NS for a group": [{ octets: ns({ target: "ff02::1" }) }, Verdict.BadDestination],
  "NS with an option of length 0": [{ octets: ns({ options: [slla, empty] }) }, Verdict.BadOption],
  "NS with an option past the end": [{ octets: ns({ options: [slla, long] }) }, Verdict.BadOption],
  "NS with half an option": [{ octets: ns().subarray(0, 28) }, Verdict.BadOption],
  "NS with a link-layer address of 16 octets": [
    { octets: ns({ options: [ndOption(1, new Uint8Array(14))] }) },
    Verdict.BadOption,
  ],
  "NS with a group as link-layer address": [
    { octets: ns({ options: [sourceLinkAddress("33:33:00:00:00:01")] }) },
    Verdict.BadOption,
  ],
  "NS with link-layer address zero": [
    { octets: ns({ options: [sourceLinkAddress("00:00:00:00:00:00")] }) },
    Verdict.BadOption,
  ],
  "NS from :: to an address": [{ octets: ns({ options: [] }), source: "::" }, Verdict.BadDestination],
  "NS from :: to all nodes": [
    { octets: ns({ options: [] }), source: "::", destination: ALL_NODES },
    Verdict.BadDestination,
  ],
  "NS from :: to a group that is like a solicited-node one": [
    { octets: ns({ options: [] }), source: "::", destination: "ff02::1:0:1" },
    Verdict.BadDestination,
  ],
  "NS from :: with a link-layer address": [
    { octets: ns(), source: "::", destination: GROUP },
    Verdict.BadOption,
  ],
  "NA with hop limit 254": [{ octets: na(), around: { ipHopLimit: 254 } }, Verdict.BadHopLimit],
  "NA with code 1": [{ octets: withCode(na()) }, Verdict.UnknownType],
  "NA of 23 octets": [{ octets: na().subarray(0, 23) }, Verdict.TooShort],
  "NA that came in fragments": [{ octets: na(), around: { fragmented: true } }, Verdict.FragmentForbidden],
  "NA for a group": [{ octets: na({ target: "ff02::2" }) }, Verdict.BadDestination],
  "NA for ::": [{ octets: na({ target: "::" }) }, Verdict.BadDestination],
  "NA from ::": [{ octets: na(), source: "::" }, Verdict.BadSource],
  "NA to a group that says solicited": [
    { octets: na({ solicited: true }), destination: ALL_NODES },
    Verdict.BadFlags,
  ],
  "NA with an option of length 0": [{ octets: na({ options: [empty] }) }, Verdict.BadOption],
  "NA with a group as link-layer address": [
    { octets: na({ options: [targetLinkAddress("ff:ff:ff:ff:ff:ff")] }) },
    Verdict.BadOption,
  ],
  "RA with hop limit 254": [{ octets: ra(), around: { ipHopLimit: 254 } }, Verdict.BadHopLimit],
  "RA with code 1": [{ octets: withCode(ra()) }, Verdict.UnknownType],
  "RA of 15 octets": [{ octets: ra().subarray(0, 15) }, Verdict.TooShort],
  "RA that came in fragments": [{ octets: ra(), around: { fragmented: true } }, Verdict.FragmentForbidden],
  "RA from a global address": [{ octets: ra(), source: "2001:db8::a" }, Verdict.BadSource],
  "RA with an option of length 0": [{ octets: ra({ options: [empty] }) }, Verdict.BadOption],
  "RA with an option of length 0 behind good ones": [
    { octets: ra({ options: [slla, empty] }) },
    Verdict.BadOption,
  ],
  "redirect with hop limit 254": [{ octets: redirect(), around: { ipHopLimit: 254 } }, Verdict.BadHopLimit],
  "redirect with code 1": [{ octets: withCode(redirect()) }, Verdict.UnknownType],
  "redirect of 39 octets": [{ octets: redirect().subarray(0, 39) }, Verdict.TooShort],
  "redirect that came in fragments": [
    { octets: redirect(), around: { fragmented: true } },
    Verdict.FragmentForbidden,
  ],
  "redirect from a global address": [{ octets: redirect(), source: "2001:db8::a" }, Verdict.BadSource],
  "redirect of a group": [{ octets: redirect({ redirected: "ff0e::1" }) }, Verdict.BadDestination],
  "redirect of ::": [{ octets: redirect({ redirected: "::" }) }, Verdict.BadDestination],
  "redirect to another global address": [
    { octets: redirect({ target: "2001:db8::b" }) },
    Verdict.BadDestination,
  ],
  "redirect of an address of ours": [{ octets: redirect({ redirected: OWN }) }, Verdict.BadDestination],
  "redirect to an address of ours": [{ octets: redirect({ target: OWN }) }, Verdict.BadDestination],
  "redirect by somebody who is not the first hop": [{ octets: redirect() }, Verdict.BadSource],
  "redirect with an option of length 0": [{ octets: redirect({ options: [empty] }) }, Verdict.BadOption],
};

describe("messages that are dropped without effect (RFC 4861 6.1, 7.1, 8.1; RFC 6980; C-S9, C-S17)", () => {
  for (const [name, [{ octets, around = {}, source, destination }, verdict]] of Object.entries(cases)) {
    it(`${name}: ${verdictName(verdict)}`, () => {
      const bench = new Bench();
      bench.send(PEER);
      bench.log();
      const before = bench.neighbors();
      const from = source ?? (name.startsWith("R") || name.startsWith("re") ? ROUTER : PEER);
      expect(verdictName(bench.receive(octets, around, from, destination ?? OWN))).toBe(verdictName(verdict));
      expect(bench.neighbors()).toEqual(before);
      expect(bench.nd.statistics()).toMatchObject({ addresses: 1, routers: 0, prefixes: 0, redirects: 0 });
      expect(bench.lines()).toEqual([]);
      expect(bench.events).toEqual([]);
      expect(bench.nd.counters.of(verdict)).toBe(1);
    });
  }
});

describe("what does no harm", () => {
  it("unknown options are skipped, and of options given twice the first counts", () => {
    const bench = new Bench();
    const options = [
      ndOption(199, new Uint8Array(30)),
      nonceOption(new Uint8Array(14)),
      slla,
      sourceLinkAddress("02:00:00:00:00:66"),
    ];
    expect(bench.ns({ options })).toBe(Verdict.Handled);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} stale`]);
  });

  it("options of other messages are skipped: a source link-layer address in an advertisement", () => {
    const bench = new Bench();
    bench.send(PEER);
    expect(bench.na({ solicited: true, options: [slla] })).toBe(Verdict.Handled);
    expect(bench.neighbors()).toEqual([`${PEER} ? incomplete +1`]);
  });

  it("types that are none of Neighbor Discovery", () => {
    expect(new Bench().receive(Uint8Array.of(138, 0, 0, 0, 0, 0, 0, 0), {}, PEER, OWN)).toBe(
      Verdict.UnknownType,
    );
    expect(new Bench().receive(Uint8Array.of(132, 0, 0, 0), {}, PEER, OWN)).toBe(Verdict.UnknownType);
  });
});

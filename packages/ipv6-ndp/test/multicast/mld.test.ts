import {
  icmpV6Message,
  ipv6OptionsHeader,
  ipv6Packet,
  mldQuery,
  mldV1Message,
  mldV2Report,
  parseIpv6Chain,
  routerAlertOption,
} from "@mnet/conformance";
import { IpAddress, toHex, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ListenerBench, OURS, ROUTER } from "./bench.ts";

const GROUP = "ff02::fb";
const SOLICITED = "ff02::1:ff00:2";
const around = { source: ROUTER, destination: "ff02::1" };

interface Sent {
  readonly source?: string;
  readonly destination?: string;
  readonly hopLimit?: number;
  readonly alert?: boolean;
}

/** A message as a querier or another listener sends it. */
function packet(message: Uint8Array, how: Sent = {}): Uint8Array {
  const { source = ROUTER, destination = "ff02::1", hopLimit = 1, alert = true } = how;
  if (!alert) return ipv6Packet({ source, destination, nextHeader: 58, hopLimit }, message);
  const chain = ipv6OptionsHeader({ nextHeader: 58, options: [routerAlertOption()] }, message);
  return ipv6Packet({ source, destination, nextHeader: 0, hopLimit }, chain);
}

/** A member of {@link GROUP} and {@link SOLICITED} that has nothing left to say. */
function member(seed = 1): ListenerBench {
  const bench = new ListenerBench({ seed });
  bench.join(GROUP, SOLICITED);
  bench.run(60_000);
  bench.link.take();
  return bench;
}

describe("groups", () => {
  it("are joined on the link with the first join and left with the last leave", () => {
    const bench = new ListenerBench();
    expect(bench.link.groups).toEqual(["33:33:00:00:00:01"]);
    bench.join(SOLICITED, SOLICITED);
    expect(bench.link.groups).toEqual(["33:33:00:00:00:01", "33:33:ff:00:00:02"]);
    bench.leave(SOLICITED);
    expect(bench.has(SOLICITED)).toBe(true);
    bench.leave(SOLICITED);
    expect(bench.has(SOLICITED)).toBe(false);
    expect(bench.link.groups).toEqual(["33:33:00:00:00:01"]);
  });

  it("always contain all nodes, however often those are joined and left", () => {
    const bench = new ListenerBench();
    bench.join("ff02::1");
    bench.leave("ff02::1");
    for (const group of ["ff02::1", "ff01::1"]) expect(bench.has(group)).toBe(true);
    expect(() => bench.leave("ff02::1")).toThrow(RangeError);
    expect(bench.link.groups).toEqual(["33:33:00:00:00:01"]);
    expect(bench.link.take()).toEqual([]);
  });

  it.each(["fd00::1", "::", "224.0.0.251", "ff00::1"])("are not %s", (address) => {
    const bench = new ListenerBench();
    expect(() => bench.join(address)).toThrow(RangeError);
    expect(() => bench.leave(address)).toThrow(RangeError);
  });

  it("are bounded", () => {
    const bench = new ListenerBench({ parameters: { multicastGroups: 1 } });
    bench.join(GROUP);
    expect(() => bench.join("ff02::1:3")).toThrow(expect.objectContaining({ code: "ENOBUFS" }));
    expect(bench.link.groups).toHaveLength(2);
  });
});

describe("an MLDv2 report (RFC 9777 5.2)", () => {
  it("goes to ff02::16 with hop limit 1 and a router alert, octet for octet", () => {
    const bench = new ListenerBench();
    bench.join(SOLICITED);
    const [frame] = bench.link.take();
    expect(frame!.to).toBe("33:33:00:00:00:16");
    const checksum = toHex(frame!.octets.subarray(50, 52));
    expect(toHex(frame!.octets)).toBe(
      "6000000000240001" +
        "fe800000000000000000000000000002" +
        "ff020000000000000000000000000016" +
        "3a00050200000100" +
        `8f00${checksum}00000001` +
        "04000000ff0200000000000000000001ff000002",
    );
    // Named with "bad checksum" if it were wrong.
    expect(parseIpv6Chain(frame!.octets).extensions).toEqual([
      { header: "hop-by-hop", options: [{ type: 5, data: Uint8Array.of(0, 0) }] },
    ]);
    bench.run(1000);
    expect(bench.said()).toEqual([`${OURS} > ff02::16: MLD report toExclude ${SOLICITED} {} [hop-by-hop]`]);
    bench.leave(SOLICITED);
    bench.run(1000);
    expect(bench.said()).toEqual(
      Array(2).fill(`${OURS} > ff02::16: MLD report toInclude ${SOLICITED} {} [hop-by-hop]`),
    );
    expect(bench.listener.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("comes from :: while no link-local address is usable, and again from it once one is (RFC 3590 4)", () => {
    const bench = new ListenerBench();
    bench.source = IpAddress.anyV6;
    bench.join(SOLICITED);
    bench.run(2000);
    expect(bench.said()).toEqual(
      Array(2).fill(`:: > ff02::16: MLD report toExclude ${SOLICITED} {} [hop-by-hop]`),
    );
    bench.listener.addressesChanged(bench.now);
    expect(bench.said()).toEqual([]);
    bench.source = IpAddress.parse(OURS);
    bench.listener.addressesChanged(bench.now);
    bench.listener.addressesChanged(bench.now);
    bench.run(2000);
    expect(bench.said()).toEqual(
      Array(2).fill(`${OURS} > ff02::16: MLD report toExclude ${SOLICITED} {} [hop-by-hop]`),
    );
  });

  it("is sent again when the link is up", () => {
    const bench = member();
    bench.listener.linkChanged(bench.now);
    expect(bench.said()).toEqual([
      `${OURS} > ff02::16: MLD report toExclude ${GROUP} {}, toExclude ${SOLICITED} {} [hop-by-hop]`,
    ]);
  });

  it.each([
    ["all nodes", "ff02::1", {}],
    ["a group of the interface", "ff01::fb", {}],
    ["any group of a link of medium ip", GROUP, { mac: null }],
  ])("says nothing of %s", (_name, group, options) => {
    const bench = new ListenerBench(options);
    bench.join(group);
    bench.leave(group);
    expect(bench.link.take()).toEqual([]);
    expect(bench.listener.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it.each(["ff05::2", "ff08::9", "ff0e::101", "ff12::1"])("is sent for %s", (group) => {
    const bench = new ListenerBench();
    bench.join(group);
    expect(bench.said()).toHaveLength(1);
  });

  it("takes no more than the link does", () => {
    const bench = new ListenerBench({ mtu: 1280 });
    for (let group = 0; group < 100; group++) bench.join(`ff02::1:${group.toString(16)}`);
    bench.run(60_000);
    bench.link.take();
    bench.deliver(packet(mldQuery(around)));
    bench.run(10_000);
    const reports = bench.link.take();
    // 61 records of 20 octets behind 56 octets of headers.
    expect(reports.map(({ octets }) => octets.length)).toEqual([56 + 61 * 20, 56 + 39 * 20]);
    expect(bench.listener.sent.snapshot()).toEqual({ Handled: 100 + 2 + 2 });
  });
});

describe("a query (RFC 9777 6.2)", () => {
  it.each([
    [
      "for all groups",
      mldQuery(around),
      "ff02::1",
      `report isExclude ${GROUP} {}, isExclude ${SOLICITED} {}`,
    ],
    [
      "for a group",
      mldQuery({ ...around, destination: GROUP, group: GROUP }),
      GROUP,
      `report isExclude ${GROUP} {}`,
    ],
    [
      "for a group and sources",
      mldQuery({ ...around, destination: GROUP, group: GROUP, sources: ["fd00::9", "fd00::8"] }),
      GROUP,
      `report isInclude ${GROUP} {fd00::9 fd00::8}`,
    ],
  ])("%s is answered within its maximum response time", (_name, query, destination, report) => {
    const bench = member();
    expect(bench.deliver(packet(query, { destination }))).toBe(Verdict.Handled);
    bench.run(10_000);
    expect(bench.said()).toEqual([`${OURS} > ff02::16: MLD ${report} [hop-by-hop]`]);
  });

  it("says its time in milliseconds, large ones floating (5.1.3)", () => {
    const bench = member();
    bench.deliver(packet(mldQuery({ ...around, maximumResponse: 1 })));
    bench.run(1);
    expect(bench.said()).toHaveLength(1);
    const waits = Array.from({ length: 20 }, (_, seed) => {
      const other = member(seed);
      other.deliver(packet(mldQuery({ ...around, maximumResponse: 0xffff })));
      return other.listener.nextDeadline() - other.now;
    });
    expect(Math.max(...waits)).toBeGreaterThan(4_000_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(8_387_584);
  });

  it("of version 1 makes us speak version 1 (8.2.1)", () => {
    const bench = member();
    bench.deliver(packet(mldQuery({ ...around, old: true, maximumResponse: 1000 })));
    bench.run(1000);
    bench.join("ff02::1:3");
    bench.leave("ff02::1:3");
    const sent = bench.link.take();
    const lines = sent.map(({ octets }) => parseIpv6Chain(octets));
    expect(lines.map(({ hopLimit, destination }) => [hopLimit, destination]).sort()).toEqual(
      [
        [1, GROUP],
        [1, SOLICITED],
        [1, "ff02::1:3"],
        [1, "ff02::2"],
      ].sort(),
    );
    for (const { extensions } of lines) expect(extensions).toMatchObject([{ options: [{ type: 5 }] }]);
    expect(toHex(lines.at(-1)!.upper.subarray(4))).toBe("00000000ff020000000000000000000000010003");
    expect(lines.map(({ upper }) => upper[0])).toEqual([131, 131, 131, 132]);
  });

  it("of version 1 needs no answer when another listener gives it (RFC 2710 4)", () => {
    for (const source of ["fe80::9", "::"]) {
      const bench = member();
      bench.deliver(packet(mldQuery({ ...around, old: true, group: GROUP })));
      const report = mldV1Message({ source, destination: GROUP, message: "report", group: GROUP });
      expect(bench.deliver(packet(report, { source, destination: GROUP }))).toBe(Verdict.Handled);
      bench.run(10_000);
      expect(bench.said()).toEqual([]);
    }
  });

  it.each([
    ["of 23 octets", mldQuery({ ...around, old: true }).subarray(0, 23), {}, Verdict.TooShort],
    ["of 25 octets (8.1)", mldQuery(around).subarray(0, 25), {}, Verdict.BadLength],
    ["of 27 octets (8.1)", mldQuery(around).subarray(0, 27), {}, Verdict.BadLength],
    ["with more sources than octets", mldQuery({ ...around, sourceCount: 1 }), {}, Verdict.BadLength],
    ["from another link", mldQuery(around), { hopLimit: 2 }, Verdict.BadHopLimit],
    ["from a global address", mldQuery(around), { source: "fd00::1" }, Verdict.BadSource],
    ["from ::", mldQuery(around), { source: "::" }, Verdict.BadSource],
    ["without a router alert", mldQuery(around), { alert: false }, Verdict.BadOption],
    ["for what is no group", mldQuery({ ...around, group: "fd00::1" }), {}, Verdict.BadDestination],
    ["for a group of others", mldQuery({ ...around, group: "ff02::9999" }), {}, Verdict.Ignored],
  ])("%s is not answered", (_name, query, how, verdict) => {
    const bench = member();
    expect(bench.deliver(packet(query, how))).toBe(verdict);
    expect(bench.listener.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(bench.listener.counters.of(verdict)).toBe(1);
  });
});

describe("what others say", () => {
  const report = mldV1Message({ ...around, message: "report", group: GROUP });
  it.each([
    ["a report of version 2", mldV2Report({ ...around, records: [] }), {}, Verdict.Ignored],
    ["a done message", mldV1Message({ ...around, message: "done", group: GROUP }), {}, Verdict.Ignored],
    ["a report of version 1 when nobody asks in it", report, {}, Verdict.Ignored],
    ["a report from a global address", report, { source: "fd00::1" }, Verdict.BadSource],
    ["a report from another link", report, { hopLimit: 3 }, Verdict.BadHopLimit],
    ["a report cut off", icmpV6Message({ ...around, type: 131 }), {}, Verdict.TooShort],
  ])("means nothing to us: %s", (_name, message, how, verdict) => {
    const bench = member();
    expect(bench.deliver(packet(message, how))).toBe(verdict);
    bench.run(60_000);
    expect(bench.link.take()).toEqual([]);
  });
});

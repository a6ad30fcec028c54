import {
  describeDatagram,
  igmpMessage,
  igmpOldMessage,
  igmpQuery,
  igmpV3Report,
  ipv4Packet,
  parseIpv4,
} from "@mnet/conformance";
import { toHex, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ip, net, TestHost } from "./support.ts";

const GROUP = "224.0.0.251";
const QUERIER = "10.0.0.1";
const ROUTER_ALERT = Uint8Array.of(0x94, 4, 0, 0);

interface QueryArrives {
  readonly source?: string;
  readonly destination?: string;
  readonly ttl?: number;
  readonly options?: Uint8Array;
}

/** An IGMP message from the querier, as one sends it. */
function arrives(host: TestHost, message: Uint8Array, how: QueryArrives = {}): Verdict {
  const { source = QUERIER, destination = "224.0.0.1", ttl = 1, options = ROUTER_ALERT } = how;
  const fields = { source, destination, protocol: 2, ttl, options, trafficClass: 0xc0 };
  return host.deliver(ipv4Packet(fields, message), { cast: "multicast" });
}

/** What was sent since the last call, one line each. */
function said(host: TestHost): string[] {
  return host.link.take().map(({ octets }) => describeDatagram(octets));
}

/** A member of {@link GROUP} that has nothing left to say. */
function member(): TestHost {
  const host = new TestHost();
  host.layer.joinGroup(ip(GROUP), host.now);
  host.runUntil(host.now + 60_000);
  host.link.take();
  return host;
}

describe("an IGMPv3 report (RFC 9776 4, 4.2)", () => {
  it("goes to 224.0.0.22 with TTL 1, precedence 6 and the router alert option, octet for octet", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip(GROUP), host.now);
    const [frame] = host.link.take();
    expect(frame!.to).toBe("01:00:5e:00:00:16");
    expect(toHex(frame!.octets)).toBe(
      "46c00028000040000102f9f70a000002e000001694040000" + "2200f9020000000104000000e00000fb",
    );
    expect(parseIpv4(frame!.octets)).toMatchObject({
      headerLength: 24,
      checksumValid: true,
      dontFragment: true,
      options: ROUTER_ALERT,
    });
    expect(describeDatagram(frame!.octets)).toBe(`10.0.0.2 > 224.0.0.22: IGMP report toExclude ${GROUP} {}`);
  });

  it("is repeated, and one says that a group was left", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip(GROUP), host.now);
    host.runUntil(host.now + 1000);
    expect(said(host)).toEqual(Array(2).fill(`10.0.0.2 > 224.0.0.22: IGMP report toExclude ${GROUP} {}`));
    host.layer.leaveGroup(ip(GROUP), host.now);
    host.runUntil(host.now + 1000);
    expect(said(host)).toEqual(Array(2).fill(`10.0.0.2 > 224.0.0.22: IGMP report toInclude ${GROUP} {}`));
    expect(host.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("comes from 0.0.0.0 while there is no address (4.2.13)", () => {
    const host = new TestHost({ addresses: [] });
    host.layer.joinGroup(ip(GROUP), host.now);
    expect(said(host)).toEqual([`0.0.0.0 > 224.0.0.22: IGMP report toExclude ${GROUP} {}`]);
    host.layer.addAddress(net("10.0.0.2/24"));
    host.runUntil(host.now + 1000);
    expect(said(host)).toEqual([`10.0.0.2 > 224.0.0.22: IGMP report toExclude ${GROUP} {}`]);
  });

  it("is not sent about 224.0.0.1, nor on a link of medium ip", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip("224.0.0.1"), host.now);
    const tunnel = new TestHost({ mac: null });
    tunnel.layer.joinGroup(ip(GROUP), tunnel.now);
    for (const { layer, link } of [host, tunnel]) {
      expect(link.take()).toEqual([]);
      expect(layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it("takes no more than the link does", () => {
    const host = new TestHost({ mtu: 68 });
    for (let group = 0; group < 12; group++) host.layer.joinGroup(ip(`239.0.0.${group}`), host.now);
    host.link.take();
    host.layer.linkUp(host.now);
    const reports = host.link.take();
    expect(reports.map(({ octets }) => octets.length)).toEqual([64, 64, 64]);
  });

  it("is lost when the device takes nothing, and repeated all the same", () => {
    const host = new TestHost();
    host.link.refuse = Verdict.DeviceBusy;
    host.layer.joinGroup(ip(GROUP), host.now);
    host.link.refuse = null;
    host.runUntil(host.now + 1000);
    expect(said(host)).toHaveLength(1);
  });
});

describe("a query", () => {
  it.each([
    ["for all groups", igmpQuery(), "224.0.0.1", `report isExclude ${GROUP} {}`],
    ["for all groups, to our address", igmpQuery(), "10.0.0.2", `report isExclude ${GROUP} {}`],
    ["for a group", igmpQuery({ group: GROUP }), GROUP, `report isExclude ${GROUP} {}`],
    [
      "for a group and sources",
      igmpQuery({ group: GROUP, sources: ["10.9.9.9", "10.9.9.8"] }),
      GROUP,
      `report isInclude ${GROUP} {10.9.9.9 10.9.9.8}`,
    ],
  ])("%s is answered within its maximum response time", (_name, query, destination, report) => {
    const host = member();
    const cast = destination === "10.0.0.2" ? "unicast" : "multicast";
    const fields = { source: QUERIER, destination, protocol: 2, ttl: 1 };
    expect(host.deliver(ipv4Packet(fields, query), { cast })).toBe(Verdict.Handled);
    host.runUntil(host.now + 10_000);
    expect(said(host)).toEqual([`10.0.0.2 > 224.0.0.22: IGMP ${report}`]);
  });

  it("may come from 0.0.0.0: a snooping switch without an address asks so (RFC 4541 2.1.1)", () => {
    const host = member();
    expect(arrives(host, igmpQuery(), { source: "0.0.0.0" })).toBe(Verdict.Handled);
    expect(arrives(host, igmpQuery(), { source: "0.0.0.1" })).toBe(Verdict.BadSource);
    host.runUntil(host.now + 10_000);
    expect(said(host)).toEqual([`10.0.0.2 > 224.0.0.22: IGMP report isExclude ${GROUP} {}`]);
  });

  it("says its time in tenths of a second, large ones floating (4.1.1)", () => {
    const host = member();
    arrives(host, igmpQuery({ maximumResponse: 1 }));
    host.runUntil(host.now + 100);
    expect(said(host)).toHaveLength(1);
    // 31744 tenths: of 20 hosts asked at least one waits for more than the 12.7 seconds of the largest plain code.
    const waits = Array.from({ length: 20 }, (_, seed) => {
      const other = new TestHost({ seed });
      other.layer.joinGroup(ip(GROUP), other.now);
      other.runUntil(other.now + 60_000);
      arrives(other, igmpQuery({ maximumResponse: 0xff }));
      return other.layer.nextDeadline() - other.now;
    });
    expect(Math.max(...waits)).toBeGreaterThan(1_000_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_174_400);
  });

  it("of version 2 makes us speak version 2", () => {
    const host = member();
    arrives(host, igmpQuery({ old: true, maximumResponse: 10 }));
    host.runUntil(host.now + 1000);
    host.layer.joinGroup(ip("239.1.2.3"), host.now);
    host.layer.leaveGroup(ip("239.1.2.3"), host.now);
    const sent = host.link.take();
    expect(sent.map(({ octets }) => describeDatagram(octets))).toEqual([
      `10.0.0.2 > ${GROUP}: IGMP report v2 ${GROUP}`,
      "10.0.0.2 > 239.1.2.3: IGMP report v2 239.1.2.3",
      "10.0.0.2 > 224.0.0.2: IGMP leave 239.1.2.3",
    ]);
    expect(sent.map(({ to }) => to)).toEqual(["01:00:5e:00:00:fb", "01:00:5e:01:02:03", "01:00:5e:00:00:02"]);
    for (const { octets } of sent) {
      expect(parseIpv4(octets)).toMatchObject({ ttl: 1, trafficClass: 0xc0, options: ROUTER_ALERT });
    }
  });

  it("of version 1 makes us speak version 1, which has no leave message", () => {
    const host = member();
    arrives(host, igmpQuery({ old: true, maximumResponse: 0 }));
    host.runUntil(host.now + 10_000);
    host.layer.leaveGroup(ip(GROUP), host.now);
    host.runUntil(host.now + 10_000);
    expect(said(host)).toEqual([`10.0.0.2 > ${GROUP}: IGMP report v1 ${GROUP}`]);
  });

  it("of an old version needs no answer when another host gives it (RFC 2236 3)", () => {
    for (const message of ["report v1", "report v2"] as const) {
      const host = member();
      arrives(host, igmpQuery({ old: true }));
      expect(arrives(host, igmpOldMessage({ message, group: GROUP }), { destination: GROUP })).toBe(
        Verdict.Handled,
      );
      host.runUntil(host.now + 10_000);
      expect(said(host)).toEqual([]);
    }
  });

  it.each([
    ["of 9 octets (7.1)", igmpMessage({ type: 0x11 }, new Uint8Array(5)), {}, Verdict.BadLength],
    ["of 11 octets (7.1)", igmpMessage({ type: 0x11 }, new Uint8Array(7)), {}, Verdict.BadLength],
    ["with more sources than octets", igmpQuery({ sourceCount: 1 }), {}, Verdict.BadLength],
    ["of 7 octets", igmpQuery({ old: true }).subarray(0, 7), {}, Verdict.TooShort],
    ["with a wrong checksum", igmpQuery({ checksum: 1 }), {}, Verdict.BadChecksum],
    ["from another link", igmpQuery(), { ttl: 2 }, Verdict.BadHopLimit],
    ["for what is no group", igmpQuery({ group: "10.0.0.2" }), {}, Verdict.BadDestination],
    ["for a group of others", igmpQuery({ group: "239.9.9.9" }), {}, Verdict.Ignored],
  ])("%s is not answered", (_name, query, how, verdict) => {
    const host = member();
    expect(arrives(host, query, how)).toBe(verdict);
    expect(host.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(host.link.take()).toEqual([]);
  });

  it("may have octets behind its sources, which the checksum covers", () => {
    const host = member();
    const body = Uint8Array.of(0, 0, 0, 0, 2, 125, 0, 0, 1, 2, 3, 4);
    expect(arrives(host, igmpMessage({ type: 0x11, maximumResponse: 10 }, body))).toBe(Verdict.Handled);
  });
});

describe("what is for routers", () => {
  it.each([
    ["a report of version 3", igmpV3Report({ records: [] }), Verdict.Ignored],
    ["a leave message", igmpOldMessage({ message: "leave", group: GROUP }), Verdict.Ignored],
    ["DVMRP", igmpMessage({ type: 0x13 }, new Uint8Array(4)), Verdict.UnknownType],
  ])("%s means nothing to us", (_name, message, verdict) => {
    const host = member();
    expect(arrives(host, message)).toBe(verdict);
    expect(host.errors.sent).toEqual([]);
  });
});

describe("the link", () => {
  it("hears all groups again when it is up", () => {
    const host = member();
    host.layer.linkUp(host.now);
    expect(said(host)).toEqual([`10.0.0.2 > 224.0.0.22: IGMP report toExclude ${GROUP} {}`]);
  });
});

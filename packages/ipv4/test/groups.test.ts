import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ip, OURS, pattern, TestHost } from "./support.ts";

/** RFC 1112; conformance.md C-I10. */
describe("groups", () => {
  const GROUP = "239.1.2.3";

  it("are joined on the link with the first join and left with the last leave", () => {
    const host = new TestHost();
    expect(host.link.groups).toEqual(["01:00:5e:00:00:01"]);
    host.layer.joinGroup(ip(GROUP), 0);
    host.layer.joinGroup(ip(GROUP), 0);
    expect(host.link.groups).toEqual(["01:00:5e:00:00:01", "01:00:5e:01:02:03"]);
    host.layer.leaveGroup(ip(GROUP), 0);
    expect(host.receive({ destination: GROUP }, pattern(8), { cast: "multicast" })).toBe(Verdict.Handled);
    host.layer.leaveGroup(ip(GROUP), 0);
    expect(host.receive({ destination: GROUP }, pattern(8), { cast: "multicast" })).toBe(Verdict.NotForUs);
    expect(host.link.groups).toEqual(["01:00:5e:00:00:01"]);
  });

  it("with one link address are told apart", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip("239.1.2.3"), 0);
    host.layer.joinGroup(ip("224.129.2.3"), 0);
    host.layer.leaveGroup(ip("239.1.2.3"), 0);
    expect(host.link.groups).toContain("01:00:5e:01:02:03");
    expect(host.receive({ destination: "239.1.2.3" }, pattern(8), { cast: "multicast" })).toBe(
      Verdict.NotForUs,
    );
    expect(host.receive({ destination: "224.129.2.3" }, pattern(8), { cast: "multicast" })).toBe(
      Verdict.Handled,
    );
  });

  it("always contain all hosts", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip("224.0.0.1"), 0);
    host.layer.leaveGroup(ip("224.0.0.1"), 0);
    expect(() => host.layer.leaveGroup(ip("224.0.0.1"), 0)).toThrow(RangeError);
    expect(host.link.groups).toEqual(["01:00:5e:00:00:01"]);
  });

  it.each(["10.0.0.9", "255.255.255.255", "ff02::1"])("are not %s", (address) => {
    const host = new TestHost();
    expect(() => host.layer.joinGroup(ip(address), 0)).toThrow(RangeError);
    expect(() => host.layer.leaveGroup(ip(address), 0)).toThrow(RangeError);
  });

  it("that were not joined cannot be left", () => {
    expect(() => new TestHost().layer.leaveGroup(ip(GROUP), 0)).toThrow(`${GROUP} was not joined`);
  });

  it("get our own datagrams too when we are a member and ask for it", () => {
    const host = new TestHost();
    const payload = pattern(4000);
    host.send(payload, GROUP);
    host.runUntil(host.now);
    expect(host.transport.received).toEqual([]);
    host.layer.joinGroup(ip(GROUP), 0);
    host.link.take();
    expect(host.send(payload, GROUP)).toBe(Verdict.Handled);
    expect(host.take().length).toBe(3);
    expect(host.transport.received).toEqual([]);
    host.runUntil(host.now);
    expect(host.transport.received[0]).toMatchObject({
      source: OURS,
      destination: GROUP,
      rxChecksum: 2,
      payload,
    });
    expect(host.transport.received[0]!.info).toMatchObject({
      cast: "multicast",
      loopback: true,
      reassembled: false,
    });
    host.send(payload, GROUP, { multicastLoop: false });
    host.runUntil(host.now);
    expect(host.transport.received.length).toBe(1);
  });

  it("do not get what was not sent", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip(GROUP), 0);
    host.link.refuse = Verdict.DeviceBusy;
    expect(host.send(pattern(8), GROUP)).toBe(Verdict.DeviceBusy);
    host.runUntil(host.now);
    expect(host.transport.received).toEqual([]);
  });
});

import { IpPrefix, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OTHER, OWN, PEER, PEER_MAC } from "./support.ts";

describe("finding a neighbour (A1, RFC 826)", () => {
  it("asks everybody, keeps the packet, and sends it to whoever answers", () => {
    const bench = new Bench();
    expect(bench.send(PEER, "4501")).toBe(Verdict.Queued);
    expect(bench.log()).toEqual([`0 who has ${PEER}, tell ${OWN} to everybody`]);
    bench.advance(5);
    expect(bench.receive()).toBe(Verdict.Handled);
    expect(bench.log()).toEqual([`5 ip 4501 to ${PEER_MAC}`]);
    expect(bench.table()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });

  it("sends at once to a neighbour that it knows", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.receive();
    bench.log();
    expect(bench.send(PEER, "4502")).toBe(Verdict.Handled);
    expect(bench.log()).toEqual([`0 ip 4502 to ${PEER_MAC}`]);
  });

  it("resolves several neighbours at once without mixing them up", () => {
    const bench = new Bench();
    bench.send(PEER, "02");
    bench.send(OTHER, "03");
    bench.receive({ senderAddress: OTHER, senderMac: "02:00:00:00:00:03" });
    expect(bench.log().at(-1)).toBe("0 ip 03 to 02:00:00:00:00:03");
    expect(bench.table()[0]).toBe(`${PEER} ? incomplete +1`);
    bench.receive();
    expect(bench.log()).toEqual([`0 ip 02 to ${PEER_MAC}`]);
  });

  it("passes the link's refusal on", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.receive();
    bench.link.refuse = Verdict.DeviceBusy;
    expect(bench.send(PEER)).toBe(Verdict.DeviceBusy);
  });

  it("asks from the address on the neighbour's own prefix", () => {
    const bench = new Bench({ own: ["192.0.2.9/24", "10.0.0.1/8", "10.0.0.9/24"] });
    bench.send(PEER);
    bench.send("10.9.9.9");
    bench.send("192.0.2.1");
    bench.send("198.51.100.1");
    expect(bench.log()).toEqual([
      `0 who has ${PEER}, tell 10.0.0.9 to everybody`,
      "0 who has 10.9.9.9, tell 10.0.0.1 to everybody",
      "0 who has 192.0.2.1, tell 192.0.2.9 to everybody",
      "0 who has 198.51.100.1, tell 192.0.2.9 to everybody",
    ]);
  });

  it("asks nothing without an address of its own to ask from", () => {
    const bench = new Bench({ own: [] });
    expect(bench.send(PEER)).toBe(Verdict.BadLocalAddress);
    bench.arp.addAddress(IpPrefix.parse("10.0.0.1/24"), bench.now, "probe");
    expect(bench.send(PEER)).toBe(Verdict.BadLocalAddress);
    expect(bench.log()).toEqual([]);
    expect(bench.table()).toEqual([]);
  });

  it.each([OWN, "0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "fd00::1"])(
    "does not ask for %s, which no neighbour can have",
    (address) => {
      const bench = new Bench();
      expect(bench.send(address)).toBe(Verdict.BadDestination);
      expect(bench.table()).toEqual([]);
    },
  );
});

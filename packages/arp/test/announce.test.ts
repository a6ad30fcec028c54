import { IpAddress, IpPrefix, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, OWN, PEER } from "./support.ts";

const prefix = IpPrefix.parse(`${OWN}/24`);

describe("announcing an address (A5, RFC 5227 2.3)", () => {
  it("is done twice, two seconds apart, and the address is usable from the first", () => {
    const bench = new Bench({ own: [] });
    bench.arp.addAddress(prefix, bench.now);
    expect(bench.send(PEER)).toBe(Verdict.Queued);
    bench.receive();
    bench.advance(60_000);
    expect(bench.log().filter((line) => line.includes("announce"))).toEqual([
      `0 announce ${OWN} to everybody`,
      `2000 announce ${OWN} to everybody`,
    ]);
  });

  it("ends when the address is removed", () => {
    const bench = new Bench({ own: [] });
    bench.arp.addAddress(prefix, bench.now);
    bench.arp.removeAddress(prefix.address);
    bench.arp.removeAddress(prefix.address);
    bench.advance(10_000);
    expect(bench.log()).toEqual([`0 announce ${OWN} to everybody`]);
    expect(bench.arp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("is repeated until the device takes it", () => {
    const bench = new Bench({ own: [] });
    bench.link.refuse = Verdict.DeviceBusy;
    bench.arp.addAddress(prefix, bench.now);
    bench.advance(2000);
    bench.link.refuse = null;
    bench.advance(60_000);
    expect(bench.log()).toEqual([`4000 announce ${OWN} to everybody`, `6000 announce ${OWN} to everybody`]);
  });

  it("begins anew when the address is added again, and for every address when the link comes up", () => {
    const bench = new Bench({ own: ["10.0.0.1/24", "10.0.0.7/24"] });
    bench.arp.addAddress(IpPrefix.parse("10.0.0.1/16"), bench.now);
    bench.advance(10_000);
    expect(bench.log()).toEqual(["0 announce 10.0.0.1 to everybody", "2000 announce 10.0.0.1 to everybody"]);
    bench.arp.renew(bench.now);
    bench.advance(10_000);
    expect(bench.log()).toEqual([
      "10000 announce 10.0.0.7 to everybody",
      "10000 announce 10.0.0.1 to everybody",
      "12000 announce 10.0.0.7 to everybody",
      "12000 announce 10.0.0.1 to everybody",
    ]);
  });

  it("throws out what was cached for the address: nobody else has it", () => {
    const bench = new Bench();
    bench.receive({ operation: "request" });
    bench.arp.addAddress(IpPrefix.parse(`${PEER}/24`), bench.now);
    expect(bench.table()).toEqual([]);
  });

  it.each(["0.0.0.0/0", "127.0.0.1/8", "224.0.0.1/4", "255.255.255.255/32", "fd00::1/64"])(
    "refuses %s, which no host can have",
    (text) => {
      const bench = new Bench();
      expect(() => bench.arp.addAddress(IpPrefix.parse(text), 0)).toThrow(RangeError);
    },
  );

  it("refuses more addresses than there may be", () => {
    const bench = new Bench({ parameters: { addressCapacity: 2 } });
    bench.arp.addAddress(IpPrefix.parse("10.0.0.5/24"), 0);
    expect(() => bench.arp.addAddress(IpPrefix.parse("10.0.0.6/24"), 0)).toThrow(
      "one more than the 2 addresses",
    );
    bench.arp.removeAddress(IpAddress.parse("10.0.0.5"));
    bench.arp.addAddress(IpPrefix.parse("10.0.0.6/24"), 0);
  });
});

import { describe, expect, test } from "vitest";
import { openTap, type TapOptions } from "../src/index.ts";

describe("wrong options are told before anything is opened", () => {
  const cases: [TapOptions, RegExp][] = [
    [{ name: "no such/name" }, /interface name.*no such\/name/],
    [{ mtu: 67 }, /mtu must be .* 68 to 65521, not 67/],
    [{ mtu: 65_522 }, /mtu must be/],
    [{ mtu: 1500.5 }, /mtu must be/],
    [{ mac: "01:00:5e:00:00:01" }, /mac must be the address of one station, not 01:00:5e:00:00:01/],
    [{ mac: "00:00:00:00:00:00" }, /mac must be/],
    [{ mac: "tap" }, /not a MAC address: "tap"/],
    [{ host: { ipv4: "10.0.0.1" } }, /prefix length/],
    [{ host: { ipv4: "fd00::1/64" } }, /host\.ipv4 must be IPv4, not fd00::1\/64/],
    [{ host: { ipv6: "10.0.0.1/24" } }, /host\.ipv6 must be IPv6, not 10\.0\.0\.1\/24/],
  ];
  test.each(cases)("%j", (options, message) => {
    expect(() => openTap(options)).toThrow(RangeError);
    expect(() => openTap(options)).toThrow(message);
  });
});

import { parseArguments, UsageError } from "@mnet/boot";
import { IpAddress, IpPrefix, MacAddress, toIpPrefix } from "@mnet/core";
import { describe, expect, test } from "vitest";

/** Where boot parameters come from: the command line before the environment before the configuration object. */

describe("the environment", () => {
  const read = (environment: Record<string, string>) => parseArguments([], {}, { environment }).parameters;

  test("each flag has its variable", () => {
    const parameters = read({
      MNET_NET: "service=tap7",
      MNET_IPV4: "10.0.0.2/24",
      MNET_IPV4_GATEWAY: "10.0.0.1",
      MNET_IPV6: "stable,fd00::2/64",
      MNET_ACCEPT_ROUTER_ADVERTISEMENT: "false",
      MNET_WAIT_FOR: "dad",
    });
    expect(parameters).toMatchObject({
      net: { kind: "tap", name: "tap7" },
      acceptRouterAdvertisement: false,
      waitFor: "dad",
    });
    expect(`${parameters.ipv4} ${parameters.ipv4Gateway}`).toBe("10.0.0.2/24 10.0.0.1");
    expect(parameters.ipv6.map(String)).toEqual(["stable", "fd00::2/64"]);
  });

  test("the plural has one too, others are not ours, and an empty one says nothing", () => {
    const environment = {
      MNET_ACCEPT_ROUTER_ADVERTISEMENTS: "no",
      MNET_SOMETHING: "else",
      MNET_IPV4: "",
      IPV6: "x",
    };
    expect(read(environment)).toMatchObject({ acceptRouterAdvertisement: false, ipv4: [], ipv6: [] });
  });

  test("two names of one parameter must agree, since variables have no order", () => {
    const both = (one: string, other: string) =>
      read({ MNET_ACCEPT_ROUTER_ADVERTISEMENT: one, MNET_ACCEPT_ROUTER_ADVERTISEMENTS: other });
    expect(both("no", "false").acceptRouterAdvertisement).toBe(false);
    expect(() => both("yes", "no")).toThrow(
      /^MNET_ACCEPT_ROUTER_ADVERTISEMENT=yes and MNET_ACCEPT_ROUTER_ADVERTISEMENTS=no contradict each other/,
    );
    expect(() => read({ MNET_NET: "tap1", MNET_INTERFACE: "tap2" })).toThrow(UsageError);
  });

  test("what may be repeated is separated by commas", () => {
    expect(read({ MNET_IPV4: "10.0.0.2/24,10.0.1.2/24" }).ipv4.map(String)).toEqual([
      "10.0.0.2/24",
      "10.0.1.2/24",
    ]);
  });

  test("a parameter that is wrong beside others has the variable's name too", () => {
    expect(() => read({ MNET_IPV4: "10.0.0.0/24" })).toThrow(/^MNET_IPV4=10\.0\.0\.0\/24: is the network/);
    const gateway = { MNET_IPV4: "10.0.0.2/24", MNET_IPV4_GATEWAY: "10.0.0.2" };
    expect(() => read(gateway)).toThrow(/^MNET_IPV4_GATEWAY=10\.0\.0\.2: is the service's own address/);
  });

  test("a wrong value names the variable and what would be right", () => {
    expect(() => read({ MNET_IPV6: "stable,10.0.0.2/24" })).toThrow(UsageError);
    expect(() => read({ MNET_IPV6: "stable,10.0.0.2/24" })).toThrow(
      /^MNET_IPV6=10\.0\.0\.2\/24: must be eui64, random, stable, none or an IPv6 address/,
    );
    expect(() => read({ MNET_IPV4_ONLY: "maybe" })).toThrow(/^MNET_IPV4_ONLY=maybe: must be true or false/);
  });
});

describe("the configuration object", () => {
  test("has values, or text as on the command line", () => {
    const configuration = {
      net: "memory:lan",
      ipv4: IpPrefix.parse("10.0.0.2/24"),
      ipv6: ["stable", "fd00::2/64"],
      ipv6Only: false,
      waitTimeout: "3s",
      mtu: 1400,
    };
    const { parameters } = parseArguments([], {}, { configuration });
    expect(parameters).toMatchObject({
      net: { kind: "memory", name: "lan" },
      waitTimeout: 3000,
      mtu: 1400,
    });
    expect(String(parameters.ipv4)).toBe("10.0.0.2/24");
    expect(parameters.ipv6.map(String)).toEqual(["stable", "fd00::2/64"]);
    expect(parseArguments([], {}, { configuration: { ipv6: "random" } }).parameters.ipv6).toEqual(["random"]);
  });

  test("a wrong value and an unknown name are told", () => {
    const read = (configuration: object) => parseArguments([], {}, { configuration });
    expect(() => read({ ipv4: "10.0.0.2" })).toThrow(
      /^the configuration's ipv4 10\.0\.0\.2: .*prefix length/,
    );
    expect(() => read({ gatway: "10.0.0.1" })).toThrow(/gatway is no boot parameter/);
  });

  const values = {
    net: { kind: "memory", name: "lan" },
    mac: MacAddress.parse("02:00:00:00:00:07"),
    mtu: 1400,
    ipv4: [IpPrefix.parse("10.0.0.2/24"), "10.0.1.2/24"],
    ipv4Gateway: IpAddress.parse("10.0.0.1"),
    ipv6: ["stable", IpPrefix.parse("fd00::2/64")],
    ipv6Gateway: IpAddress.parse("fe80::1"),
    acceptRouterAdvertisement: false,
    waitFor: "dad",
    waitTimeout: 2500,
    pcap: null,
    verbose: true,
  } as const;

  test("every kind of value", () => {
    const { parameters } = parseArguments([], {}, { configuration: values });
    expect(parameters).toEqual({
      ...parameters,
      ...values,
      ipv4: values.ipv4.map((item) => toIpPrefix(item)),
    });
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ ipv4: 5 }, /ipv4 5: must be an IPv4 address with a prefix length/],
    [{ ipv4: ["10.0.0.2/24", 5] }, /ipv4 5: must be an IPv4 address/],
    [{ ipv4: IpPrefix.parse("fd00::2/64") }, /ipv4 fd00::2\/64: must be an IPv4 address/],
    [
      { ipv4Gateway: IpPrefix.parse("10.0.0.1/24") },
      /ipv4Gateway 10\.0\.0\.1\/24: must be an IPv4 address such/,
    ],
    [{ ipv6: null }, /ipv6 null: must be eui64, random, stable, none or/],
    [{ mtu: 9000.5 }, /mtu 9000\.5: must be a whole number from 68 to 65521/],
    [{ mtu: 67 }, /mtu 67: must be/],
    [{ mtu: [1400] }, /mtu \[1400\]: must be/],
    [{ mac: MacAddress.broadcast }, /mac ff:ff:ff:ff:ff:ff: must be the address of one station/],
    [{ waitTimeout: -5 }, /waitTimeout -5: must be a duration/],
    [{ waitTimeout: Number.NaN }, /waitTimeout NaN: must be a duration/],
    [{ waitFor: {} }, /waitFor .*: must be link, dad or global/],
    [{ net: null }, /net null: must be a device such as service=tap0/],
    [{ net: { kind: "usb", name: "x" } }, /net .*: knows no device of kind "usb"/],
    [{ acceptRouterAdvertisement: 0 }, /acceptRouterAdvertisement 0: must be true or false/],
    [{ acceptRouterAdvertisement: null }, /acceptRouterAdvertisement null: must be true or false/],
    [{ pcap: 7 }, /pcap 7: must be the name of a file/],
  ])("%j is refused, naming the key", (configuration, message) => {
    const read = () => parseArguments([], {}, { configuration });
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^the configuration's /);
  });
});

test("arguments come before the environment, and that before the configuration; lists are not mixed", () => {
  const configuration = { ipv4: "10.0.0.3/24", ipv6: "fd00::3/64", mtu: 1300, net: "tap3" };
  const environment = { MNET_IPV4: "10.0.0.2/24", MNET_IPV6: "fd00::2/64", MNET_MTU: "1400" };
  const { parameters } = parseArguments(["--ipv4=10.0.0.1/24"], {}, { configuration, environment });
  expect(String(parameters.ipv4)).toBe("10.0.0.1/24");
  expect(parameters.ipv6.map(String)).toEqual(["fd00::2/64"]);
  expect(parameters.mtu).toBe(1400);
  expect(parameters.net).toEqual({ kind: "tap", name: "tap3" });
});

test("parameters of different sources are judged together", () => {
  const environment = { MNET_IPV4_ONLY: "true" };
  expect(() => parseArguments(["--ipv6-only"], {}, { environment })).toThrow(/exclude each other/);
});

test("--help is given whatever else is wrong", () => {
  expect(parseArguments(["--help", "--mtu", "1"], {}, { environment: { MNET_NET: "usb:" } }).help).toBe(true);
});

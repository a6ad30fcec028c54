import { helpText, parseArguments, UsageError } from "@mnet/boot";
import { expect, test } from "vitest";

test("the parameters of a service, in both forms", () => {
  const spaced = [
    "--net",
    "service=tap7",
    "--ipv4",
    "10.0.0.2/24",
    "--ipv4-gateway",
    "10.0.0.1",
    "--mtu",
    "1400",
  ];
  const joined = ["--net=service=tap7", "--ipv4=10.0.0.2/24", "--ipv4-gateway=10.0.0.1", "--mtu=1400"];
  const solo5 = ["--net:service=tap7", ...joined.slice(1)];
  for (const argv of [spaced, joined, solo5]) {
    const { parameters } = parseArguments(argv);
    expect(parameters.net).toEqual({ kind: "tap", name: "tap7" });
    expect(String(parameters.ipv4)).toBe("10.0.0.2/24");
    expect(String(parameters.ipv4Gateway)).toBe("10.0.0.1");
    expect(parameters.mtu).toBe(1400);
  }
});

test("nothing given: tap0, no address, no gateway, quiet", () => {
  const { parameters } = parseArguments([]);
  expect(parameters).toMatchObject({
    net: { kind: "tap", name: "tap0" },
    ipv4: null,
    ipv4Gateway: null,
    verbose: false,
  });
});

test("a bare device name and tap:NAME are the same", () => {
  for (const net of ["tap1", "tap:tap1", "service=tap1", "service=tap:tap1"]) {
    expect(parseArguments(["--net", net]).parameters.net).toEqual({ kind: "tap", name: "tap1" });
  }
});

test("both families: addresses, modes, gateways", () => {
  const { parameters } = parseArguments([
    "--ipv6",
    "stable",
    "--ipv6=fd00::2/64",
    "--ipv6",
    "2001:db8::42/64",
    "--ipv6-gateway=fe80::1%service",
    "--wait-for=global",
    "--wait-timeout=1.5s",
    "--host-ipv6",
    "fd00::1/64",
  ]);
  expect(parameters.ipv6.map(String)).toEqual(["stable", "fd00::2/64", "2001:db8::42/64"]);
  expect(String(parameters.ipv6Gateway)).toBe("fe80::1");
  expect(String(parameters.hostIpv6)).toBe("fd00::1/64");
  expect(parameters).toMatchObject({ waitFor: "global", waitTimeout: 1500 });
});

test.each([
  [[], { ipv4Only: false, ipv6Only: false, acceptRouterAdvertisement: true }],
  [["--ipv4-only"], { ipv4Only: true }],
  [["--ipv4-only", "true"], { ipv4Only: true }],
  [["--ipv4-only=false"], { ipv4Only: false }],
  [["--ipv6-only=true", "--ipv4-only", "false"], { ipv6Only: true, ipv4Only: false }],
  [["--accept-router-advertisement=false"], { acceptRouterAdvertisement: false }],
  [["--accept-router-advertisement", "false"], { acceptRouterAdvertisement: false }],
  [["--accept-router-advertisements=false"], { acceptRouterAdvertisement: false }],
  [["--accept-router-advertisements", "no"], { acceptRouterAdvertisement: false }],
  [["--accept-router-advertisement"], { acceptRouterAdvertisement: true }],
  [["-v"], { verbose: true }],
  [["--verbose=false"], { verbose: false }],
])("switches: %j", (argv, expected) => {
  expect(parseArguments(argv).parameters).toMatchObject(expected);
});

test("a switch takes the word behind it only when that is true or false", () => {
  const { parameters, positionals } = parseArguments(["--ipv4-only", "server", "--ipv6-only", "false", "x"]);
  expect(parameters).toMatchObject({ ipv4Only: true, ipv6Only: false });
  expect(positionals).toEqual(["server", "x"]);
});

test("what is said about a family that is off does not matter", () => {
  const argv = ["--ipv4-only", "--ipv6-gateway", "fd01::1", "--ipv4", "10.0.0.2/24"];
  expect(parseArguments(argv).parameters.ipv4Only).toBe(true);
  expect(parseArguments(["--ipv6-only", "--ipv4-gateway", "10.0.0.1"]).parameters.ipv6Only).toBe(true);
});

test.each([
  ["tap:tap5", { kind: "tap", name: "tap5" }],
  ["service=tap5", { kind: "tap", name: "tap5" }],
  ["tuntap2:", { kind: "tuntap2" }],
  ["service=socket:", { kind: "socket" }],
  ["memory:lan", { kind: "memory", name: "lan" }],
  ["service=memory:", { kind: "memory", name: "" }],
])("--net %s, and --interface likewise, as MirageOS has it", (text, expected) => {
  expect(parseArguments(["--net", text]).parameters.net).toEqual(expected);
  expect(parseArguments([`--interface=${text}`]).parameters.net).toEqual(expected);
});

test("a service's own flags and positionals stand beside them", () => {
  const flags = { port: { value: "PORT", help: "the port" }, loud: { help: "a switch" } };
  const parsed = parseArguments(["server", "--port=7", "-v", "--loud", "more"], flags);
  expect(parsed.positionals).toEqual(["server", "more"]);
  expect(parsed.flags).toEqual({ port: "7", loud: true });
  expect(parsed.parameters.verbose).toBe(true);
});

test.each([
  [["--ipv4", "10.0.0.256/24"], /--ipv4 10\.0\.0\.256\/24: .*10\.0\.0\.256/],
  [["--ipv4", "10.0.0.2"], /--ipv4 10\.0\.0\.2: .*prefix length/],
  [["--ipv4", "fd00::2/64"], /--ipv4 fd00::2\/64: must be an IPv4 address/],
  [["--ipv4-gateway", "gateway"], /--ipv4-gateway gateway: not an IP address/],
  [["--mac", "02:00"], /--mac 02:00: not a MAC address/],
  [["--mtu", "67"], /--mtu 67: .*68 to 65521/],
  [["--mtu", "1e3"], /--mtu 1e3: .*68 to 65521/],
  [["--net", "usb:eth0"], /--net usb:eth0: knows no device of kind "usb"/],
  [["--net", "socket:eth0"], /--net socket:eth0: .* service=socket:/],
  [["--net", "service="], /--net service=: must be service=NAME/],
  [["--ipv4-gateway", "fd00::1"], /--ipv4-gateway fd00::1: must be an IPv4 address/],
  [["--ipv6", "stabel"], /--ipv6 stabel: must be eui64, random, stable, none or an IPv6 address such as/],
  [["--ipv6", "fd00::2"], /--ipv6 fd00::2: must be .* fd00::2\/64/],
  [["--ipv6", "10.0.0.2/24"], /--ipv6 10\.0\.0\.2\/24: must be/],
  [["--ipv6", "eui64", "--ipv6", "random"], /--ipv6 eui64 and random: give one/],
  [["--ipv6", "none", "--ipv6", "fd00::2/64"], /--ipv6 none: contradicts --ipv6 fd00::2\/64/],
  [["--ipv6", "none", "--ipv6-only"], /--ipv6 none: contradicts --ipv6-only/],
  [["--ipv6-gateway", "10.0.0.1"], /--ipv6-gateway 10\.0\.0\.1: must be an IPv6 address/],
  [["--ipv6-gateway", "fe80::1%tap0"], /--ipv6-gateway fe80::1%tap0: .* service/],
  [["--ipv6-gateway", "fd01::1", "--ipv6", "fd00::2/64"], /--ipv6-gateway fd01::1: must be .* fd00::2\/64/],
  [["--ipv4", "10.0.0.2/24", "--ipv4-gateway", "10.1.0.1"], /--ipv4-gateway 10\.1\.0\.1: .*10\.0\.0\.2\/24/],
  [["--ipv4-only", "--ipv6-only"], /--ipv4-only and --ipv6-only exclude each other/],
  [["--ipv4-only=perhaps"], /--ipv4-only perhaps: must be true or false/],
  [["--accept-router-advertisement="], /--accept-router-advertisement : must be true or false/],
  [["--wait-for", "ever"], /--wait-for ever: must be link, dad or global/],
  [["--wait-timeout", "10"], /--wait-timeout 10: must be a duration such as 500ms/],
  [["--host-ipv6", "10.0.0.1/24"], /--host-ipv6 10\.0\.0\.1\/24: must be an IPv6 address/],
  [["--nonsense"], /--nonsense/],
  [["--ipv4"], /--ipv4/],
])("%j is refused, naming the flag and what would be right", (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(UsageError);
  expect(() => parseArguments(argv)).toThrow(message);
});

test("the help text names every flag", () => {
  const text = helpText("echo server [OPTIONS]", { port: { value: "PORT", help: "the port" } });
  expect(text).toContain("usage: echo server [OPTIONS]");
  for (const flag of [
    "port",
    "net",
    "mac",
    "mtu",
    "ipv4",
    "ipv4-gateway",
    "ipv6",
    "ipv6-gateway",
    "ipv4-only",
    "ipv6-only",
    "accept-router-advertisement",
    "wait-for",
    "wait-timeout",
    "host-ipv4",
    "host-ipv6",
    "pcap",
    "verbose",
    "help",
  ]) {
    expect(text).toContain(`--${flag}`);
  }
});

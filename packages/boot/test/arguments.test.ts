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
    ipv4: [],
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
    `--ipv6-stable-secret=${"0aF5".repeat(8)}`,
    "--wait-for=global",
    "--wait-timeout=1.5s",
    "--host-ipv6",
    "fd00::1/64",
  ]);
  expect(parameters.ipv6.map(String)).toEqual(["stable", "fd00::2/64", "2001:db8::42/64"]);
  expect(String(parameters.ipv6Gateway)).toBe("fe80::1");
  expect(String(parameters.hostIpv6)).toBe("fd00::1/64");
  expect(parameters).toMatchObject({ waitFor: "global", waitTimeout: 1500 });
  expect([...parameters.ipv6StableSecret!].slice(0, 3)).toEqual([0x0a, 0xf5, 0x0a]);
  expect(parameters.ipv6StableSecret).toHaveLength(16);
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

test("of the names of one flag the last on the command line counts", () => {
  const last = (...argv: string[]) => parseArguments(argv).parameters;
  const [one, other] = ["--accept-router-advertisement", "--accept-router-advertisements"];
  expect(last(`${other}=true`, `${one}=false`).acceptRouterAdvertisement).toBe(false);
  expect(last(`${one}=true`, `${other}=false`).acceptRouterAdvertisement).toBe(false);
  expect(last("--interface", "service=tap1", "--net", "service=tap2").net).toMatchObject({ name: "tap2" });
  expect(last("--net", "tap2", "--net:service=tap3", "--interface=tap1").net).toMatchObject({ name: "tap1" });
  expect(last("--interface", "tap1", "--net:service=tap3").net).toMatchObject({ name: "tap3" });
});

test("a switch has the word behind it as its value, in any case of letters, and what else stands before it or behind --", () => {
  const { parameters, positionals } = parseArguments([
    "server",
    "--ipv4-only",
    "False",
    "x",
    "-v",
    "--",
    "y",
  ]);
  expect(parameters).toMatchObject({ ipv4Only: false, verbose: true });
  expect(positionals).toEqual(["server", "x", "y"]);
  expect(parseArguments(["--ipv4-only=TRUE"]).parameters.ipv4Only).toBe(true);
});

test("--ipv4 may be repeated", () => {
  const { ipv4 } = parseArguments(["--ipv4=10.0.0.2/24", "--ipv4", "10.0.1.2/24"]).parameters;
  expect(ipv4.map(String)).toEqual(["10.0.0.2/24", "10.0.1.2/24"]);
});

test("it is told who said what", () => {
  const environment = { MNET_MTU: "1400" };
  const sources = { environment, configuration: { waitFor: "dad" } } as const;
  const { origins } = parseArguments(["-v", "--interface=tap1"], {}, sources);
  expect(origins).toEqual({
    net: { source: "arguments", name: "--interface" },
    verbose: { source: "arguments", name: "-v" },
    mtu: { source: "environment", name: "MNET_MTU" },
    waitFor: { source: "configuration", name: "waitFor" },
  });
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
  [["--ipv6-stable-secret", "123"], /--ipv6-stable-secret 123: must be 32 hexadecimal digits or more/],
  [["--ipv6-stable-secret", "g".repeat(32)], /must be 32 hexadecimal digits or more/],
  [["--wait-for", "ever"], /--wait-for ever: must be link, dad or global/],
  [["--wait-timeout", "10"], /--wait-timeout 10: must be a duration such as 500ms/],
  [["--host-ipv6", "10.0.0.1/24"], /--host-ipv6 10\.0\.0\.1\/24: must be an IPv6 address/],
  [["--accept-router-advertisement", "fasle"], /--accept-router-advertisement fasle: must be true or false/],
  [["--accept-router-advertisements", "off-line"], /--accept-router-advertisements off-line: must be true/],
  [
    ["-v", "server"],
    /^-v server: must be true or false; what is no value of -v stands before it or behind --$/,
  ],
  [["--interface=usb:eth0"], /^--interface usb:eth0: knows no device of kind "usb"/],
  [["--net:service=usb:eth0"], /^--net:service usb:eth0: knows no device of kind "usb"/],
  [
    ["--net:other=tap3"],
    /^--net:other=tap3: knows no network "other"; the only one is --net:service=DEVICE$/,
  ],
  [["--net", "other=tap3"], /^--net other=tap3: knows no network "other"; the only one is service=DEVICE$/],
  [["--net", "tap:tap=3"], /^--net tap:tap=3: must be service=NAME/],
  [["--net", "TAP:tap3"], /^--net TAP:tap3: knows no device of kind "TAP"/],
  [["--nonsense"], /^--nonsense: there is no such option$/],
  [["--ipv4"], /^--ipv4: must have a value, ADDRESS\/LENGTH$/],
  [
    ["--ipv4", "--ipv6-only"],
    /^--ipv4 --ipv6-only: must have a value, ADDRESS\/LENGTH; .* --ipv4=--ipv6-only$/,
  ],
  [["--help=true"], /^--help=true: takes no value$/],
  [
    ["--mac", "01:00:00:00:00:01"],
    /^--mac 01:00:00:00:00:01: must be the address of one station such as 02:/,
  ],
  [["--pcap", ""], /^--pcap : must be the name of a file/],
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
    "ipv6-stable-secret",
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

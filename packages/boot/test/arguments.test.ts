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

test("a service's own flags and positionals stand beside them", () => {
  const flags = { port: { value: "PORT", help: "the port" }, loud: { help: "a switch" } };
  const parsed = parseArguments(["server", "--port=7", "-v", "--loud", "more"], flags);
  expect(parsed.positionals).toEqual(["server", "more"]);
  expect(parsed.flags).toEqual({ port: "7", loud: true });
  expect(parsed.parameters.verbose).toBe(true);
});

test("defaults of the service hold where the command line says nothing", () => {
  const net = { kind: "tap", name: "own0" } as const;
  expect(parseArguments([], {}, { net }).parameters.net).toEqual(net);
  expect(parseArguments(["--net", "tap3"], {}, { net }).parameters.net).toMatchObject({ name: "tap3" });
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
  [["--net", "service="], /--net service=: must be service=NAME/],
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
    "host-ipv4",
    "pcap",
    "verbose",
    "help",
  ]) {
    expect(text).toContain(`--${flag}`);
  }
});

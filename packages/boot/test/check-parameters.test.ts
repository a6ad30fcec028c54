import { parseArguments, UsageError } from "@mnet/boot";
import { IpAddress, IpPrefix, type NetworkDevice } from "@mnet/core";
import { devicePair } from "@mnet/devices";
import { composeLayers } from "@mnet/stack/layers";
import fc from "fast-check";
import { expect, test } from "vitest";

/** What parameters mean together, and on which target, is judged before anything is opened. */

const V4 = ["--ipv4", "10.0.0.2/24"];
const V6 = ["--ipv6", "fd00::2/64"];

test.each([
  [
    ["--ipv4", "224.0.0.1/24"],
    /^--ipv4 224\.0\.0\.1\/24: is a multicast group; .* host such as 10\.0\.0\.2\/24$/,
  ],
  [["--ipv4", "127.0.0.1/8"], /^--ipv4 127\.0\.0\.1\/8: is a loopback address/],
  [["--ipv4", "0.0.0.1/8"], /^--ipv4 0\.0\.0\.1\/8: is a reserved address/],
  [["--ipv4", "240.0.0.1/8"], /^--ipv4 240\.0\.0\.1\/8: is a reserved address/],
  [["--ipv4", "10.0.0.2/0"], /^--ipv4 10\.0\.0\.2\/0: has an empty prefix/],
  [["--ipv4", "10.0.0.0/24"], /^--ipv4 10\.0\.0\.0\/24: is the network address .* such as 10\.0\.0\.1\/24$/],
  [["--ipv4", "10.0.0.255/24"], /^--ipv4 10\.0\.0\.255\/24: is the broadcast address/],
  [[...V4, "--ipv4=10.0.0.2/8"], /^--ipv4 10\.0\.0\.2\/8: is given twice/],
  [["--ipv6", "::1/128"], /^--ipv6 ::1\/128: is a loopback address; .* such as fd00::2\/64$/],
  [["--ipv6", "ff02::1/64"], /^--ipv6 ff02::1\/64: is a multicast group/],
  [["--ipv6", "fd00::/64"], /^--ipv6 fd00::\/64: is every router's of its prefix; .* such as fd00::1\/64$/],
  [[...V6, ...V6], /^--ipv6 fd00::2\/64: is given twice/],
  [
    [...V4, "--ipv4-gateway=10.0.0.2"],
    /^--ipv4-gateway 10\.0\.0\.2: is the service's own address; must be .* router/,
  ],
  [[...V4, "--ipv4-gateway=10.0.0.255"], /^--ipv4-gateway 10\.0\.0\.255: is the broadcast .* router$/],
  [[...V4, "--ipv4-gateway=10.0.0.0"], /^--ipv4-gateway 10\.0\.0\.0: is the network/],
  [["--ipv4-gateway=10.0.0.1"], /^--ipv4-gateway 10\.0\.0\.1: must be on the link of --ipv4 \(not given\)/],
  [[...V6, "--ipv6-gateway=fd00::2"], /^--ipv6-gateway fd00::2: is the service's own address/],
  [["--ipv6-gateway=ff02::2"], /^--ipv6-gateway ff02::2: must be the address of a router, link-local or/],
  [["--ipv6=none", "--ipv6-gateway=fe80::1"], /^--ipv6-gateway fe80::1: contradicts --ipv6 none$/],
  [
    ["--mtu=1000", "--ipv6-only"],
    /^--mtu 1000: IPv6 needs an MTU of 1280 octets, and --ipv6-only asks for IPv6$/,
  ],
  [["--mtu=1279", ...V6], /^--mtu 1279: IPv6 needs .* --ipv6 fd00::2\/64 asks/],
  [["--mtu=1000", "--ipv6-gateway=fe80::1"], /^--mtu 1000: IPv6 needs .* --ipv6-gateway fe80::1 asks/],
  [["--ipv4-only", "--wait-for=global"], /^--wait-for global: .* --ipv4 10\.0\.0\.2\/24$/],
  [
    ["--wait-for=global", "--accept-router-advertisement=no", "--ipv6=fe80::2/64"],
    /^--wait-for global: with .* --ipv6/,
  ],
  [["--host-ipv4=10.0.0.0/24"], /^--host-ipv4 10\.0\.0\.0\/24: is the network address/],
])("%j is refused, naming the flag, the value and what would be right", (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(UsageError);
  expect(() => parseArguments(argv)).toThrow(message);
});

test.each([
  [
    "a /31 and a /127 have no address but their hosts' (RFC 3021, RFC 6164)",
    "--ipv4=10.0.0.0/31",
    "--ipv6=fd00::/127",
  ],
  ["a single address", "--ipv4=10.0.0.0/32", "--ipv6=fd00::/128"],
  ["every router's address is a router's", ...V6, "--ipv6-gateway=fd00::"],
  ["small packets without IPv6", "--mtu=1279", "--ipv6=none"],
  ["small packets where IPv6 is not asked for", "--mtu=68"],
  ["a gateway behind the second address", ...V4, "--ipv4=10.0.1.2/24", "--ipv4-gateway=10.0.1.1"],
  ["the host's own addresses", "--net=socket:", "--ipv4=127.0.0.1/8", "--ipv6=::1/128", "--mtu=1000"],
  [
    "what the host's own network ignores",
    "--net=socket:",
    "--ipv4-gateway=10.0.0.1",
    "--ipv6-gateway=fd00::1",
  ],
  ["lengths are ignored there", "--net=socket:", "--ipv4=10.0.0.0/24"],
])("%s: is right", (_what, ...argv) => {
  expect(() => parseArguments(argv)).not.toThrow();
});

test("groups are nobody's address on the host's own network either", () => {
  expect(() => parseArguments(["--net=socket:", "--ipv4=224.0.0.1/4"])).toThrow(/is a multicast group/);
});

const interesting = [
  0, 1, 2, 0x7f000001, 0x0a000000, 0x0a0000ff, 0x0a000001, 0xe0000001, 0xefffffff, 0xffffffff,
];
const word = fc.oneof(fc.constantFrom(...interesting), fc.integer());
const v4 = fc
  .tuple(word, fc.integer({ min: 0, max: 32 }))
  .map(([bits, length]) => new IpPrefix(IpAddress.v4(bits), length));
const v6 = fc
  .tuple(fc.constantFrom(0, 0xfd000000, 0xff020000, 0xfe800000), word, word, fc.integer({ min: 0, max: 128 }))
  .filter(([w0, w1, w2]) => w0 !== 0 || w1 !== 0 || w2 !== 0xffff)
  .map(([w0, w2, w3, length]) => new IpPrefix(new IpAddress(6, w0, 0, w2, w3), length));

function accepts(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** What the stack takes, without a network. */
function compose(options: object): void {
  const device: NetworkDevice = devicePair()[0];
  const ignore = (): void => {};
  const events = new Proxy({}, { get: () => ignore }) as Parameters<typeof composeLayers>[1];
  composeLayers({ device, ...options }, events, 0);
}

test("an address is refused here exactly when the stack refuses it", () => {
  fc.assert(
    fc.property(fc.oneof(v4, v6), (prefix) => {
      const here = accepts(() => parseArguments([`--ipv${prefix.family}=${prefix}`]));
      expect(here).toBe(accepts(() => compose({ [`ipv${prefix.family}`]: prefix })));
    }),
    { numRuns: 2000 },
  );
});

test("what is accepted here, with its gateway, the stack accepts", () => {
  const beside = fc.oneof(v4, v6).chain((prefix) => {
    const { family, w0, w1, w2, w3 } = prefix.network;
    const { broadcast, address } = prefix;
    const near = [0, 1, 2, 127].map((low) => new IpAddress(family, w0, w1, w2, w3 | low));
    return fc.tuple(fc.constant(prefix), fc.constantFrom(...near, broadcast ?? address));
  });
  fc.assert(
    fc.property(beside, ([prefix, gateway]) => {
      const { family } = prefix;
      const argv = [`--ipv${family}=${prefix}`, `--ipv${family}-gateway=${gateway}`];
      fc.pre(accepts(() => parseArguments(argv)));
      const option = family === 4 ? { ipv4: prefix, gateway } : { ipv6: prefix, gateway6: gateway };
      expect(() => compose(option)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

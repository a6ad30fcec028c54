import { expect, it } from "vitest";
import { SourceAddresses } from "../src/source-address.ts";
import { parseHostAddress } from "../src/zoned-address.ts";

/** `address/length`, with or without a zone. */
function own(text: string) {
  const [address, length] = text.split("/");
  return { address: parseHostAddress(address!)!, prefixLength: Number(length) };
}

const sourceTo = (addresses: string, destination: string): string =>
  String(new SourceAddresses(addresses.split(" ").map(own)).to(parseHostAddress(destination)!));

/** What the stack has, in this order; where something is sent; where it leaves from. */
const table: [rule: string, addresses: string, destination: string, source: string][] = [
  ["one address is for everything", "127.0.0.1/8", "192.0.2.9", "127.0.0.1"],
  ["every address: the host chooses", "0.0.0.0/0", "192.0.2.9", "null"],
  ["every address: the host chooses", "::/0", "2001:db8::9", "null"],

  ["the prefix has it", "127.0.0.1/8 192.0.2.2/24", "192.0.2.9", "192.0.2.2"],
  ["the prefix has it", "192.0.2.2/24 198.51.100.2/24", "198.51.100.9", "198.51.100.2"],
  ["the prefix has it", "192.0.2.2/24 198.51.100.2/24", "198.51.100.255", "198.51.100.2"],
  ["the prefix has it", "192.0.2.2/24 127.0.0.1/8", "127.0.0.2", "127.0.0.1"],
  ["the prefix has it", "2001:db8:1::2/64 2001:db8:2::2/64", "2001:db8:2::9", "2001:db8:2::2"],
  ["the longest prefix", "10.0.0.1/8 10.1.0.1/16 10.0.0.2/12", "10.1.2.3", "10.1.0.1"],
  ["the longest prefix", "10.1.0.1/16 10.0.0.1/8", "10.1.2.3", "10.1.0.1"],
  ["the longest prefix", "2001:db8::1/32 2001:db8::2/64", "2001:db8::9", "2001:db8::2"],
  ["the first of those as long", "10.0.0.1/24 10.0.0.2/24", "10.0.0.9", "10.0.0.1"],
  ["its own address", "10.0.0.1/32 10.0.0.2/32", "10.0.0.2", "10.0.0.2"],

  ["beyond, not from loopback", "127.0.0.1/8 192.0.2.2/24", "203.0.113.9", "192.0.2.2"],
  ["beyond, not from loopback", "::1/128 2001:db8::2/64", "2001:db8:9::9", "2001:db8::2"],
  ["beyond, not from a link-local one", "169.254.1.1/16 192.0.2.2/24", "203.0.113.9", "192.0.2.2"],
  ["beyond, not from a link-local one", "fe80::1%a/64 2001:db8::2/64", "2001:db8:9::9", "2001:db8::2"],
  ["beyond, the widest where none reaches", "::1/128 fe80::1%a/64", "2001:db8:9::9", "fe80::1%a"],
  ["beyond, the first of those that reach", "192.0.2.2/24 198.51.100.2/24", "203.0.113.9", "192.0.2.2"],
  ["to loopback, from loopback", "192.0.2.2/24 127.0.0.1/32", "127.0.0.9", "127.0.0.1"],
  ["to loopback, from loopback", "2001:db8::2/64 ::1/128", "::1", "::1"],

  ["link-local, on its link", "fe80::1%a/64 fe80::2%b/64", "fe80::9%b", "fe80::2%b"],
  ["link-local, on its link", "2001:db8::2/64 fe80::2%b/64", "fe80::9%b", "fe80::2%b"],
  ["link-local, not on another link", "fe80::1%a/64 2001:db8::2/64", "fe80::9%b", "2001:db8::2"],
  ["link-local, not from loopback", "::1/128 2001:db8::2/64", "fe80::9%b", "2001:db8::2"],
  ["link-local of IPv4", "192.0.2.2/24 169.254.1.1/16", "169.254.9.9", "169.254.1.1"],

  ["groups of a link", "2001:db8::2/64 fe80::1%a/64", "ff02::fb", "fe80::1%a"],
  ["groups of a link, with its zone", "fe80::1%a/64 fe80::2%b/64", "ff02::fb%b", "fe80::2%b"],
  ["groups of a site", "::1/128 fe80::1%a/64 2001:db8::2/64", "ff05::1:3", "2001:db8::2"],
  ["groups of IPv4, not from loopback", "127.0.0.1/8 192.0.2.2/24", "239.1.2.3", "192.0.2.2"],
  ["broadcasts, not from loopback", "127.0.0.1/8 192.0.2.2/24", "255.255.255.255", "192.0.2.2"],
];

it.each(table)("%s: of %s to %s it is %s", (_, addresses, destination, source) => {
  expect(sourceTo(addresses, destination)).toBe(source);
});

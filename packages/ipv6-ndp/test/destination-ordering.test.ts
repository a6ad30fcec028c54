import { IpAddress } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { type DestinationSource, orderDestinations } from "../src/source-selection/order-destinations.ts";

const address = (text: string): IpAddress => IpAddress.parse(text);

/**
 * Rule, then each destination with its source, in the order they must get: `destination < source[/prefix length] [deprecated]`, source `-` for
 * none, prefixes of 64 bits by default.
 */
const orders: readonly [string, ...string[]][] = [
  // RFC 6724 10.2
  ["10.2 matching scope", "198.51.100.121 < 198.51.100.117", "2001:db8:1::1 < fe80::1"],
  ["10.2 higher precedence", "2001:db8:1::1 < 2001:db8:1::2", "10.1.2.3 < 10.1.2.4"],
  ["10.2 smaller scope", "fe80::1 < fe80::2", "2001:db8:1::1 < 2001:db8:1::2"],
  ["10.2 deprecated", "10.1.2.3 < 10.1.2.4", "fec0::1 < fec0::2 deprecated"],
  ["10.2 longest prefix", "2001:db8:1::1 < 2001:db8:1::2", "2001:db8:3ffe::1 < 2001:db8:3f44::2"],
  ["10.2 label", "2002:c633:6401::1 < 2002:c633:6401::2", "2001:db8:1::1 < 2002:c633:6401::2"],
  ["10.2 precedence", "2001:db8:1::1 < 2001:db8:1::2", "2002:c633:6401::1 < 2002:c633:6401::2"],
  // One or more for each rule
  ["rule 1", "10.1.2.3 < 10.1.2.4", "2001:db8::1 < -"],
  ["rule 1 before 2", "2001:db8::1 < fe80::2", "10.1.2.3 < -"],
  ["rule 2: IPv4 autoconfigured", "2001:db8::1 < 2001:db8::2", "10.1.2.3 < 169.254.1.1"],
  ["rule 2 before 3", "2001:db8::1 < 2001:db8::2 deprecated", "10.1.2.3 < 169.254.1.1"],
  ["rule 3 before 5", "2001:db8::1 < fd00::2", "2001:db8:1::1 < 2001:db8::2 deprecated"],
  ["rule 5 before 6", "fd00:1::1 < fd00:2::2", "2001:db8::1 < fd00:2::2"],
  ["rule 6: IPv4 before unique local", "10.1.2.3 < 10.1.2.4", "fd00:1::1 < fd00:2::2"],
  ["rule 6: loopback first", "::1 < ::1", "fe80::1 < fe80::2"],
  ["rule 8 before 9", "fe80::1 < fe80:0:0:1::2", "2001:db8::1 < 2001:db8::2"],
  ["rule 9: the longer prefix", "2001:db8:1::1 < 2001:db8:1::2/64", "2001:db8:2::1 < 2001:db8:2::2/48"],
  ["rule 9 within a prefix of 120", "2001:db8::f7 < 2001:db8::3/120", "2001:db8::1:3 < 2001:db8::3/120"],
  ["rule 9 counts the prefix alone", "2001:db8::ffff < 2001:db8::3", "2001:db8::2 < 2001:db8::3"],
  ["rule 9 is not for IPv4", "10.255.2.3 < 10.1.2.4", "10.1.2.5 < 10.1.2.4"],
  ["rule 10", "2001:db8:1::1 < 2001:db8:8::2", "2001:db8:1::2 < 2001:db8:8::2"],
];

/** Rules that leave destinations in the order in which they came. */
const stable = ["rule 9 counts the prefix alone", "rule 9 is not for IPv4", "rule 10"];

describe("destination ordering (RFC 6724 6)", () => {
  it.each(orders)("%s: %s before %s", (rule, ...texts) => {
    const sources = new Map<string, DestinationSource | null>();
    const destinations = texts.map((text) => {
      const [destination, source] = text.split(" < ");
      const [sourceText, state] = source!.split(" ");
      const [own, length = "64"] = sourceText!.split("/");
      sources.set(
        `${address(destination!)}`,
        own === "-"
          ? null
          : { address: address(own!), prefixLength: Number(length), deprecated: state === "deprecated" },
      );
      return address(destination!);
    });
    const order = (list: readonly IpAddress[]): string[] =>
      orderDestinations(list, (to) => sources.get(`${to}`) ?? null).map(String);
    const wanted = destinations.map(String);
    expect(order(destinations)).toEqual(wanted);
    if (!stable.includes(rule)) expect(order(destinations.toReversed())).toEqual(wanted);
  });

  it("leaves the list it is given as it is", () => {
    const list = [address("10.1.2.3"), address("2001:db8::1")];
    orderDestinations(list, (to) => ({ address: to, prefixLength: 64, deprecated: false }));
    expect(list.map(String)).toEqual(["10.1.2.3", "2001:db8::1"]);
  });
});

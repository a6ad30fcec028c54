import { IpAddress, IpPrefix } from "@mnet/core";
import { describe, expect, it } from "vitest";
import type { AddressEntry, AddressOrigin, AddressState } from "../src/contracts.ts";
import { commonPrefixLength, policyOf } from "../src/source-selection/policy-table.ts";
import { scopeOf } from "../src/source-selection/scope.ts";
import { compareSources, selectSource } from "../src/source-selection/select-source.ts";

const address = (text: string): IpAddress => IpAddress.parse(text);

/** `2001:db8::1/64`, with `deprecated` or `temporary` behind it. */
function entry(text: string): AddressEntry {
  const [prefix, ...words] = text.split(" ");
  const state: AddressState = words.includes("deprecated") ? "deprecated" : "preferred";
  const origin: AddressOrigin = words.includes("temporary") ? "temporary" : "static";
  return {
    prefix: IpPrefix.parse(prefix!),
    state,
    origin,
    preferredUntil: Number.POSITIVE_INFINITY,
    validUntil: Number.POSITIVE_INFINITY,
  };
}

describe("the scope of an address (RFC 6724 3.1, 3.2)", () => {
  it.each([
    ["fe80::1", 2],
    ["::1", 2],
    ["fec0::1", 5],
    ["fd00::1", 14],
    ["2001:db8::1", 14],
    ["::", 14],
    ["ff01::1", 1],
    ["ff02::1", 2],
    ["ff05::1", 5],
    ["ff08::1", 8],
    ["ff0e::1", 14],
    ["127.0.0.1", 2],
    ["169.254.13.78", 2],
    ["10.1.2.3", 14],
    ["198.51.100.117", 14],
  ] as const)("%s: %d", (text, scope) => {
    expect(scopeOf(address(text))).toBe(scope);
  });
});

describe("the policy table (RFC 6724 2.1)", () => {
  it.each([
    ["::1", 50, 0],
    ["2001:db8::1", 40, 1],
    ["fe80::1", 40, 1],
    ["ff02::1", 40, 1],
    ["192.0.2.1", 35, 4],
    ["2002:c633:6401::1", 30, 2],
    ["2001::1", 5, 5],
    ["2001:0:ffff::1", 5, 5],
    ["2001:1::1", 40, 1],
    ["fc00::1", 3, 13],
    ["fdff::1", 3, 13],
    ["::2", 1, 3],
    ["::192.0.2.1", 1, 3],
    ["fec0::1", 1, 11],
    ["3ffe::1", 1, 12],
  ] as const)("%s has precedence %d and label %d", (text, precedence, label) => {
    expect(policyOf(address(text))).toMatchObject({ precedence, label });
  });
});

describe("the common prefix of two addresses (RFC 6724 2.2)", () => {
  it.each([
    ["2001:db8::1", "2001:db8::1", 128],
    ["2001:db8::1", "2001:db8::3", 126],
    ["2001:db8::1", "2001:db8:0:1::1", 63],
    ["2001:db8::", "2001:db9::", 31],
    ["::", "8000::", 0],
    ["2001:db8:8000::", "2001:db8::", 32],
  ] as const)("%s and %s: %d bits", (a, b, bits) => {
    expect(commonPrefixLength(address(a), address(b))).toBe(bits);
    expect(commonPrefixLength(address(b), address(a))).toBe(bits);
  });
});

/** Rule, destination, the source to choose, the others. The cases of RFC 6724 10.1 and one or more for each rule. */
const choices: readonly [string, string, string, ...string[]][] = [
  // RFC 6724 10.1
  ["10.1 scope", "2001:db8:1::1", "2001:db8:3::1/64", "fe80::1/64"],
  ["10.1 scope of a group", "ff05::1", "2001:db8:3::1/64", "fe80::1/64"],
  ["10.1 deprecated", "2001:db8:1::1", "2001:db8:3::1/64", "2001:db8:1::2/64 deprecated"],
  ["10.1 link-local deprecated loses to scope", "2001:db8:1::1", "2001:db8:1::2/64 deprecated", "fe80::1/64"],
  ["10.1 longest prefix", "2001:db8:1::1", "2001:db8:1::2/64", "2001:db8:3::2/64"],
  ["10.1 label", "2002:c633:6401::1", "2002:c633:6401::d5e3:7953:13eb:22e8/64 temporary", "2001:db8:1::2/64"],
  ["10.1 same address", "2002:c633:6401::1", "2002:c633:6401::1/64", "2001:db8:1::2/64"],
  ["10.1 temporary", "2001:db8:1::d5e3:0:0:1", "2001:db8:1::2/64 temporary", "2001:db8:1::2/64"],
  // Rule 1 against all others
  ["rule 1 before 3", "2001:db8::5", "2001:db8::5/64 deprecated", "2001:db8::6/64"],
  ["rule 1 before 7", "2001:db8::5", "2001:db8::5/64", "2001:db8::6/64 temporary"],
  // Rule 2
  ["rule 2: link-local to link-local", "fe80::9", "fe80::1/64", "2001:db8::1/64"],
  ["rule 2: link-local to a link's group", "ff02::fb", "fe80::1/64", "2001:db8::1/64"],
  ["rule 2: smallest that reaches", "fec0::9", "fec0::1/64", "2001:db8::1/64", "fe80::1/64"],
  ["rule 2: largest if none reaches", "2001:db8::9", "fec0::1/64", "fe80::1/64"],
  ["rule 2: interface group", "ff01::1", "fe80::1/64", "2001:db8::1/64"],
  ["rule 2 before 3", "fe80::9", "fe80::1/64 deprecated", "2001:db8::1/64"],
  // Rule 3
  ["rule 3 before 6", "fd00:1::9", "2001:db8::1/64", "fd00:1::1/64 deprecated"],
  ["rule 3 before 8", "2001:db8::9", "2001:db8:1::1/64", "2001:db8::1/64 deprecated"],
  // Rule 6
  ["rule 6: unique local to unique local", "fd00:1::9", "fd00:2::1/64", "2001:db8::1/64"],
  ["rule 6: global to global", "2001:db8:7::9", "2001:db8::1/64", "fd00:1::1/64"],
  ["rule 6: Teredo", "2001:0:1::9", "2001:0:2::1/64", "2001:db8::1/64"],
  ["rule 6 before 7", "fd00:1::9", "fd00:2::1/64", "2001:db8::1/64 temporary"],
  // Rule 7
  ["rule 7 before 8", "2001:db8::9", "2001:db8:1::1/64 temporary", "2001:db8::1/64"],
  // Rule 8
  ["rule 8", "2001:db8:0:2::9", "2001:db8:0:2::1/64", "2001:db8:0:1::1/64", "2001:db8:1::1/64"],
  [
    "rule 8: the prefix's length is the most that counts",
    "2001:db8::9",
    "2001:db8::1:0:0:1/64",
    "2001:db8::8/64",
  ],
  ["no rule: the first stays", "2001:db8:9::9", "2001:db8::1/64", "2001:db8::2/64"],
];

describe("source address selection (RFC 6724 5)", () => {
  it.each(choices)("%s: to %s from %s", (rule, destination, ...texts) => {
    const candidates = texts.map(entry);
    const to = address(destination);
    const [wanted] = candidates;
    expect(selectSource(candidates, to)).toBe(wanted);
    const undecided = rule.startsWith("no rule") || rule.includes("the most that counts");
    // Whatever the order in which they were added.
    if (!undecided) expect(selectSource(candidates.toReversed(), to)).toBe(wanted);
  });

  it("without an address has no answer", () => {
    expect(selectSource([], address("2001:db8::1"))).toBe(null);
  });

  it("compares like a total preorder", () => {
    const all = [...new Set(choices.flatMap(([, , ...texts]) => texts))].map(entry);
    for (const [, destination] of choices) {
      const to = address(destination);
      const signs = all.map((a) => all.map((b) => Math.sign(compareSources(a, b, to))));
      for (const [row, line] of signs.entries()) {
        expect(line[row]).toBe(0);
        expect(line).toEqual(signs.map((other) => 0 - other[row]!));
      }
    }
  });
});

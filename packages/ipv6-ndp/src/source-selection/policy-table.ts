import type { Words } from "@mnet/core";

/** One row of the policy table. */
export interface Policy {
  /** The prefix as words; IPv4 addresses are looked up in their mapped form, as RFC 6724 2.1 asks. */
  readonly prefix: Readonly<Words>;
  /** 0..128. */
  readonly length: number;
  /** Destinations with a higher one come first. */
  readonly precedence: number;
  /** Sources are preferred whose label is the destination's. */
  readonly label: number;
}

/** The default policy table (RFC 6724 2.1), longest prefixes first. */
export const policyTable: readonly Policy[] = [
  policy("::1/128", 0, 0, 1, 128, 50, 0),
  policy("::ffff:0:0/96", 0, 0xffff, 0, 96, 35, 4),
  policy("::/96", 0, 0, 0, 96, 1, 3),
  policy("2001::/32", 0x20010000, 0, 0, 32, 5, 5),
  policy("2002::/16", 0x20020000, 0, 0, 16, 30, 2),
  policy("3ffe::/16", 0x3ffe0000, 0, 0, 16, 1, 12),
  policy("fec0::/10", 0xfec00000, 0, 0, 10, 1, 11),
  policy("fc00::/7", 0xfc000000, 0, 0, 7, 3, 13),
  policy("::/0", 0, 0, 0, 0, 40, 1),
];

/** The row of the longest prefix with the address in it (RFC 6724 2.1). */
export function policyOf(address: Readonly<Words>): Policy {
  for (const row of policyTable) {
    if (commonPrefixLength(row.prefix, address) >= row.length) return row;
  }
  return policyTable[policyTable.length - 1]!;
}

/** How many leading bits two addresses have in common, 0 to 128 (RFC 6724 2.2). */
export function commonPrefixLength(a: Readonly<Words>, b: Readonly<Words>): number {
  if (a.w0 !== b.w0) return Math.clz32(a.w0 ^ b.w0);
  if (a.w1 !== b.w1) return 32 + Math.clz32(a.w1 ^ b.w1);
  if (a.w2 !== b.w2) return 64 + Math.clz32(a.w2 ^ b.w2);
  return 96 + Math.clz32(a.w3 ^ b.w3);
}

/** @param _text the prefix as the RFC writes it, for whoever reads the table. */
function policy(
  _text: string,
  w0: number,
  w2: number,
  w3: number,
  length: number,
  precedence: number,
  label: number,
): Policy {
  return { prefix: { w0: w0 | 0, w1: 0, w2, w3 }, length, precedence, label };
}

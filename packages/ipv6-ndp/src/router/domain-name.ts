/** Longest label and longest name in octets (RFC 1035 2.3.4). */
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/**
 * Reads the domain names of a DNS Search List option (RFC 8106 5.2: RFC 1035 3.1 without compression, padded with zeros) in `[from, to)`.
 * @returns the names without the final dot, in lower case; empty when any of them is malformed or has octets that no host name has: they are
 * shown to people and given to resolvers.
 */
export function readDomainNames(bytes: Uint8Array, from: number, to: number): readonly string[] {
  const names: string[] = [];
  for (let at = from; at < to; ) {
    if (bytes[at] === 0) {
      // Padding, to the end.
      at += 1;
      continue;
    }
    const labels: string[] = [];
    const begin = at;
    for (let length = bytes[at]!; length !== 0; length = bytes[at]!) {
      const label = readLabel(bytes, at, to, length);
      if (label === null) return [];
      labels.push(label);
      at += 1 + length;
    }
    at += 1;
    if (at - begin > LONGEST_NAME) return [];
    names.push(labels.join("."));
  }
  return names;
}

/** A label of letters, digits, hyphens and underscores, with at least one octet behind it; `null` for any other. */
function readLabel(bytes: Uint8Array, at: number, to: number, length: number): string | null {
  if (length > LONGEST_LABEL || at + 1 + length >= to) return null;
  let label = "";
  for (let i = at + 1; i <= at + length; i++) label += String.fromCharCode(bytes[i]!);
  return /^[a-z0-9_-]+$/i.test(label) ? label.toLowerCase() : null;
}

/** Octets as lower-case hexadecimal, separated by `separator`. */
export function toHex(bytes: Uint8Array, separator = ""): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join(separator);
}

/** Reads hexadecimal with any white space between octets. @throws RangeError when it is not pairs of digits. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/\s+/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
    throw new RangeError(`not pairs of hexadecimal digits: ${JSON.stringify(text)}`);
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

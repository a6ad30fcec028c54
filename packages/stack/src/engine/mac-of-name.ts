import { MacAddress } from "@mnet/core";

/**
 * A locally administered unicast MAC address that depends on the name alone, so that it is the same after a restart: FNV-1a of the
 * name's UTF-16 units in two lanes. Not secret, and as unique as the names are.
 */
export function macOfName(name: string): MacAddress {
  const high = fnv1a(name, 0x811c9dc5) & 0xfcffff;
  return new MacAddress(high | 0x020000, fnv1a(name, 0x01000193) & 0xffffff);
}

function fnv1a(text: string, basis: number): number {
  let hash = basis | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // The low bits of FNV depend on the last units only: mix the halves.
  return (hash ^ (hash >>> 15)) >>> 0;
}

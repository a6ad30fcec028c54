import { PLATEAUS } from "../params.ts";

/**
 * What the path MTU becomes when a router reports `reported` for a datagram of `octets`. RFC 1191 5: zero is an old router's, so the next
 * plateau below the datagram is tried; the estimate never rises, and an MTU that the datagram fitted in changes nothing.
 * @param current the path MTU so far. @param least what is believed at least.
 */
export function estimatePathMtu(current: number, reported: number, octets: number, least: number): number {
  if (reported > 0 && reported >= octets) return current;
  const told = reported > 0 ? reported : plateauBelow(Math.min(current, octets));
  return Math.min(current, Math.max(told, least));
}

function plateauBelow(octets: number): number {
  for (const plateau of PLATEAUS) if (plateau < octets) return plateau;
  return PLATEAUS[PLATEAUS.length - 1]!;
}

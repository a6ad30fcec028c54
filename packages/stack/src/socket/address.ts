import { IpAddress } from "@mnet/core";
import type { AddressLike } from "../api/common.ts";

/**
 * Reads an address, with its zone where it has one (RFC 4007 11).
 * @param zone the interface's name.
 * @throws TypeError or RangeError naming `what`.
 */
export function checkAddress(host: AddressLike, what: string, zone: string): IpAddress {
  if (typeof host !== "string") {
    if (typeof host?.family === "number") return host;
    throw new TypeError(`${what} must be an IP address or its text`);
  }
  const percent = host.indexOf("%");
  const address = IpAddress.tryParse(percent < 0 ? host : host.slice(0, percent));
  if (address === null) {
    throw new RangeError(
      `${what} must be an IP address (names are not resolved), not ${JSON.stringify(host)}`,
    );
  }
  if (percent >= 0) checkZone(address, host.slice(percent + 1), what, zone);
  return address;
}

function checkZone(address: IpAddress, given: string, what: string, zone: string): void {
  const scoped = address.family === 6 && (address.isLinkLocal || address.isMulticast);
  if (!scoped) throw new RangeError(`${what} ${address}%${given}: only link-local addresses have a zone`);
  if (given !== zone) {
    throw new RangeError(`${what} ${address}%${given}: this stack's interface is ${JSON.stringify(zone)}`);
  }
}

/** @throws TypeError unless `bytes` is octets. */
export function checkOctets(bytes: Uint8Array, what: string): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`${what} must be a Uint8Array`);
  return bytes;
}

const encoder = new TextEncoder();

/** Octets as they are, text as UTF-8. @throws TypeError for anything else. */
export function toOctets(data: Uint8Array | string, what: string): Uint8Array {
  return typeof data === "string" ? encoder.encode(data) : checkOctets(data, what);
}

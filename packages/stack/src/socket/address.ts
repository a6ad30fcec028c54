import { checkPort, type Endpoint, type IpAddress, toIpAddress } from "@mnet/core";
import type { AddressLike } from "../api/common.ts";
import type { UdpDestination } from "../api/udp.ts";

/** @throws TypeError or RangeError naming `what`. */
export function checkAddress(host: AddressLike, what: string): IpAddress {
  if (typeof host !== "string" && typeof host?.family !== "number") {
    throw new TypeError(`${what} must be an IP address or its text`);
  }
  try {
    return toIpAddress(host);
  } catch {
    throw new RangeError(
      `${what} must be an IP address (names are not resolved), not ${JSON.stringify(host)}`,
    );
  }
}

/** @throws TypeError or RangeError naming the field that is wrong. */
export function checkDestination(to: UdpDestination | Endpoint): Endpoint {
  if (typeof to !== "object" || to === null) throw new TypeError("to must be { host, port }");
  const host = "host" in to ? to.host : to.address;
  return { address: checkAddress(host, "to.host"), port: checkPort(to.port, "to.port", 1) };
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

import { type IpPrefix, isV4Words, type Millis } from "@mnet/core";
import { OwnAddress } from "./own-address.ts";

/** How an address is added by hand. */
export interface AddAddressOptions {
  /** Whether another user of it is looked for first (RFC 4862 5.4). Default `true`. */
  readonly detectDuplicates?: boolean;
  /** How long it is preferred, from now on. Default: for ever. */
  readonly preferredLifetime?: Millis;
  /** How long it is valid, from now on. Default: for ever. */
  readonly validLifetime?: Millis;
}

/** A tentative static address. @throws RangeError when no host can have it, or the lifetimes cannot be. */
export function staticAddress(prefix: IpPrefix, options: AddAddressOptions, now: Millis): OwnAddress {
  const { address } = prefix;
  if (
    address.family !== 6 ||
    isV4Words(address) ||
    address.isMulticast ||
    address.isUnspecified ||
    address.isLoopback
  )
    throw new RangeError(`prefix must be an IPv6 unicast address with a length, not ${prefix}`);
  const { preferredLifetime = Number.POSITIVE_INFINITY, validLifetime = Number.POSITIVE_INFINITY } = options;
  if (!(preferredLifetime >= 0)) throw new RangeError(`preferredLifetime cannot be ${preferredLifetime}`);
  if (!(validLifetime > 0)) throw new RangeError(`validLifetime cannot be ${validLifetime}`);
  const preferredUntil = now + Math.min(preferredLifetime, validLifetime);
  return new OwnAddress(prefix, "static", { preferredUntil, validUntil: now + validLifetime });
}

import { type IpAddress, toIpAddress } from "@mnet/core";
import { IcmpV6Type } from "../format/icmpv6.ts";
import { NeighborFlags, type Preference, RouterFlags } from "../format/neighbor-discovery.ts";
import { concatenate, writeAddress } from "./checksum.ts";
import { type IcmpV6Around, icmpV6Message } from "./icmpv6.ts";
import { preferenceBits } from "./nd-options.ts";

/** What all five messages of Neighbor Discovery (RFC 4861 4) have. They travel with hop limit 255. */
export interface NeighborDiscoveryFields extends IcmpV6Around {
  /** Default 0. */
  code?: number;
  /** Such as `sourceLinkAddress(...)` makes. Default: none. */
  options?: readonly Uint8Array[];
}

/** An address as it stands in a message. */
function addressOctets(address: IpAddress | string): Uint8Array {
  const octets = new Uint8Array(16);
  writeAddress(new DataView(octets.buffer), 0, toIpAddress(address));
  return octets;
}

function message(
  type: number,
  fields: NeighborDiscoveryFields,
  rest: number,
  ...parts: Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const { options = [], ...around } = fields;
  return icmpV6Message({ ...around, type, rest: rest >>> 0 }, concatenate(...parts, ...options));
}

/** RFC 4861 4.1. */
export function routerSolicitation(fields: NeighborDiscoveryFields): Uint8Array<ArrayBuffer> {
  return message(IcmpV6Type.RouterSolicitation, fields, 0);
}

export interface RouterAdvertisementFields extends NeighborDiscoveryFields {
  /** Cur Hop Limit; 0, the default: unspecified. */
  hopLimit?: number;
  /** The M flag: addresses by DHCPv6. */
  managed?: boolean;
  /** The O flag: other configuration by DHCPv6. */
  otherConfiguration?: boolean;
  /** RFC 4191. Default `medium`. */
  preference?: Preference;
  /** As a default router, in seconds. Default 1800. */
  lifetime?: number;
  /** Milliseconds; 0, the default: unspecified. */
  reachableTime?: number;
  /** Milliseconds; 0, the default: unspecified. */
  retransTimer?: number;
}

/** RFC 4861 4.2. */
export function routerAdvertisement(fields: RouterAdvertisementFields): Uint8Array<ArrayBuffer> {
  const { hopLimit = 0, lifetime = 1800, reachableTime = 0, retransTimer = 0 } = fields;
  let flags = preferenceBits(fields.preference ?? "medium");
  if (fields.managed) flags |= RouterFlags.managed;
  if (fields.otherConfiguration) flags |= RouterFlags.other;
  const timers = new Uint8Array(8);
  const view = new DataView(timers.buffer);
  view.setUint32(0, reachableTime);
  view.setUint32(4, retransTimer);
  const rest = (hopLimit << 24) | (flags << 16) | lifetime;
  return message(IcmpV6Type.RouterAdvertisement, fields, rest, timers);
}

export interface NeighborSolicitationFields extends NeighborDiscoveryFields {
  target: IpAddress | string;
}

/** RFC 4861 4.3. */
export function neighborSolicitation(fields: NeighborSolicitationFields): Uint8Array<ArrayBuffer> {
  return message(IcmpV6Type.NeighborSolicitation, fields, 0, addressOctets(fields.target));
}

export interface NeighborAdvertisementFields extends NeighborDiscoveryFields {
  target: IpAddress | string;
  router?: boolean;
  solicited?: boolean;
  override?: boolean;
}

/** RFC 4861 4.4. */
export function neighborAdvertisement(fields: NeighborAdvertisementFields): Uint8Array<ArrayBuffer> {
  let flags = 0;
  if (fields.router) flags |= NeighborFlags.router;
  if (fields.solicited) flags |= NeighborFlags.solicited;
  if (fields.override) flags |= NeighborFlags.override;
  return message(IcmpV6Type.NeighborAdvertisement, fields, flags << 24, addressOctets(fields.target));
}

export interface RedirectFields extends NeighborDiscoveryFields {
  /** The better first hop: a router's link-local address, or the destination of the packet itself. */
  target: IpAddress | string;
  /** Where the redirected packet was going. */
  redirected: IpAddress | string;
}

/** RFC 4861 4.5. */
export function redirectMessage(fields: RedirectFields): Uint8Array<ArrayBuffer> {
  const { target, redirected } = fields;
  return message(IcmpV6Type.Redirect, fields, 0, addressOctets(target), addressOctets(redirected));
}

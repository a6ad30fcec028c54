import { IcmpV6Type } from "../format/icmpv6.ts";
import {
  NeighborFlags,
  NeighborFormat,
  type Preference,
  RedirectFormat,
  ROUTER_SOLICITATION_OPTIONS,
  RouterAdvertisementFormat as RouterAt,
  RouterFlags,
} from "../format/neighbor-discovery.ts";
import { type ParsedNdOptions, parseNdOptions, preferenceIn } from "./nd-options.ts";
import { readerOf, readV6 } from "./reader.ts";

/** A message of Neighbor Discovery (RFC 4861 4), by name. */
export type ParsedNeighborDiscovery =
  | { readonly message: "router solicitation"; readonly options: ParsedNdOptions }
  | ParsedRouterAdvertisement
  | { readonly message: "neighbor solicitation"; readonly target: string; readonly options: ParsedNdOptions }
  | {
      readonly message: "neighbor advertisement";
      readonly target: string;
      readonly router: boolean;
      readonly solicited: boolean;
      readonly override: boolean;
      readonly options: ParsedNdOptions;
    }
  | {
      readonly message: "redirect";
      readonly target: string;
      /** Where the redirected packet was going. */
      readonly redirected: string;
      readonly options: ParsedNdOptions;
    };

export interface ParsedRouterAdvertisement {
  readonly message: "router advertisement";
  readonly hopLimit: number;
  readonly managed: boolean;
  readonly otherConfiguration: boolean;
  readonly preference: Preference;
  /** Seconds. */
  readonly lifetime: number;
  /** Milliseconds. */
  readonly reachableTime: number;
  /** Milliseconds. */
  readonly retransTimer: number;
  readonly options: ParsedNdOptions;
}

/**
 * @param bytes from the ICMPv6 header on. Checksum and code are not looked at: that is `parseIcmpV6`'s part.
 * @throws RangeError for a message that is none of the five, or shorter than its fixed part.
 */
export function parseNeighborDiscovery(bytes: Uint8Array): ParsedNeighborDiscovery {
  const type = readerOf(bytes, 8, "an ICMPv6 message").getUint8(0);
  switch (type) {
    case IcmpV6Type.RouterSolicitation:
      return {
        message: "router solicitation",
        options: parseNdOptions(bytes.subarray(ROUTER_SOLICITATION_OPTIONS)),
      };
    case IcmpV6Type.RouterAdvertisement:
      return parseRouterAdvertisement(bytes);
    case IcmpV6Type.NeighborSolicitation:
    case IcmpV6Type.NeighborAdvertisement:
      return parseNeighbor(bytes, type === IcmpV6Type.NeighborSolicitation);
    case IcmpV6Type.Redirect: {
      const view = readerOf(bytes, RedirectFormat.options, "a redirect");
      return {
        message: "redirect",
        target: readV6(view, RedirectFormat.target).toString(),
        redirected: readV6(view, RedirectFormat.destination).toString(),
        options: parseNdOptions(bytes.subarray(RedirectFormat.options)),
      };
    }
    default:
      throw new RangeError(`ICMPv6 type ${type} is no message of Neighbor Discovery`);
  }
}

function parseRouterAdvertisement(bytes: Uint8Array): ParsedRouterAdvertisement {
  const view = readerOf(bytes, RouterAt.options, "a router advertisement");
  const flags = view.getUint8(RouterAt.flags);
  return {
    message: "router advertisement",
    hopLimit: view.getUint8(RouterAt.hopLimit),
    managed: (flags & RouterFlags.managed) !== 0,
    otherConfiguration: (flags & RouterFlags.other) !== 0,
    preference: preferenceIn(flags),
    lifetime: view.getUint16(RouterAt.lifetime),
    reachableTime: view.getUint32(RouterAt.reachableTime),
    retransTimer: view.getUint32(RouterAt.retransTimer),
    options: parseNdOptions(bytes.subarray(RouterAt.options)),
  };
}

function parseNeighbor(bytes: Uint8Array, solicitation: boolean): ParsedNeighborDiscovery {
  const view = readerOf(bytes, NeighborFormat.options, "a neighbor solicitation or advertisement");
  const target = readV6(view, NeighborFormat.target).toString();
  const options = parseNdOptions(bytes.subarray(NeighborFormat.options));
  if (solicitation) return { message: "neighbor solicitation", target, options };
  const flags = view.getUint8(NeighborFormat.flags);
  return {
    message: "neighbor advertisement",
    target,
    router: (flags & NeighborFlags.router) !== 0,
    solicited: (flags & NeighborFlags.solicited) !== 0,
    override: (flags & NeighborFlags.override) !== 0,
    options,
  };
}

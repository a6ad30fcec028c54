import type { Millis } from "@mnet/core";
import { defaultMulticastParameters, type MulticastParameters } from "./params/multicast.ts";
import {
  defaultNeighborDiscoveryParameters,
  type NeighborDiscoveryParameters,
} from "./params/neighbor-discovery.ts";

/** The limits and times of IPv6 itself. */
export interface InternetParameters {
  /** How long the pieces of a packet are kept, counted from the first to arrive (RFC 8200 4.5: 60 s). */
  readonly reassemblyTimeout: Millis;
  /** Octets that all unfinished packets may be charged with: what arrived, plus a charge for each piece. */
  readonly reassemblyOctets: number;
  /** Unfinished packets at once. */
  readonly reassemblyQueues: number;
  /** Pieces of one packet. */
  readonly reassemblyPieces: number;
  /** The part of `reassemblyOctets` and `reassemblyQueues` that the sources of one /64 may use, 0 to 1. */
  readonly reassemblySourceShare: number;
  /** Octets waiting in the loopback queue. */
  readonly loopbackOctets: number;
  /** Packets waiting in the loopback queue. */
  readonly loopbackPackets: number;
  /** Loopback packets delivered in one turn, so that a loop of answers cannot starve the link. */
  readonly loopbackBurst: number;
  /** Slots of the route cache; a power of two. */
  readonly routeCacheSlots: number;
  /** Destinations with a learned path MTU. */
  readonly pathMtuEntries: number;
  /** How long a learned path MTU is believed: at least 5 minutes, 10 recommended (RFC 8201 4). */
  readonly pathMtuTimeout: Millis;
  /** Extension headers in one packet. A longer chain is dropped (RFC 8504 5.3). */
  readonly chainHeaders: number;
  /** Options in all headers of one packet, padding included (RFC 8504 5.3). */
  readonly chainOptions: number;
}

/** The limits and times of an {@link Ipv6Layer}. Every field has a default in {@link defaultIpv6Parameters}. */
export interface Ipv6Parameters
  extends InternetParameters,
    NeighborDiscoveryParameters,
    MulticastParameters {}

export const defaultIpv6Parameters: Ipv6Parameters = {
  reassemblyTimeout: 60_000,
  reassemblyOctets: 4 * 1024 * 1024,
  reassemblyQueues: 256,
  reassemblyPieces: 2048,
  reassemblySourceShare: 0.25,
  loopbackOctets: 4 * 1024 * 1024,
  loopbackPackets: 1024,
  loopbackBurst: 64,
  routeCacheSlots: 1024,
  pathMtuEntries: 256,
  pathMtuTimeout: 600_000,
  chainHeaders: 8,
  chainOptions: 64,
  ...defaultNeighborDiscoveryParameters,
  ...defaultMulticastParameters,
};

/** Parameters that are a part of something. */
const PARTS = /Share$|Fraction$/;
/** Parameters that need not be integers: parts, factors and times. */
const CONTINUOUS =
  /Share$|Fraction$|Factor$|Timeout$|Time$|Timer$|Interval$|Delay$|Lifetime$|Advance$|Redraw$|Spacing$/;
/** Parameters that may be 0: none at all, or at once. */
const MAY_BE_ZERO = /Transmits$|Delay$/;

/** The defaults with `overrides`. @throws RangeError naming a parameter that cannot be. */
export function ipv6Parameters(overrides: Partial<Ipv6Parameters> = {}): Ipv6Parameters {
  const parameters = { ...defaultIpv6Parameters, ...overrides };
  for (const [name, value] of Object.entries(parameters)) {
    const least = MAY_BE_ZERO.test(name) ? 0 : Number.MIN_VALUE;
    const most = PARTS.test(name) ? 1 : Number.MAX_VALUE;
    const whole = CONTINUOUS.test(name) || Number.isInteger(value);
    if (!(value >= least && value <= most && whole)) throw new RangeError(`${name} cannot be ${value}`);
  }
  return parameters;
}

/** Every link carries packets of 1280 octets, and no path carries less (RFC 8200 5). */
export const MINIMUM_MTU = 1280;

/** Octets of the largest payload: the payload length field has 16 bits, and jumbograms (RFC 2675) are not spoken. */
export const MAXIMUM_PAYLOAD = 65535;

/** The number of the one link in `Route.interfaceIndex` and `IpInfo.interfaceIndex`. */
export const LINK_INTERFACE = 1;

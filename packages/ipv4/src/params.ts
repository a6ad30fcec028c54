import { defaultMembershipParameters, type MembershipParameters, type Millis } from "@mnet/core";

/** The limits and times of an {@link Ipv4Layer}. Every field has a default in {@link defaultIpv4Parameters}. */
export interface Ipv4Parameters extends MembershipParameters {
  /** How long the pieces of a datagram are kept, counted from the first to arrive. RFC 1122 3.3.2 asks for 60-120 s; 30 s as Linux. */
  readonly reassemblyTimeout: Millis;
  /** Octets that all unfinished datagrams may be charged with: what arrived, plus `PIECE_CHARGE` for each piece. */
  readonly reassemblyOctets: number;
  /** Unfinished datagrams at once. */
  readonly reassemblyQueues: number;
  /** Pieces of one datagram: 65 507 octets at an MTU of 68 are 1 365. */
  readonly reassemblyPieces: number;
  /** The part of `reassemblyOctets` and `reassemblyQueues` that one source may use, 0 to 1. */
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
  /** How long a learned path MTU is believed: RFC 1191 6.3 recommends 10 minutes. */
  readonly pathMtuTimeout: Millis;
  /**
   * The least path MTU that is believed (conformance.md 3 and Linux: 552, room for a 512-octet segment). A forged error could otherwise
   * make a flow send 28 octets a packet; a path that really is narrower needs packets without DF.
   */
  readonly minimumPathMtu: number;
}

export const defaultIpv4Parameters: Ipv4Parameters = {
  reassemblyTimeout: 30_000,
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
  minimumPathMtu: 552,
  ...defaultMembershipParameters,
};

/** The defaults with `overrides`. @throws RangeError naming a parameter that cannot be. */
export function ipv4Parameters(overrides: Partial<Ipv4Parameters> = {}): Ipv4Parameters {
  const parameters = { ...defaultIpv4Parameters, ...overrides };
  for (const [name, value] of Object.entries(parameters)) {
    const fraction = name === "reassemblySourceShare";
    const valid = fraction ? value > 0 && value <= 1 : Number.isFinite(value) && value > 0;
    if (!valid || !(fraction || name.endsWith("Timeout") || Number.isInteger(value))) {
      throw new RangeError(`${name} cannot be ${value}`);
    }
  }
  return parameters;
}

/** Octets of the largest datagram: the total length field has 16 bits (RFC 791 3.1). */
export const MAXIMUM_DATAGRAM = 65535;

/** Every internet module forwards a datagram of 68 octets without fragmenting it (RFC 791 3.2): the least MTU of a link. */
export const MINIMUM_LINK_MTU = 68;

/** Counters of the identification table (RFC 7739 5.3), a power of two; as many as Linux has at least. */
export const IDENTIFICATION_COUNTERS = 2048;

/** The number of the one link in `Route.interfaceIndex` and `IpInfo.interfaceIndex`. */
export const LINK_INTERFACE = 1;

/** Path MTUs to try, one after the other, when a router does not say (RFC 1191 7.1, table 7-1). */
export const PLATEAUS: readonly number[] = [32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

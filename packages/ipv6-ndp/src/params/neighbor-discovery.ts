import type { Millis } from "@mnet/core";

/**
 * Limits and times of Neighbor Discovery and autoconfiguration. Times in milliseconds. Names in capitals are the constants of RFC 4861 10,
 * RFC 4862 5.1, RFC 7559 2 and RFC 8981 3.8, with their values.
 */
export interface NeighborDiscoveryParameters {
  /** Neighbours at most; static ones have the same bound of their own. */
  readonly neighborCapacity: number;
  /** Neighbours being resolved at most; one more displaces the oldest (RFC 6583 6.2). */
  readonly neighborPendingCapacity: number;
  /** Packets waiting for one neighbour (RFC 4861 7.2.2: at least one). The default holds the fragments of the largest datagram. */
  readonly queuePackets: number;
  /** Octets of buffer for all waiting packets together. */
  readonly queueOctets: number;
  /** MAX_MULTICAST_SOLICIT: solicitations for an unknown neighbour before it has failed. */
  readonly multicastSolicits: number;
  /** MAX_UNICAST_SOLICIT: probes of a known neighbour before it is forgotten. */
  readonly unicastSolicits: number;
  /** RETRANS_TIMER, while no router says otherwise. */
  readonly retransTimer: Millis;
  /** REACHABLE_TIME: the base of how long a confirmation counts, while no router says otherwise. */
  readonly reachableTime: Millis;
  /** MIN_RANDOM_FACTOR of the base. */
  readonly minimumRandomFactor: number;
  /** MAX_RANDOM_FACTOR of the base. */
  readonly maximumRandomFactor: number;
  /** How long a random reachable time is used before the next is drawn: "at least every few hours" (RFC 4861 6.3.4). */
  readonly reachableTimeRedraw: Millis;
  /** DELAY_FIRST_PROBE_TIME: for upper layers to confirm a neighbour before it is probed. */
  readonly delayFirstProbeTime: Millis;
  /** How long a neighbour that nobody uses is remembered (RFC 4861 5.3 leaves it open). */
  readonly staleTime: Millis;
  /** The least retransmission timer that a router can ask for: one of 1 ms would make us a flood. As Linux. */
  readonly minimumRetransTimer: Millis;
  /** The greatest: a longer one would keep us from ever finishing duplicate address detection. */
  readonly maximumRetransTimer: Millis;
  /** The least base reachable time that a router can ask for. */
  readonly minimumReachableTime: Millis;
  /** The greatest (RFC 4861 6.2.1, AdvReachableTime). */
  readonly maximumReachableTime: Millis;
  /** A hop limit in an advertisement under this one is ignored: it could cut us off (RFC 8504 5.4 warns; Linux has the same knob). */
  readonly minimumHopLimit: number;

  /** DupAddrDetectTransmits: probes for a new address; 0 turns duplicate address detection off. */
  readonly duplicateAddressDetectTransmits: number;
  /** Probes added once when one of ours came back (RFC 7527 4.1: MAX_MULTICAST_SOLICIT). */
  readonly loopedProbes: number;
  /** Shortest time between two reports that somebody answers for an address in use. */
  readonly conflictInterval: Millis;
  /** IDGEN_RETRIES (RFC 7217 7) and TEMP_IDGEN_RETRIES (RFC 8981 3.8): other identifiers tried after a duplicate. */
  readonly identifierRetries: number;
  /** IDGEN_DELAY (RFC 7217 7): pause before the next identifier is tried. */
  readonly identifierDelay: Millis;
  /** Autoconfigured and temporary addresses at most; static ones and the link-local one have the same bound of their own. */
  readonly addressCapacity: number;
  /** A shorter valid lifetime than this is not believed at once (RFC 4862 5.5.3 e: two hours). */
  readonly minimumValidLifetime: Millis;
  /** TEMP_VALID_LIFETIME. */
  readonly temporaryValidLifetime: Millis;
  /** TEMP_PREFERRED_LIFETIME. */
  readonly temporaryPreferredLifetime: Millis;
  /** MAX_DESYNC_FACTOR as a part of TEMP_PREFERRED_LIFETIME. */
  readonly temporaryDesyncFraction: number;
  /** The fixed part of REGEN_ADVANCE. */
  readonly temporaryRegenerationAdvance: Millis;

  /** MAX_RTR_SOLICITATION_DELAY: longest random delay before the first message, and before the first probe for what a multicast brought. */
  readonly solicitationDelay: Millis;
  /** RTR_SOLICITATION_INTERVAL. */
  readonly solicitationInterval: Millis;
  /** MAX_RTR_SOLICITATIONS: so many at the interval, then the back-off of RFC 7559. */
  readonly solicitationCount: number;
  /** MRT of RFC 7559 2: longest interval of the back-off. */
  readonly solicitationMaximumInterval: Millis;

  /** Default routers. */
  readonly routerCapacity: number;
  /** On-link prefixes. */
  readonly prefixCapacity: number;
  /** More-specific routes (RFC 4191). */
  readonly routeCapacity: number;
  /** Recursive DNS servers (RFC 8106 5.3.1: at least three). */
  readonly nameServerCapacity: number;
  /** DNS search domains. */
  readonly searchDomainCapacity: number;
  /** Destinations with a redirect. */
  readonly redirectCapacity: number;
  /** Shortest time between two probes of a router that would be better if it answered (RFC 4191 3.5). */
  readonly routerProbeInterval: Millis;
}

export const defaultNeighborDiscoveryParameters: NeighborDiscoveryParameters = {
  neighborCapacity: 1024,
  neighborPendingCapacity: 64,
  queuePackets: 128,
  queueOctets: 512 * 1024,
  multicastSolicits: 3,
  unicastSolicits: 3,
  retransTimer: 1000,
  reachableTime: 30_000,
  minimumRandomFactor: 0.5,
  maximumRandomFactor: 1.5,
  reachableTimeRedraw: 7_200_000,
  delayFirstProbeTime: 5000,
  staleTime: 600_000,
  minimumRetransTimer: 100,
  maximumRetransTimer: 60_000,
  minimumReachableTime: 1000,
  maximumReachableTime: 3_600_000,
  minimumHopLimit: 32,
  duplicateAddressDetectTransmits: 1,
  loopedProbes: 3,
  conflictInterval: 10_000,
  identifierRetries: 3,
  identifierDelay: 1000,
  addressCapacity: 16,
  minimumValidLifetime: 7_200_000,
  temporaryValidLifetime: 2 * 86_400_000,
  temporaryPreferredLifetime: 86_400_000,
  temporaryDesyncFraction: 0.4,
  temporaryRegenerationAdvance: 2000,
  solicitationDelay: 1000,
  solicitationInterval: 4000,
  solicitationCount: 3,
  solicitationMaximumInterval: 3_600_000,
  routerCapacity: 16,
  prefixCapacity: 16,
  routeCapacity: 16,
  nameServerCapacity: 16,
  searchDomainCapacity: 16,
  redirectCapacity: 256,
  routerProbeInterval: 60_000,
};

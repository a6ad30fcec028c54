import type { Millis } from "@mnet/core";

/** Constants of ARP; every one can be overridden. Times in milliseconds. */
export interface ArpParameters {
  /** Dynamic entries at most; static entries have the same bound of their own. */
  readonly capacity: number;
  /** Entries being resolved at most; one more gives up the oldest. */
  readonly pendingCapacity: number;
  /** Own addresses at most. */
  readonly addressCapacity: number;
  /**
   * Packets waiting for one neighbour; RFC 1122 2.3.2.2 asks for the latest one at least. The default holds the fragments of the largest
   * datagram at an MTU of 576, as Linux' bound in octets (unres_qlen_bytes) does: fewer would lose every first large datagram.
   */
  readonly queuePackets: number;
  /** Octets of buffer for all waiting packets together. */
  readonly queueOctets: number;
  /** Shortest time between two requests for one address: 1 s (RFC 1122 2.3.2.1). */
  readonly requestInterval: Millis;
  /** Broadcast requests without an answer before a neighbour has failed. */
  readonly requestTries: number;
  /** How long an address counts as confirmed: "on the order of a minute" (RFC 1122 2.3.2.1). */
  readonly reachableTime: Millis;
  /** How long a confirmed address that nobody uses is kept after that. */
  readonly staleTime: Millis;
  /** Unicast polls without an answer before an address is forgotten (RFC 1122 2.3.2.1, method 2: "typically N is 2"). */
  readonly pollTries: number;
  /** How long a failed neighbour is answered for with `NeighborFailed`, without asking again. */
  readonly failedTime: Millis;
  /** PROBE_WAIT (RFC 5227 1.1): longest random delay before the first probe. */
  readonly probeWait: Millis;
  /** PROBE_NUM. */
  readonly probeCount: number;
  /** PROBE_MIN, shortest time between probes. */
  readonly probeMin: Millis;
  /** PROBE_MAX, longest time between probes. */
  readonly probeMax: Millis;
  /** ANNOUNCE_WAIT, from the last probe to the first announcement. */
  readonly announceWait: Millis;
  /** ANNOUNCE_NUM. */
  readonly announceCount: number;
  /** ANNOUNCE_INTERVAL. */
  readonly announceInterval: Millis;
  /** MAX_CONFLICTS, lost probings before they are rate limited. */
  readonly maxConflicts: number;
  /** RATE_LIMIT_INTERVAL, between probings once limited. */
  readonly rateLimitInterval: Millis;
  /** DEFEND_INTERVAL, shortest time between two defences of an address. */
  readonly defendInterval: Millis;
}

/** The defaults. Names in capitals above are the constants of RFC 5227 1.1 with its values. */
export const defaultArpParameters: ArpParameters = {
  capacity: 1024,
  pendingCapacity: 64,
  addressCapacity: 256,
  queuePackets: 128,
  queueOctets: 512 * 1024,
  requestInterval: 1000,
  requestTries: 3,
  reachableTime: 60_000,
  staleTime: 600_000,
  pollTries: 3,
  failedTime: 3000,
  probeWait: 1000,
  probeCount: 3,
  probeMin: 1000,
  probeMax: 2000,
  announceWait: 2000,
  announceCount: 2,
  announceInterval: 2000,
  maxConflicts: 10,
  rateLimitInterval: 60_000,
  defendInterval: 10_000,
};

/** The defaults with `overrides`. @throws RangeError naming a parameter that cannot be. */
export function arpParameters(overrides: Partial<ArpParameters> = {}): ArpParameters {
  const parameters = { ...defaultArpParameters, ...overrides };
  for (const [name, value] of Object.entries(parameters)) {
    const time = /Time$|Interval$|Wait$|Min$|Max$/.test(name);
    if (time ? value >= 0 && value < Number.POSITIVE_INFINITY : Number.isSafeInteger(value) && value > 0)
      continue;
    throw new RangeError(
      `${name} must be ${time ? "a time in milliseconds" : "a positive integer"}, not ${value}`,
    );
  }
  if (parameters.probeMax < parameters.probeMin) {
    throw new RangeError(`probeMax must be at least probeMin, not ${parameters.probeMax}`);
  }
  return parameters;
}

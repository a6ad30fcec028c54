/**
 * What became of one packet. Layers return a verdict instead of throwing: a plain number, counted by reason in
 * {@link VerdictCounters}. `Handled` and `Queued` are successes; everything else is a reason for dropping.
 */
export const Verdict = {
  /** Consumed by a receiver, or taken by the layer below. */
  Handled: 0,
  /** A copy is held (neighbour resolution, reassembly, loopback) and goes on later. */
  Queued: 1,

  /** Fewer octets than the fixed header of the format. */
  TooShort: 2,
  /** Version, hardware type or address length fields are not those of the protocol. */
  BadVersion: 3,
  /** A header length field is under the minimum or past the end. */
  BadHeaderLength: 4,
  /** A total or payload length field contradicts the octets received. */
  BadLength: 5,
  BadChecksum: 6,
  /** Addressed to somebody else, and nothing was learned from it: there is nothing to send and no deadline has come nearer. */
  NotForUs: 7,
  /** The source may not be a source here: multicast, broadcast, own, zero or loopback (RFC 1122 3.2.1.3). */
  BadSource: 8,
  /** The destination does not fit the way it arrived, such as TCP to a broadcast address (RFC 1122 4.2.3.10). */
  BadDestination: 9,
  /** Nobody registered for this EtherType. */
  UnknownEtherType: 10,
  /** IEEE 802.1Q tagged frame. */
  VlanTagged: 11,
  /** IEEE 802.3 length frame (type field under 0x0600). */
  LengthFrame: 12,
  /** A malformed option list. */
  BadOption: 13,
  /** Loose or strict source route (RFC 7126 4.3, 4.4). */
  SourceRouted: 14,
  /** Fragment with a length or offset that cannot be right. */
  FragmentMalformed: 15,
  /** Fragment overlapping another one; the whole datagram is gone. */
  FragmentOverlap: 16,
  /** The reassembled datagram would be over 65535 octets. */
  FragmentTooBig: 17,
  /** A reassembly bound was reached. */
  FragmentLimit: 18,
  /** No transport registered for the protocol number: IP answers with an ICMP error. */
  ProtocolUnreachable: 19,
  /** No socket for the port: IP answers with an ICMP error. */
  PortUnreachable: 20,
  /** The receiver's queue or buffer is full. */
  QueueFull: 21,
  /** A token bucket was empty. */
  RateLimited: 22,
  /** A message type or code that is not handled. */
  UnknownType: 23,
  /** An ICMP error whose quoted datagram belongs to no live flow. */
  UnknownFlow: 24,
  /** A second answer, an old probe, a duplicate: nothing left to do. */
  Duplicate: 25,
  /** A sequence number outside the receive window. */
  OutOfWindow: 26,
  /** An acknowledgment number outside the acceptable range. */
  BadAcknowledgment: 27,
  /** TCP flags that no state accepts. */
  BadFlags: 28,
  /** Half-open or accept queue of a listener is full. */
  BacklogFull: 29,
  /** No connection and no listener; TCP answered with a reset. */
  NoConnection: 30,
  /** ARP operation other than request or reply, or an address conflict that was only noted. */
  Ignored: 31,
  /** Somebody else uses one of our addresses. */
  AddressConflict: 32,
  /** The receiver threw: a bug of ours. The link layer dropped the packet and reported it. */
  HandlerFault: 33,
  /** An IPv6 header chain over our limits (RFC 8504 5.3), or cut short in a first fragment (RFC 7112 5). */
  HeaderChainTooLong: 34,
  /** An option or routing type we do not know, in a header that says to discard the packet then (RFC 8200 4.2, 4.4). */
  UnrecognizedOption: 35,
  /** Next header 59: there is nothing to deliver (RFC 8200 4.7). */
  NoNextHeader: 36,
  /** A hop limit other than the one that proves the sender is on the link (RFC 4861 6.1, 7.1, 8.1; RFC 3810 5). */
  BadHopLimit: 37,
  /** A message that must not be fragmented came in fragments (RFC 6980 5). */
  FragmentForbidden: 38,
  /** Duplicate address detection found another user of a tentative address (RFC 4862 5.4). */
  DuplicateAddress: 39,

  /** The device did not take the packet; `writable` follows. */
  DeviceBusy: 40,
  /** No route to the destination. */
  NoRoute: 41,
  /** The neighbour did not answer; the packet was not sent. */
  NeighborFailed: 42,
  /** Larger than the path takes, and fragmenting is forbidden. */
  TooBig: 43,
  /** A bounded queue below has no room; nothing was sent. */
  NoBuffers: 44,
  /** The source address is not (or no longer) ours. */
  BadLocalAddress: 45,
  /** The layer was closed. */
  Closed: 46,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

const names: readonly string[] = (() => {
  const list: string[] = [];
  for (const [name, value] of Object.entries(Verdict)) list[value] = name;
  return list;
})();

/** The name of a verdict, for logs, captures and statistics. */
export function verdictName(verdict: Verdict): string {
  return names[verdict] ?? `Verdict${verdict}`;
}

/** True when the packet was consumed, sent or kept for later. */
export function accepted(verdict: Verdict): boolean {
  return verdict <= Verdict.Queued;
}

/** How often each verdict was reached in one layer. */
export class VerdictCounters {
  readonly #counts = new Float64Array(64);

  /** Counts `verdict` and returns it, so that a layer can write `return counters.count(...)`. */
  count(verdict: Verdict): Verdict {
    this.#counts[verdict]! += 1;
    return verdict;
  }

  of(verdict: Verdict): number {
    return this.#counts[verdict]!;
  }

  /** The counters that are not zero, by name. */
  snapshot(): Record<string, number> {
    const result: Record<string, number> = {};
    for (let verdict = 0; verdict < this.#counts.length; verdict++) {
      const count = this.#counts[verdict]!;
      if (count > 0) result[verdictName(verdict as Verdict)] = count;
    }
    return result;
  }
}

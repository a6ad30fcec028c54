import {
  type Cast,
  IpProtocol,
  isV4Words,
  isV6Group,
  isV6Loopback,
  isV6Unspecified,
  Verdict,
  type Words,
} from "@mnet/core";
import type { OwnAddresses } from "../contracts.ts";
import type { Ipv6Info } from "../info.ts";

/** Who knows the groups that we are members of. */
export interface Memberships {
  has(group: Readonly<Words>): boolean;
}

/** Whether a packet may come in: its addresses against ours (RFC 4291 2.5, 2.7; RFC 4862 5.4). */
export class AcceptFilter {
  readonly #addresses: OwnAddresses;
  readonly #groups: Memberships;

  constructor(addresses: OwnAddresses, groups: Memberships) {
    this.#addresses = addresses;
    this.#groups = groups;
  }

  /** Sets `info.cast` and `info.controlOnly` and returns `Handled`, or says why the packet is not for us. */
  check(info: Ipv6Info): Verdict {
    info.controlOnly = info.fromOwnMac;
    if (!info.loopback) {
      const source = this.#checkSource(info);
      if (source !== Verdict.Handled) return source;
    }
    const destination = this.#checkDestination(info);
    if (destination !== Verdict.Handled) return destination;
    // Only Neighbor Discovery and MLD come through, and both are ICMPv6: the rest need not be walked.
    if (info.controlOnly && info.protocol !== IpProtocol.Icmpv6 && info.protocol !== IpProtocol.HopByHop) {
      return this.refusal(info);
    }
    return Verdict.Handled;
  }

  /** Why a packet with `controlOnly` is dropped that is no control message: its sources, or the address is not in use yet. */
  refusal(info: Ipv6Info): Verdict {
    const badSource = info.fromOwnMac || isV6Unspecified(info.source) || this.#isOurs(info.source);
    return badSource ? Verdict.BadSource : Verdict.NotForUs;
  }

  /** How `destination` addresses us, or `null` when it does not. */
  castOf(destination: Readonly<Words>): Cast | null {
    if (isV6Group(destination)) return this.#groups.has(destination) ? "multicast" : null;
    return this.#addresses.stateOf(destination) === null ? null : "unicast";
  }

  /**
   * Whether the wire may bring this source: never a group (RFC 4291 2.7), `::1` (2.5.3) or an IPv4-mapped address (2.5.5.2). `::`
   * and our own address are for Neighbor Discovery to judge: somebody probes for an address, or uses one of ours.
   */
  #checkSource(info: Ipv6Info): Verdict {
    const { source } = info;
    if (isV6Group(source) || isV4Words(source) || isV6Loopback(source)) return Verdict.BadSource;
    if (isV6Unspecified(source) || this.#isOurs(source)) info.controlOnly = true;
    return Verdict.Handled;
  }

  /** Whether nobody else should send from this address; a duplicate is the other host's. */
  #isOurs(source: Readonly<Words>): boolean {
    const state = this.#addresses.stateOf(source);
    return state !== null && state !== "duplicate";
  }

  #checkDestination(info: Ipv6Info): Verdict {
    const { destination } = info;
    if (isV6Group(destination)) {
      info.cast = "multicast";
      return this.#acceptGroup(info) ? Verdict.Handled : Verdict.NotForUs;
    }
    info.cast = "unicast";
    // A unicast packet in a frame to many is a trick to get past filters; no host sends it.
    if (info.linkCast !== "unicast") return Verdict.BadDestination;
    const state = this.#addresses.stateOf(destination);
    if (state === "preferred" || state === "deprecated") return Verdict.Handled;
    if (state === "tentative") {
      info.controlOnly = true;
      return Verdict.Handled;
    }
    if (!isV6Loopback(destination)) return Verdict.NotForUs;
    return info.loopback ? Verdict.Handled : Verdict.BadDestination;
  }

  /** RFC 4291 2.7: scope 0 is reserved, scope 1 never leaves a host. */
  #acceptGroup({ destination, loopback }: Ipv6Info): boolean {
    const scope = (destination.w0 >>> 16) & 15;
    if (scope === 0 || (scope === 1 && !loopback)) return false;
    return this.#groups.has(destination);
  }
}

import { type Cast, IpProtocol, Verdict, type Words } from "@mnet/core";
import type { Ipv4Info } from "../info.ts";
import type { IgmpHost } from "../multicast/igmp-host.ts";
import type { InterfaceAddresses } from "../route/interface-addresses.ts";

/** Whether a datagram may come in: its addresses against ours (RFC 1122 3.2.1.3, 3.3.6). */
export class AcceptFilter {
  readonly #addresses: InterfaceAddresses;
  readonly #groups: IgmpHost;

  constructor(addresses: InterfaceAddresses, groups: IgmpHost) {
    this.#addresses = addresses;
    this.#groups = groups;
  }

  /** Sets `info.cast` and returns `Handled`, or says why the datagram is not for us. */
  check(info: Ipv4Info): Verdict {
    if (!info.loopback && !this.#mayBeSource(info.source.w3) && !isNamelessQuerier(info)) {
      return Verdict.BadSource;
    }
    const cast = this.castOf(info.destination);
    if (cast === null) {
      if (info.destination.w3 >>> 24 !== 127) return Verdict.NotForUs;
      // RFC 1122 3.2.1.3 (g): addresses of the form 127.x must not appear outside a host.
      if (!info.loopback) return Verdict.BadDestination;
    }
    info.cast = cast ?? "unicast";
    // RFC 1122 3.3.6: a unicast datagram in a broadcast frame is silently discarded.
    if (info.cast === "unicast" && info.linkCast !== "unicast") return Verdict.BadDestination;
    return Verdict.Handled;
  }

  /** How `destination` addresses us, or `null` when it does not. */
  castOf(destination: Readonly<Words>): Cast | null {
    const bits = destination.w3;
    if (this.#addresses.isOwn(bits)) return "unicast";
    if (bits >>> 28 === 14) return this.#groups.has(destination) ? "multicast" : null;
    return bits === -1 || this.#addresses.isBroadcast(bits) ? "broadcast" : null;
  }

  /**
   * Whether the wire may bring this source: RFC 1122 3.2.1.3 (a)-(g) without "this network", loopback, groups and broadcasts; and
   * not ourselves, or a datagram could make us answer ourselves (LAND).
   */
  #mayBeSource(source: number): boolean {
    const firstOctet = source >>> 24;
    if (firstOctet === 0 || firstOctet === 127 || source >>> 28 === 14 || source === -1) return false;
    return !this.#addresses.isOwn(source) && !this.#addresses.isBroadcast(source);
  }
}

/** Switches that snoop on IGMP and have no address ask from 0.0.0.0 (RFC 4541 2.1.1), and hosts without one report from there. */
function isNamelessQuerier({ source, protocol }: Ipv4Info): boolean {
  return source.w3 === 0 && protocol === IpProtocol.Igmp;
}

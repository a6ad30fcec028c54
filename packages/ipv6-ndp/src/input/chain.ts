import { IcmpErrorKind, IpProtocol, type Packet, Verdict } from "@mnet/core";
import { extensionOctets, isExtension } from "../header/extension.ts";
import {
  ExtensionField,
  FRAGMENT_OCTETS,
  FragmentBits,
  FragmentField,
  HEADER_OCTETS,
} from "../header/header.ts";
import type { Ipv6Info } from "../info.ts";
import { walkOptions } from "./options-walk.ts";
import { ChainProblem } from "./problem.ts";

/** Routing type 0, which would let a sender choose the way (RFC 5095). */
const SOURCE_ROUTE = 0;

/** How long a chain may be. */
export interface ChainLimits {
  readonly chainHeaders: number;
  readonly chainOptions: number;
}

/**
 * Walks the extension headers of a packet in whatever order they come (RFC 8200 4.1: "must accept and attempt to process"), but for the
 * hop-by-hop header, which only comes first.
 */
export class ChainWalker {
  readonly #limits: ChainLimits;
  /** Why the last walk ended before an upper layer. */
  readonly problem: ChainProblem = new ChainProblem();
  #options = 0;

  constructor(limits: ChainLimits) {
    this.#limits = limits;
  }

  /**
   * Walks from the header behind the fixed one, whose type is `info.protocol`.
   *
   * `Handled` with `info.fragmentHeaderAt` 0: `packet.start` is at the upper layer, `info.protocol` and `info.nextHeaderAt` name it.
   * `Handled` with another: the packet is a fragment, `packet.start` is behind its Fragment header. Else `problem` says what is wrong.
   * @param reassembled a Fragment header in here would be one inside of another, which nobody sends for good.
   */
  walk(packet: Packet, info: Ipv6Info, reassembled: boolean): Verdict {
    const { view, end } = packet;
    this.problem.clear();
    this.#options = 0;
    info.fragmentHeaderAt = 0;
    let at = info.headerStart + HEADER_OCTETS;
    let fragmentSeen = reassembled;
    for (let headers = 0; isExtension(info.protocol); headers++) {
      const type = info.protocol;
      if (type === IpProtocol.NoNextHeader) return this.#drop(Verdict.NoNextHeader);
      if (headers >= this.#limits.chainHeaders) return this.#drop(Verdict.HeaderChainTooLong);
      if (type === IpProtocol.HopByHop && headers > 0) return this.#misplaced(info);
      if (end - at < FRAGMENT_OCTETS) return this.#drop(Verdict.BadHeaderLength);
      let octets: number = FRAGMENT_OCTETS;
      if (type === IpProtocol.Fragment) {
        if (fragmentSeen) return this.#drop(Verdict.FragmentMalformed);
        fragmentSeen = true;
        if (readFragment(view, at, info)) {
          packet.start = at + FRAGMENT_OCTETS;
          return Verdict.Handled;
        }
      } else {
        octets = this.#header(packet, at, type, info);
        if (octets < 0) return this.problem.verdict;
      }
      info.protocol = view.getUint8(at);
      info.nextHeaderAt = at - info.headerStart;
      at += octets;
    }
    packet.start = at;
    return Verdict.Handled;
  }

  /** One header other than a Fragment header, of which 8 octets are there. @returns its octets, or -1 with the problem set. */
  #header(packet: Packet, at: number, type: number, info: Ipv6Info): number {
    const { view, end } = packet;
    const octets = extensionOctets(view, at);
    if (octets > end - at) {
      const pointer = at + ExtensionField.Length - info.headerStart;
      return this.problem.report(Verdict.BadHeaderLength, IcmpErrorKind.ParameterProblem, pointer);
    }
    if (type === IpProtocol.Routing) return this.#routing(view, at, info) ? octets : -1;
    const limit = this.#limits.chainOptions - this.#options;
    const walked = walkOptions(view, at + ExtensionField.Options, at + octets, limit, info, this.problem);
    this.#options += walked;
    return walked < 0 ? -1 : octets;
  }

  /** RFC 8200 4.4, RFC 5095 3: no type is known here, so a header with segments left ends the packet, and one without is skipped. */
  #routing(view: DataView, at: number, info: Ipv6Info): boolean {
    if (view.getUint8(at + ExtensionField.SegmentsLeft) === 0) return true;
    const sourceRoute = view.getUint8(at + ExtensionField.RoutingType) === SOURCE_ROUTE;
    const verdict = sourceRoute ? Verdict.SourceRouted : Verdict.UnrecognizedOption;
    const pointer = at + ExtensionField.RoutingType - info.headerStart;
    this.problem.report(verdict, IcmpErrorKind.ParameterProblem, pointer);
    return false;
  }

  /** RFC 8200 4: a next header of 0 anywhere but in the IPv6 header is answered like one that is not recognized. */
  #misplaced(info: Ipv6Info): Verdict {
    this.problem.report(Verdict.ProtocolUnreachable, IcmpErrorKind.ProtocolUnreachable, info.nextHeaderAt);
    return Verdict.ProtocolUnreachable;
  }

  #drop(verdict: Verdict): Verdict {
    this.problem.drop(verdict);
    return verdict;
  }
}

/**
 * Reads a Fragment header into `info`.
 * @returns whether the packet is one of several fragments. One with offset 0 and nothing behind it is whole by itself (RFC 6946 4).
 */
function readFragment(view: DataView, at: number, info: Ipv6Info): boolean {
  const word = view.getUint16(at + FragmentField.OffsetAndFlags);
  info.fragmented = true;
  if ((word & (FragmentBits.Offset | FragmentBits.MoreFragments)) === 0) return false;
  info.fragmentHeaderAt = at;
  info.identification = view.getUint32(at + FragmentField.Identification);
  info.fragmentOffset = word & FragmentBits.Offset;
  info.moreFragments = (word & FragmentBits.MoreFragments) !== 0;
  return true;
}

import {
  GroupCounts,
  IpAddress,
  isV6LinkLocal,
  isV6Unspecified,
  type LinkLayer,
  MacAddress,
  type MembershipParameters,
  MembershipQuery,
  type Millis,
  MulticastMembership,
  type Packet,
  type Random,
  type Timed,
  Verdict,
  VerdictCounters,
  type Words,
} from "@mnet/core";
import type { ControlOutput } from "../control-output.ts";
import type { Ipv6Info } from "../info.ts";
import type { Memberships } from "../input/accept.ts";
import { ControlType, type ListenerInput } from "../input/control.ts";
import { INTERFACE_NODES, Mld, Scope } from "./format.ts";
import { MldOutput } from "./output.ts";
import { readQuery } from "./read-query.ts";

/** What a {@link MulticastListener} is made of. */
export interface ListenerOptions {
  readonly link: LinkLayer;
  readonly output: ControlOutput;
  readonly random: Random;
  readonly parameters: MembershipParameters;
  /** The link-local address that reports come from, `::` while none is usable. */
  readonly source: () => IpAddress;
}

/**
 * The groups of an interface, and MLD: the host part of version 2 (RFC 9777) with version 1 for the sake of older queriers. On a link of
 * medium `ip` nothing is reported: there is one peer, and no switch to tell.
 */
export class MulticastListener implements Memberships, ListenerInput, Timed {
  /** Messages received, by what became of them. */
  readonly counters: VerdictCounters = new VerdictCounters();
  readonly #link: LinkLayer;
  readonly #output: MldOutput;
  readonly #source: () => IpAddress;
  readonly #membership: MulticastMembership;
  /** The groups that are heard, joined or not. */
  readonly #heard = new GroupCounts();
  readonly #query = new MembershipQuery();

  /** Becomes a member of ff01::1 and ff02::1 for good. */
  constructor({ link, output, random, parameters, source }: ListenerOptions) {
    this.#link = link;
    this.#source = source;
    this.#output = new MldOutput(link, output, source);
    const reporting = link.capabilities.medium === "ethernet";
    this.#membership = new MulticastMembership({
      link,
      macOf: (group) => MacAddress.ofIpv6Group(group.w3),
      output: this.#output,
      random,
      parameters,
      isReported: (group) => reporting && isReported(group),
    });
    link.joinGroup(MacAddress.ofIpv6Group(IpAddress.allNodesV6.w3));
  }

  /** Messages sent, by what became of them. */
  get sent(): VerdictCounters {
    return this.#output.sent;
  }

  has(group: Readonly<Words>): boolean {
    if (IpAddress.allNodesV6.equals(group) || INTERFACE_NODES.equals(group)) return true;
    return this.#membership.has(group) || this.#heard.has(group);
  }

  /** @throws RangeError when `group` is no IPv6 group. @throws NetError ENOBUFS when there are too many. */
  join(group: IpAddress, now: Millis): void {
    checkGroup(group);
    this.#membership.join(group, now);
  }

  /** Takes in what comes to the solicited-node group of an address of ours, without a word to anybody. Counted. */
  hear(group: IpAddress): void {
    this.#link.joinGroup(MacAddress.ofIpv6Group(group.w3));
    this.#heard.join(group);
  }

  unhear(group: IpAddress): void {
    this.#heard.leave(group);
    this.#link.leaveGroup(MacAddress.ofIpv6Group(group.w3));
  }

  /** Joins the solicited-node group of an address of ours (RFC 4291 2.8), however many there are. */
  joinNeeded(group: IpAddress, now: Millis): void {
    this.#membership.join(group, now, true);
  }

  /** @throws RangeError when `group` is no IPv6 group, or was left as often as it was joined. */
  leave(group: IpAddress, now: Millis): void {
    checkGroup(group);
    this.#membership.leave(group, now);
  }

  /** The link is up: every group is reported again. */
  linkChanged(now: Millis): void {
    this.#membership.announce(now);
  }

  /** RFC 3590 4: what was reported from `::`, which routers pass over, is reported again once there is an address to report from. */
  addressesChanged(now: Millis): void {
    if (!this.#output.anonymous || this.#source().isUnspecified) return;
    this.#output.anonymous = false;
    this.#membership.announce(now);
  }

  /** @inheritdoc */
  input(type: number, packet: Packet, info: Ipv6Info, now: Millis): Verdict {
    return this.counters.count(this.#receive(type, packet, info, now));
  }

  #receive(type: number, packet: Packet, info: Ipv6Info, now: Millis): Verdict {
    switch (type) {
      case ControlType.ListenerQuery:
        return this.#takeQuery(packet, info, now);
      case ControlType.ListenerReport:
        return this.#takeReport(packet, info);
      // RFC 9777 6: reports of version 2 and done messages are for routers.
      default:
        return Verdict.Ignored;
    }
  }

  /** RFC 9777 6.2: the source is link-local, the hop limit 1, and there is a router alert. */
  #takeQuery(packet: Packet, info: Ipv6Info, now: Millis): Verdict {
    if (info.hopLimit !== 1) return Verdict.BadHopLimit;
    if (!isV6LinkLocal(info.source)) return Verdict.BadSource;
    if (!info.routerAlert) return Verdict.BadOption;
    const readable = readQuery(packet, this.#query);
    return readable === Verdict.Handled ? this.#membership.query(this.#query, now) : readable;
  }

  #takeReport(packet: Packet, info: Ipv6Info): Verdict {
    const { start, end, view } = packet;
    if (end - start < Mld.OctetsV1) return Verdict.TooShort;
    if (info.hopLimit !== 1) return Verdict.BadHopLimit;
    if (!isV6LinkLocal(info.source) && !isV6Unspecified(info.source)) return Verdict.BadSource;
    this.#query.group.readV6(view, start + Mld.Group);
    return this.#membership.reportHeard(this.#query.group);
  }

  nextDeadline(): Millis {
    return this.#membership.nextDeadline();
  }

  onDeadline(now: Millis): void {
    this.#membership.onDeadline(now);
  }
}

/** RFC 9777 6: neither ff02::1 nor what does not leave the interface is reported. */
function isReported(group: IpAddress): boolean {
  return group.multicastScope > Scope.Interface && !group.equals(IpAddress.allNodesV6);
}

function checkGroup(group: IpAddress): void {
  if (group.family !== 6 || !group.isMulticast) throw new RangeError(`group ${group} is not an IPv6 group`);
  if (group.multicastScope === Scope.Reserved) throw new RangeError(`group ${group} has a reserved scope`);
}

import {
  foldSum,
  type IpAddress,
  type IpInfo,
  type LinkLayer,
  MacAddress,
  type MembershipParameters,
  MembershipQuery,
  type Millis,
  MulticastMembership,
  type Packet,
  type Random,
  RxChecksum,
  sumOctets,
  type Timed,
  type TransportHandler,
  Verdict,
  VerdictCounters,
  type Words,
} from "@mnet/core";
import { ALL_HOSTS, Igmp, IgmpType } from "./format.ts";
import { IgmpOutput } from "./output.ts";
import { readQuery } from "./read-query.ts";

/** What an {@link IgmpHost} is made of. */
export interface IgmpOptions {
  readonly link: LinkLayer;
  readonly random: Random;
  readonly parameters: MembershipParameters;
  /** The address that reports come from, `null` while there is none. */
  readonly source: () => IpAddress | null;
}

/**
 * The groups of an interface, and IGMP: the host part of version 3 (RFC 9776) with versions 2 and 1 for the sake of older queriers. On a
 * link of medium `ip` nothing is reported: there is one peer, and no switch to tell.
 */
export class IgmpHost implements TransportHandler, Timed {
  /** Messages received, by what became of them. */
  readonly counters: VerdictCounters = new VerdictCounters();
  readonly #output: IgmpOutput;
  readonly #membership: MulticastMembership;
  readonly #query = new MembershipQuery();

  /** Becomes a member of 224.0.0.1 for good. */
  constructor({ link, random, parameters, source }: IgmpOptions) {
    this.#output = new IgmpOutput(link, source);
    const reporting = link.capabilities.medium === "ethernet";
    this.#membership = new MulticastMembership({
      link,
      macOf: (group) => MacAddress.ofIpv4Group(group.w3),
      output: this.#output,
      random,
      parameters,
      isReported: (group) => reporting && group.w3 !== ALL_HOSTS,
    });
    link.joinGroup(MacAddress.ofIpv4Group(ALL_HOSTS));
  }

  /** Messages sent, by what the link said. */
  get sent(): VerdictCounters {
    return this.#output.sent;
  }

  /** @param group IPv4 words. */
  has(group: Readonly<Words>): boolean {
    return group.w3 === ALL_HOSTS || this.#membership.has(group);
  }

  /** @throws RangeError when `group` is no IPv4 group. @throws NetError ENOBUFS when there are too many. */
  join(group: IpAddress, now: Millis): void {
    checkGroup(group);
    this.#membership.join(group, now);
  }

  /** @throws RangeError when `group` is no IPv4 group, or was left as often as it was joined. */
  leave(group: IpAddress, now: Millis): void {
    checkGroup(group);
    this.#membership.leave(group, now);
  }

  /** Reports every group again: the link is up, or there is an address at last. */
  announce(now: Millis): void {
    this.#membership.announce(now);
  }

  /** @inheritdoc */
  input(packet: Packet, info: IpInfo, now: Millis): Verdict {
    return this.counters.count(this.#receive(packet, info, now));
  }

  #receive(packet: Packet, info: IpInfo, now: Millis): Verdict {
    const { start, end, view } = packet;
    // What we say to ourselves tells nothing of others.
    if (info.loopback) return Verdict.Ignored;
    if (end - start < Igmp.HeaderOctets) return Verdict.TooShort;
    if (packet.rxChecksum === RxChecksum.Unknown && foldSum(sumOctets(view, start, end)) !== 0xffff) {
      return Verdict.BadChecksum;
    }
    switch (view.getUint8(start + Igmp.Type)) {
      case IgmpType.MembershipQuery:
        return this.#takeQuery(packet, info, now);
      case IgmpType.ReportV1:
      case IgmpType.ReportV2:
        this.#query.group.setV4(view.getInt32(start + Igmp.Group));
        return this.#membership.reportHeard(this.#query.group);
      // RFC 9776 5: reports of version 3 and leave messages are for routers.
      case IgmpType.ReportV3:
      case IgmpType.LeaveGroup:
        return Verdict.Ignored;
      default:
        return Verdict.UnknownType;
    }
  }

  #takeQuery(packet: Packet, info: IpInfo, now: Millis): Verdict {
    // IGMP is of the link: what a router let through is not (RFC 9776 4).
    if (info.hopLimit !== 1) return Verdict.BadHopLimit;
    const readable = readQuery(packet, this.#query);
    return readable === Verdict.Handled ? this.#membership.query(this.#query, now) : readable;
  }

  /** Nobody sends errors about IGMP. */
  error(): boolean {
    return false;
  }

  /** Everything leaves at once or at a deadline. */
  flush(): void {}

  nextDeadline(): Millis {
    return this.#membership.nextDeadline();
  }

  onDeadline(now: Millis): void {
    this.#membership.onDeadline(now);
  }
}

function checkGroup(group: IpAddress): void {
  if (group.family !== 4 || !group.isMulticast) throw new RangeError(`group ${group} is not an IPv4 group`);
}

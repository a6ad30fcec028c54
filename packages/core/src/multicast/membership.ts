import type { IpAddress } from "../address/ip.ts";
import type { MacAddress } from "../address/mac.ts";
import type { Words } from "../address/words.ts";
import type { LinkLayer } from "../contracts/link.ts";
import { GroupCounts } from "../ip/group-counts.ts";
import { NetError } from "../net-error.ts";
import { type Random, randomFraction } from "../random/random.ts";
import { WordsMap } from "../table/words-map.ts";
import { DeadlineHeap } from "../time/deadline-heap.ts";
import type { Millis, Timed } from "../time/host.ts";
import { Verdict } from "../verdict.ts";
import type { MembershipParameters } from "./params.ts";
import { QuerierVersion } from "./querier-version.ts";
import type { MembershipQuery, OlderVersion } from "./query.ts";
import { type MembershipOutput, RecordType, ReportBatch } from "./report.ts";
import { ReportedGroup } from "./reported-group.ts";

/** What a {@link MulticastMembership} is made of. */
export interface MembershipOptions {
  /** Which is told to accept the frames of a group. */
  readonly link: Pick<LinkLayer, "joinGroup" | "leaveGroup">;
  /** The link's address for a group. */
  readonly macOf: (group: IpAddress) => MacAddress;
  readonly output: MembershipOutput;
  readonly random: Random;
  readonly parameters: MembershipParameters;
  /** Whether routers are told of a group at all. */
  readonly isReported: (group: IpAddress) => boolean;
}

/**
 * Membership of multicast groups on one link, and its reporting to routers and switches: the host part of IGMPv3 (RFC 9776 5, 7.2) and of
 * MLDv2 (RFC 9777 6, 8.2), which is the same but for the form of messages. Every membership is of any source, EXCLUDE {}. It speaks
 * the version of the oldest querier heard of lately.
 */
export class MulticastMembership implements Timed {
  readonly #options: MembershipOptions;
  readonly #output: MembershipOutput;
  readonly #random: Random;
  readonly #parameters: MembershipParameters;
  readonly #counts = new GroupCounts();
  readonly #groups = new WordsMap<ReportedGroup>();
  readonly #answers = new DeadlineHeap<ReportedGroup>((group) => group.responseAt);
  readonly #batch: ReportBatch;
  readonly #querier: QuerierVersion;
  /** When changes are reported again (present version). */
  #changesAt: Millis = Number.POSITIVE_INFINITY;
  /** When a general query is answered (present version). */
  #generalAt: Millis = Number.POSITIVE_INFINITY;
  #generalQuietUntil: Millis = Number.NEGATIVE_INFINITY;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#output = options.output;
    this.#random = options.random;
    this.#parameters = options.parameters;
    this.#batch = new ReportBatch(options.output);
    this.#querier = new QuerierVersion(options.parameters);
  }

  /** Groups joined. */
  get size(): number {
    return this.#counts.size;
  }

  has(group: Readonly<Words>): boolean {
    return this.#counts.has(group);
  }

  /** How much older than the present one the version is that is spoken. */
  get older(): OlderVersion {
    return this.#querier.older;
  }

  /**
   * Joins a group; counted. The first join is the link's and the routers' to know.
   * @param needed for a group that an address of ours needs (a solicited-node group): as many as there are addresses, whatever applications
   * have joined. The wire can bring them, so this never fails.
   * @throws RangeError when `group` is no group. @throws NetError ENOBUFS when there are too many.
   */
  join(group: IpAddress, now: Millis, needed = false): void {
    const first = !this.#counts.has(group);
    if (first && group.isMulticast) {
      if (!needed) this.#checkRoom(group);
      this.#options.link.joinGroup(this.#options.macOf(group));
    }
    this.#counts.join(group);
    if (!first || !this.#options.isReported(group)) return;
    let reported = this.#groups.get(group);
    if (reported === null) {
      reported = new ReportedGroup(group);
      this.#groups.set(group, reported);
    }
    reported.joined = true;
    this.#reportChange(reported, now);
  }

  #checkRoom(group: IpAddress): void {
    const most = this.#parameters.multicastGroups;
    if (this.#counts.size < most) return;
    throw new NetError("ENOBUFS", {
      syscall: "joinGroup",
      address: group.toString(),
      reason: `${most} groups are joined`,
    });
  }

  /** Undoes a join. @throws RangeError when the group was left as often as it was joined. */
  leave(group: IpAddress, now: Millis): void {
    if (!this.#counts.leave(group)) return;
    this.#options.link.leaveGroup(this.#options.macOf(group));
    const reported = this.#groups.get(group);
    if (reported === null) return;
    reported.joined = false;
    this.#silence(reported);
    this.#reportChange(reported, now);
  }

  /** Reports every group as if it had just been joined: the link came up, or there is an address to report from (RFC 3590 4). */
  announce(now: Millis): void {
    for (const reported of this.#groups.values()) {
      if (!reported.joined) continue;
      if (this.older === 0) reported.changesLeft = this.#querier.robustness;
      else this.#reportOld(reported, this.#querier.robustness - 1, now);
    }
    if (this.older === 0) this.#reportChanges(now);
  }

  /** A query that is well-formed arrived; `query` is borrowed. @returns `Ignored` when there is nothing to answer. */
  query(query: MembershipQuery, now: Millis): Verdict {
    if (this.#querier.heard(query, now)) this.#forgetPending();
    if (query.general) return this.#answerGeneral(query, now);
    const delay = this.#within(query.maximumResponse);
    const reported = this.#groups.get(query.group);
    if (reported === null || !reported.joined) return Verdict.Ignored;
    if (this.older > 0) {
      this.#answerBy(reported, now, delay);
    } else if (this.#generalAt > now + delay) {
      reported.askedFor(query, this.#parameters.multicastSources);
      this.#answerBy(reported, now, delay);
    }
    return Verdict.Handled;
  }

  /** In an older version: somebody else reported a group, so that our report would tell nothing (RFC 2236 3, RFC 2710 4). */
  reportHeard(group: Readonly<Words>): Verdict {
    const reported = this.older === 0 ? null : this.#groups.get(group);
    if (reported === null) return Verdict.Ignored;
    this.#silence(reported);
    reported.changesLeft = 0;
    return Verdict.Handled;
  }

  nextDeadline(): Millis {
    const pending = Math.min(this.#changesAt, this.#generalAt, this.#answers.next());
    return Math.min(pending, this.#querier.nextDeadline());
  }

  onDeadline(now: Millis): void {
    if (this.#querier.expire(now)) this.#forgetPending();
    if (this.#changesAt <= now) this.#reportChanges(now);
    if (this.#generalAt <= now) this.#reportAll(now);
    for (let due = this.#answers.popDue(now); due !== null; due = this.#answers.popDue(now)) {
      this.#answer(due, now);
    }
    this.#batch.flush(now);
  }

  /** RFC 9776 5.1: a change is reported at once, and again until it has been said `robustness` times. */
  #reportChange(reported: ReportedGroup, now: Millis): void {
    // Groups that were left are not remembered without end, however fast they come and go.
    const crowded = !reported.joined && this.#groups.size > this.#parameters.multicastGroups;
    const repeats = crowded ? 0 : this.#querier.robustness - 1;
    if (this.older > 0) {
      if (reported.joined) this.#reportOld(reported, repeats, now);
      else this.#leaveOld(reported, now);
      return;
    }
    this.#batch.add(changeOf(reported), reported.group, now);
    this.#batch.flush(now);
    reported.changesLeft = repeats;
    if (repeats > 0) this.#changesAt = Math.min(this.#changesAt, this.#soon(now));
    else if (!reported.joined) this.#groups.delete(reported.group);
  }

  /** All changes that have not been said often enough. */
  #reportChanges(now: Millis): void {
    let more = false;
    for (const reported of this.#groups.values()) {
      if (reported.changesLeft === 0) continue;
      this.#batch.add(changeOf(reported), reported.group, now);
      reported.changesLeft--;
      if (reported.changesLeft > 0) more = true;
      else if (!reported.joined) this.#groups.delete(reported.group);
    }
    this.#batch.flush(now);
    this.#changesAt = more ? this.#soon(now) : Number.POSITIVE_INFINITY;
  }

  #reportOld(reported: ReportedGroup, repeats: number, now: Millis): void {
    this.#output.sendOldReport(reported.group, this.older, now);
    reported.changesLeft = repeats;
    if (repeats > 0) this.#answerBy(reported, now, this.#within(this.#parameters.multicastOldReportInterval));
  }

  /** A leave message is sent once; IGMPv1 has none and lets the group time out. */
  #leaveOld(reported: ReportedGroup, now: Millis): void {
    this.#groups.delete(reported.group);
    this.#output.sendOldLeave(reported.group, this.older, now);
  }

  #answerGeneral({ maximumResponse }: MembershipQuery, now: Millis): Verdict {
    if (this.older === 0) {
      // RFC 9776 5.2 rules 1 and 2: an earlier answer says all that this one would.
      const at = now + this.#within(maximumResponse);
      if (this.#generalAt > at) this.#generalAt = Math.max(at, this.#generalQuietUntil);
      return Verdict.Handled;
    }
    // RFC 2236 3: each group at a time of its own.
    for (const reported of this.#groups.values()) {
      this.#answerBy(reported, now, this.#within(maximumResponse));
    }
    return Verdict.Handled;
  }

  /** An answer about a group no later than after `delay`; one that is due sooner stays. */
  #answerBy(reported: ReportedGroup, now: Millis, delay: Millis): void {
    const at = Math.max(now + delay, reported.quietUntil);
    if (at >= reported.responseAt) return;
    reported.responseAt = at;
    this.#answers.arm(reported);
  }

  #reportAll(now: Millis): void {
    this.#generalAt = Number.POSITIVE_INFINITY;
    this.#generalQuietUntil = now + this.#parameters.multicastResponseSpacing;
    for (const reported of this.#groups.values()) {
      if (reported.joined) this.#batch.add(RecordType.IsExclude, reported.group, now);
    }
  }

  #answer(reported: ReportedGroup, now: Millis): void {
    const { sources } = reported;
    reported.silence();
    reported.quietUntil = now + this.#parameters.multicastResponseSpacing;
    if (this.older > 0) {
      this.#reportOld(reported, Math.max(0, reported.changesLeft - 1), now);
      return;
    }
    // RFC 9776 5.2: of the sources asked about, those that are received; all are.
    const type = sources.length === 0 ? RecordType.IsExclude : RecordType.IsInclude;
    this.#batch.add(type, reported.group, now, sources);
  }

  /** RFC 9776 7.2.1: with the version, all pending answers and repetitions go. */
  #forgetPending(): void {
    this.#changesAt = Number.POSITIVE_INFINITY;
    this.#generalAt = Number.POSITIVE_INFINITY;
    for (const reported of this.#groups.values()) {
      this.#silence(reported);
      reported.changesLeft = 0;
      if (!reported.joined) this.#groups.delete(reported.group);
    }
  }

  #silence(reported: ReportedGroup): void {
    reported.silence();
    this.#answers.remove(reported);
  }

  #soon(now: Millis): Millis {
    return now + this.#within(this.#parameters.multicastReportInterval);
  }

  /** A random time in (0, interval]. */
  #within(interval: Millis): Millis {
    return (1 - randomFraction(this.#random)) * interval;
  }
}

/** What a change of filter mode reads: to EXCLUDE {} by joining, to INCLUDE {} by leaving. */
function changeOf(reported: ReportedGroup): RecordType {
  return reported.joined ? RecordType.ToExclude : RecordType.ToInclude;
}

import type { Millis } from "../time/host.ts";

/** The limits and times of a {@link MulticastMembership}; those of IGMP and MLD are the same (RFC 9776 8, RFC 9777 9). */
export interface MembershipParameters {
  /** Groups at once, those that addresses need not counted; joining one more is ENOBUFS. */
  readonly multicastGroups: number;
  /** How often a change is reported, until a querier says otherwise: the robustness variable (RFC 9776 8.1). */
  readonly multicastRobustness: number;
  /** Between general queries, until a querier says otherwise (RFC 9776 8.2). */
  readonly multicastQueryInterval: Millis;
  /** Within which a change is reported again (RFC 9776 8.11, RFC 9777 9.11). */
  readonly multicastReportInterval: Millis;
  /** The same in an older version (RFC 2236 8.10, RFC 2710 7.10). */
  readonly multicastOldReportInterval: Millis;
  /** Sources that queries for one group may ask for; more of them are answered with the state of the whole group. */
  readonly multicastSources: number;
  /** The least time between two answers to general queries, and between two about one group: queries without delay make no storm. */
  readonly multicastResponseSpacing: Millis;
}

export const defaultMembershipParameters: MembershipParameters = {
  multicastGroups: 100,
  multicastRobustness: 2,
  multicastQueryInterval: 125_000,
  multicastReportInterval: 1000,
  multicastOldReportInterval: 10_000,
  multicastSources: 64,
  multicastResponseSpacing: 100,
};

import type { IpAddress } from "../address/ip.ts";
import type { HeapItem } from "../time/deadline-heap.ts";
import type { Millis } from "../time/host.ts";
import type { MembershipQuery } from "./query.ts";

const noSources: readonly IpAddress[] = [];

/** What is to be said about one group: its state now, its last change, and the query that waits for an answer. */
export class ReportedGroup implements HeapItem {
  readonly group: IpAddress;
  /** A left group stays until its leaving has been said often enough. */
  joined = true;
  /** How often its last change is still to be reported. */
  changesLeft = 0;
  /** When it answers a query about it, or in an older version reports itself unasked; `Infinity` for never. */
  responseAt: Millis = Number.POSITIVE_INFINITY;
  /** It says nothing twice before. */
  quietUntil: Millis = Number.NEGATIVE_INFINITY;
  /** The sources asked about; none: the whole group. */
  sources: readonly IpAddress[] = noSources;
  heapIndex = -1;
  heapDeadline: Millis = 0;

  constructor(group: IpAddress) {
    this.group = group;
  }

  /** Whether an answer is pending. */
  get answering(): boolean {
    return this.responseAt !== Number.POSITIVE_INFINITY;
  }

  /** Nothing is asked of it any more. */
  silence(): void {
    this.responseAt = Number.POSITIVE_INFINITY;
    this.sources = noSources;
  }

  /**
   * Takes the sources of a query into the pending answer (RFC 9776 5.2, rules 3 to 5).
   * @param limit with more sources than that the answer is about the whole group, which says as much.
   */
  askedFor(query: MembershipQuery, limit: number): void {
    const whole = query.sourceCount === 0 || (this.answering && this.sources.length === 0);
    if (whole || query.sourceCount > limit) {
      this.sources = noSources;
      return;
    }
    const sources = [...this.sources];
    for (let index = 0; index < query.sourceCount; index++) {
      const source = query.source(index);
      if (!sources.some((known) => known.equals(source))) sources.push(source);
    }
    this.sources = sources.length > limit ? noSources : sources;
  }
}

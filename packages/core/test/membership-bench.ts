import {
  defaultMembershipParameters,
  IpAddress,
  MacAddress,
  type MembershipOutput,
  type MembershipParameters,
  MembershipQuery,
  type Millis,
  MulticastMembership,
  type OlderVersion,
  Packet,
  RecordType,
  SeededRandom,
  type Verdict,
} from "../src/index.ts";

const names = new Map<number, string>(Object.entries(RecordType).map(([name, type]) => [type, name]));

/** What was said, and when: `3 ToExclude 224.0.0.251`; sources in braces. */
export class SaidReports implements MembershipOutput {
  readonly addressOctets = 4;
  /** The reports that were sent, each a list of records. */
  readonly reports: { at: Millis; records: string[] }[] = [];
  /** Octets of the largest report. */
  largest = 1400;
  readonly #packet = Packet.allocate(2000);

  scratch(): Packet {
    this.#packet.reset(40, 40 + this.largest);
    return this.#packet;
  }

  sendReport({ start, end, view }: Packet, records: number, at: Millis): void {
    const said: string[] = [];
    const address = (from: number): string => IpAddress.v4(view.getInt32(from)).toString();
    let from = start + 8;
    for (let left = records; left > 0; left--) {
      const count = view.getUint16(from + 2);
      const sources = Array.from({ length: count }, (_, index) => address(from + 8 + 4 * index));
      const list = count === 0 ? "" : ` {${sources.join(" ")}}`;
      said.push(`${names.get(view.getUint8(from))} ${address(from + 4)}${list}`);
      from += 8 + 4 * count;
    }
    if (from !== end)
      throw new Error(`a report of ${end - start} octets whose records end at ${from - start}`);
    this.reports.push({ at, records: said });
  }

  sendOldReport(group: IpAddress, older: OlderVersion, at: Millis): void {
    this.reports.push({ at, records: [`report -${older} ${group}`] });
  }

  sendOldLeave(group: IpAddress, older: OlderVersion, at: Millis): void {
    this.reports.push({ at, records: [`leave -${older} ${group}`] });
  }
}

export interface Asks {
  readonly group?: string;
  readonly older?: OlderVersion;
  readonly maximumResponse?: Millis;
  readonly robustness?: number;
  /** Code of the query interval. */
  readonly interval?: number;
  readonly sources?: readonly string[];
}

/** A membership with a clock; 224.0.0.1 is never reported. */
export class MembershipBench {
  readonly output: SaidReports = new SaidReports();
  readonly membership: MulticastMembership;
  /** What the link was told. */
  readonly link: string[] = [];
  now: Millis = 0;

  constructor(parameters: Partial<MembershipParameters> = {}, seed = 1) {
    this.membership = new MulticastMembership({
      link: {
        joinGroup: (group) => void this.link.push(`+${group}`),
        leaveGroup: (group) => void this.link.push(`-${group}`),
      },
      macOf: (group) => MacAddress.ofIpv4Group(group.w3),
      output: this.output,
      random: new SeededRandom(seed),
      parameters: { ...defaultMembershipParameters, ...parameters },
      isReported: (group) => group.toString() !== "224.0.0.1",
    });
  }

  join(...groups: string[]): void {
    for (const group of groups) this.membership.join(IpAddress.parse(group), this.now);
  }

  /** Joins groups that addresses need. */
  joinNeeded(...groups: string[]): void {
    for (const group of groups) this.membership.join(IpAddress.parse(group), this.now, true);
  }

  leave(...groups: string[]): void {
    for (const group of groups) this.membership.leave(IpAddress.parse(group), this.now);
  }

  /** A querier asks: by default everybody, in the present version, within 10 seconds. */
  ask({
    group,
    older = 0,
    maximumResponse = 10_000,
    robustness = 2,
    interval = 125,
    sources = [],
  }: Asks = {}): Verdict {
    const query = new MembershipQuery();
    query.older = older;
    query.maximumResponse = maximumResponse;
    query.general = group === undefined;
    query.group.copy(IpAddress.parse(group ?? "0.0.0.0"));
    const tail = new DataView(new ArrayBuffer(4 + 4 * sources.length));
    tail.setUint8(0, robustness);
    tail.setUint8(1, interval);
    tail.setUint16(2, sources.length);
    for (const [at, source] of sources.entries()) tail.setInt32(4 + 4 * at, IpAddress.parse(source).w3);
    if (older === 0) query.readTail(tail, 0, tail.byteLength, 4);
    return this.membership.query(query, this.now);
  }

  heard(group: string): Verdict {
    return this.membership.reportHeard(IpAddress.parse(group));
  }

  /** Lets time pass, deadline by deadline. */
  run(duration: Millis): void {
    const until = this.now + duration;
    while (this.membership.nextDeadline() <= until) {
      this.now = Math.max(this.now, this.membership.nextDeadline());
      this.membership.onDeadline(this.now);
    }
    this.now = until;
  }

  /** What was said since the last call, one string per record. */
  said(): string[] {
    return this.output.reports.splice(0).flatMap(({ records }) => records);
  }

  /** When reports were sent since the last call. */
  times(): Millis[] {
    return this.output.reports.splice(0).map(({ at }) => at);
  }
}

import type { Millis } from "@mnet/core";
import { WindowUsage } from "../congestion/usage.ts";
import { SACKED_RANGES } from "../params.ts";
import { ProportionalRateReduction } from "./prr.ts";
import { RackState } from "./rack-state.ts";
import type { RecordTables } from "./record-table.ts";
import { SentRecords } from "./sent-records.ts";
import { UndoState } from "./undo-state.ts";

const never: Millis = Number.POSITIVE_INFINITY;

/**
 * Where a connection stands with losses. `open`: nothing suspicious. `disorder`: something arrived out of order, or may be lost. `cwr`: the
 * window is being reduced for a congestion mark. `recovery`: losses are repaired, metered by PRR. `loss`: the same within the congestion
 * window, after a retransmission timeout, or because the path takes smaller segments only.
 */
export type LossState = "open" | "disorder" | "cwr" | "recovery" | "loss";

/** What F-RTO (RFC 5682) waits for. */
export const Frto = {
  /** It does not apply. */
  Off: 0,
  /** The timer expired and the first segment went again: the next acknowledgment decides whether to try new data. */
  Waiting: 1,
  /** New data goes in place of what is lost: what is acknowledged next tells whether the timeout was spurious. */
  Trying: 2,
} as const;
export type Frto = (typeof Frto)[keyof typeof Frto];

/** What one connection knows of losses and does about them. Sequence numbers are int32, amounts octets, times milliseconds. */
export class LossRecovery {
  state: LossState = "open";
  /** What is outstanding, from SND.UNA to where the next segment starts. */
  readonly records: SentRecords;
  readonly rack: RackState;
  readonly prr: ProportionalRateReduction = new ProportionalRateReduction();
  readonly undo: UndoState = new UndoState();
  /**
   * RecoveryPoint of RFC 6675, `recover` of RFC 6582: SND.NXT when the state was entered, which SND.UNA has to reach to leave it. While open it is
   * pulled along behind SND.UNA.
   */
  recoverySequence: number;
  /** FlightSize when the state was last `open`: before limited transmit (RFC 3042 3). */
  flightBefore = 0;
  /** Whether the congestion window is in use. */
  readonly usage: WindowUsage = new WindowUsage();
  /** Since when nothing is outstanding after something was; -1 while something is. */
  idleSince: Millis = -1;
  /** Delivered since the congestion controller was last told. */
  untold = 0;

  /** For peers without SACK: duplicate acknowledgments in a row, and the octets that they say have arrived. */
  duplicates = 0;
  duplicateOctets = 0;
  /** Octets that duplicates may still tell of in this recovery: what was in flight at the last loss found. */
  duplicateAllowance = 0;
  /** The retransmission timer has been restarted by a partial acknowledgment of this recovery (RFC 6582 4, "impatient"). */
  restarted = false;

  frto: Frto = Frto.Off;
  /** The first lost segment goes whatever the window: the retransmission timer expired. */
  forceFirst = false;
  /** The peer took back what it had selectively acknowledged: SACK is not believed until SND.UNA reaches {@link LossRecovery.reneged}. */
  distrusted = false;
  reneged = 0;

  /** TLP (RFC 8985 7): a probe is due, or out; TLP.end_seq and TLP.is_retrans. */
  probeDue = false;
  probing = false;
  /** Probes in a row without an answer. */
  probes = 0;
  probeEnd = 0;
  probeRepeats = false;
  /** What the window is reduced from if the probe repaired a loss, octets. */
  probeFlight = 0;

  /** When the reordering window of RACK is over or, otherwise, when the probe is due: never both. */
  deadline: Millis = never;
  isReordering = false;

  /** When the round trip was last measured: what was sent before it is not measured again, so it is once per flight (RFC 6298 3). */
  measuredAt: Millis = Number.NEGATIVE_INFINITY;

  /** Totals in octets, FINs included: delivered, sent again, and found to have arrived twice. */
  delivered = 0;
  repeated = 0;
  duplicated = 0;
  /** Acknowledgments that told of a segment that came twice (D-SACK). */
  dsacks = 0;

  constructor(tables: RecordTables, initialSend: number) {
    this.records = new SentRecords(tables, SACKED_RANGES);
    this.rack = new RackState(initialSend);
    this.recoverySequence = initialSend;
  }

  /** Octets that are in the network as far as we know (RFC 6675 4: pipe). */
  get pipe(): number {
    return Math.max(0, this.records.flying - this.duplicateOctets);
  }

  /** Whether PRR meters what is sent. */
  get isMetered(): boolean {
    return this.state === "recovery" || this.state === "cwr";
  }

  /** Whether lost data is being sent again. */
  get recovering(): boolean {
    return this.state === "recovery" || this.state === "loss";
  }

  stopTimer(): void {
    this.deadline = never;
    this.isReordering = false;
  }

  /** Forgets what is outstanding: all of it counts as never sent. */
  abandon(): void {
    this.records.clear();
    this.state = "open";
    this.duplicates = 0;
    this.duplicateOctets = 0;
    this.frto = 0;
    this.forceFirst = false;
    this.probeDue = false;
    this.probing = false;
    this.undo.active = false;
    this.stopTimer();
  }
}

import { type IcmpErrorKind, Verdict } from "@mnet/core";

/** Why a chain cannot be walked to its end, and what its sender is told. One long-lived record per walker. */
export class ChainProblem {
  verdict: Verdict = Verdict.Handled;
  /** The error to send, or `null` for silence. */
  kind: IcmpErrorKind | null = null;
  /** For the error: the octet that is wrong, from the start of the IPv6 header. */
  pointer = 0;

  clear(): void {
    this.verdict = Verdict.Handled;
    this.kind = null;
    this.pointer = 0;
  }

  /** Dropped in silence. @returns -1, for the walker to return. */
  drop(verdict: Verdict): -1 {
    this.verdict = verdict;
    this.kind = null;
    return -1;
  }

  /** Dropped, and the sender is told. @returns -1, for the walker to return. */
  report(verdict: Verdict, kind: IcmpErrorKind, pointer: number): -1 {
    this.verdict = verdict;
    this.kind = kind;
    this.pointer = pointer;
    return -1;
  }
}

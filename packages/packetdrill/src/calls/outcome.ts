/** How a system call returned. */
export interface CallOutcome {
  readonly value: number;
  /** The name of errno when `value` is -1. */
  readonly error: string | null;
}

/** Tries a call once; `null` while it would wait. */
export type Attempt = () => CallOutcome | null;

export function returned(value: number): CallOutcome {
  return { value, error: null };
}

export function failed(error: string): CallOutcome {
  return { value: -1, error };
}

/** A call that never waits. */
export function atOnce(outcome: CallOutcome): Attempt {
  return () => outcome;
}

/** Figures of one round by metric, such as `MB/s`. */
export type Figures = Readonly<Record<string, number>>;

/** What one round of a subject gave. */
export interface Sample {
  readonly figures: Figures;
  /** Processor time of the subject's process over the round, user and system, in seconds. */
  readonly cpuSeconds: number;
  /** How long the round took. */
  readonly seconds: number;
}

/** How long and how large; smaller with `--quick`. */
export interface Scale {
  /** Milliseconds that a rate is measured for. */
  readonly duration: number;
  /** Connections that are open together in the largest row. */
  readonly crowd: number;
}

/** Something that is measured, in a process of its own that lives for all rounds: later rounds find the code compiled. */
export interface Subject {
  round(scale: Scale): Promise<Figures>;
  close(): Promise<void>;
}

/** Makes a subject ready. Rejects with what is missing when it cannot be measured here. */
export type MakeSubject = () => Promise<Subject>;

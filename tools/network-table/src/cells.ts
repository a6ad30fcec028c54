import { lossyRate, sawtoothUse } from "./theory.ts";

export type QueueKind = "shallow" | "bdp" | "deep";

/** One network of the table. */
export interface Cell {
  /** Probability of a loss by chance. */
  readonly loss: number;
  /** Milliseconds, without queueing. */
  readonly roundTrip: number;
  /** Mbit/s of the bottleneck. */
  readonly bottleneck: number;
  readonly queue: QueueKind;
}

/** What a cell means in octets, seconds and segments. */
export interface Plan {
  /** Octets per second. */
  readonly rate: number;
  /** Octets. */
  readonly queue: number;
  /** Octets of send and receive buffers. */
  readonly buffer: number;
  readonly seeds: number;
  /** Milliseconds before measuring, and measured. */
  readonly warmUp: number;
  readonly measured: number;
  /** Segments per second that are expected at least when multiplied with {@link Plan.part}. */
  readonly expected: number;
  readonly part: number;
}

export const losses = [0, 0.001, 0.01, 0.03, 0.05, 0.1] as const;
export const roundTrips = [1, 20, 100, 200] as const;
export const bottlenecks = [10, 1000] as const;
export const queues = ["shallow", "bdp", "deep"] as const;

/** Octets of a full IP datagram. */
export const DATAGRAM = 1500;
/** Octets of text in it: without IP header, TCP header and timestamps. */
export const TEXT = 1448;
const LARGEST_BUFFER = 67_108_864;
const SEEDS = 20;

/** Of the BDP, and datagrams at least: no real queue is shorter, whatever the path behind it. */
const queueOf: Record<QueueKind, { readonly part: number; readonly least: number }> = {
  shallow: { part: 0.1, least: 10 },
  bdp: { part: 1, least: 20 },
  deep: { part: 4, least: 80 },
};

/** Every combination. */
export function allCells(): Cell[] {
  return bottlenecks.flatMap((bottleneck) =>
    roundTrips.flatMap((roundTrip) =>
      losses.flatMap((loss) => queues.map((queue) => ({ loss, roundTrip, bottleneck, queue }))),
    ),
  );
}

/** A cell's name, such as `10 Mbit/s, 20 ms, 1 %, deep`. */
export function nameOf({ bottleneck, roundTrip, loss, queue }: Cell): string {
  const rate = bottleneck >= 1000 ? `${bottleneck / 1000} Gbit/s` : `${bottleneck} Mbit/s`;
  return `${rate}, ${roundTrip} ms, ${Number((loss * 100).toFixed(1))} %, ${queue}`;
}

/** The cells that every change is checked with: each loss rate, round trip, bottleneck and queue several times, those that are quick. */
export function quickCells(): Cell[] {
  const lossless: Cell[] = [
    [20, 10, "shallow"],
    [20, 10, "bdp"],
    [20, 10, "deep"],
    [100, 10, "shallow"],
    [200, 10, "bdp"],
    [1, 10, "bdp"],
    [1, 1000, "shallow"],
    [1, 1000, "deep"],
    [20, 1000, "bdp"],
  ].map(([roundTrip, bottleneck, queue]) => ({ loss: 0, roundTrip, bottleneck, queue }) as Cell);
  const lossy: Cell[] = [
    [0.001, 20, 10, "bdp"],
    [0.001, 100, 10, "deep"],
    [0.001, 200, 1000, "shallow"],
    [0.01, 1, 10, "deep"],
    [0.01, 20, 10, "shallow"],
    [0.01, 100, 1000, "bdp"],
    [0.01, 200, 10, "bdp"],
    [0.03, 1, 1000, "bdp"],
    [0.03, 20, 1000, "deep"],
    [0.03, 100, 10, "bdp"],
    [0.05, 1, 10, "shallow"],
    [0.05, 20, 10, "bdp"],
    [0.05, 200, 1000, "deep"],
    [0.1, 20, 10, "bdp"],
    [0.1, 100, 1000, "shallow"],
  ].map(([loss, roundTrip, bottleneck, queue]) => ({ loss, roundTrip, bottleneck, queue }) as Cell);
  return [...lossless, ...lossy];
}

export function planOf(cell: Cell): Plan {
  const { loss, bottleneck } = cell;
  const rate = (bottleneck * 1e6) / 8;
  const roundTrip = cell.roundTrip / 1000;
  const capacity = rate * roundTrip;
  const { part, least } = queueOf[cell.queue];
  const queue = Math.max(part * capacity, least * DATAGRAM);
  const buffer = Math.min(LARGEST_BUFFER, Math.max(524_288, Math.ceil(3 * (capacity + queue))));
  // Sending a datagram takes time as well.
  const cycle = roundTrip + DATAGRAM / rate;
  const most = rate / DATAGRAM;
  if (loss > 0) {
    const expected = lossyRate(loss, cycle, most);
    // Some hundred losses in all runs together.
    const segments = Math.max(4000, 20 / loss);
    const measured = (1000 * segments) / expected;
    return { rate, queue, buffer, seeds: SEEDS, warmUp: measured / 3, measured, expected, part: 0.8 };
  }
  const inBdp = (most: number): number => Math.max(1, most * cycle);
  const shallow = cell.queue === "shallow";
  const use = shallow ? sawtoothUse(inBdp(most), queue / DATAGRAM, cycle) : 1;
  // K is the length of a sawtooth: two of them where that is cheap.
  const sawtooth = Math.cbrt((0.3 * (capacity + queue)) / DATAGRAM / 0.4);
  const seconds = Math.max(8, (bottleneck > 100 ? 1 : 2) * sawtooth, 100 * roundTrip);
  return {
    rate,
    queue,
    buffer,
    seeds: 1,
    // A first slow start that ends early, in a short queue, leaves a long way to the plateau.
    warmUp: shallow ? Math.max(4000, 2500 * sawtooth) : 500 * seconds,
    measured: 1000 * seconds,
    expected: most * use,
    part: shallow ? 0.9 : 0.95,
  };
}

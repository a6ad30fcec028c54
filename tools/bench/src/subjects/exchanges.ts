import { percentile } from "../statistics.ts";
import type { Figures } from "../subject.ts";

/** Exchanges one after another for `duration` ms: the middle and the 99th percentile of their times, in microseconds. */
export async function exchangesFor(exchange: () => Promise<void>, duration: number): Promise<Figures> {
  const times: number[] = [];
  const end = performance.now() + duration;
  for (let before = performance.now(); before < end; ) {
    await exchange();
    const after = performance.now();
    times.push((after - before) * 1000);
    before = after;
  }
  times.sort((a, b) => a - b);
  return { "p50 us": percentile(times, 0.5), "p99 us": percentile(times, 0.99) };
}

import type { BenchOptions } from "./arguments.ts";
import type { Measured } from "./results.ts";
import type { Sample } from "./subject.ts";
import { SubjectProcess } from "./subject-process.ts";

/**
 * Measures subjects in interleaved rounds: each has its turn in every round, so that what else the machine does happens to all. The first
 * round warms up and does not count.
 */
export async function measureAll(
  names: readonly string[],
  options: BenchOptions,
  measured: Map<string, Measured>,
  log: (line: string) => void,
): Promise<void> {
  const running = new Map<string, SubjectProcess>();
  const samples = new Map<string, Sample[]>();
  const skip = (name: string, error: unknown): void => {
    const reason = (error as Error).message;
    measured.set(name, { skipped: reason });
    log(`${name}: ${reason}`);
  };
  try {
    for (const name of names) {
      try {
        running.set(name, await SubjectProcess.start(name));
        samples.set(name, []);
      } catch (error) {
        skip(name, error);
      }
    }
    for (let round = 0; round <= options.rounds; round++) {
      log(round === 0 ? "warming up" : `round ${round} of ${options.rounds}`);
      for (const [name, subject] of running) {
        try {
          const sample = await subject.round(options.scale);
          if (round > 0) samples.get(name)!.push(sample);
        } catch (error) {
          skip(name, error);
          running.delete(name);
          await subject.close();
        }
      }
    }
    for (const name of running.keys()) measured.set(name, samples.get(name)!);
  } finally {
    await Promise.all([...running.values()].map((subject) => subject.close()));
  }
}

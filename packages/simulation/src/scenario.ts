import type { NetworkDevice } from "@mnet/core";
import { type Recording, record } from "./record.ts";
import { Timeline } from "./timeline.ts";

/** What a scenario is played with. Everything random in it comes from the seed. */
export interface Scenario {
  readonly seed: number;
  readonly timeline: Timeline;
  /**
   * Records what passes a device, for the capture of a failed run: use what this returns in its place. One end of a link has all of its
   * frames. The first recorded device is the first file of the failure, and so on.
   */
  record(device: NetworkDevice): NetworkDevice;
}

export type ScenarioBody = (scenario: Scenario) => Promise<void> | void;

/** A run of a scenario that failed; `cause` is what it failed with. */
export class ScenarioFailure extends Error {
  readonly seed: number;
  /** Everything that passed the recorded devices, a pcapng file for each. */
  readonly captures: readonly Uint8Array<ArrayBuffer>[];

  /** @param advice follows the message. */
  constructor(
    name: string,
    seed: number,
    captures: readonly Uint8Array<ArrayBuffer>[],
    cause: unknown,
    advice = "",
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${name} failed with seed ${seed}: ${reason}${advice}`, { cause });
    this.seed = seed;
    this.captures = captures;
  }

  override get name(): string {
    return "ScenarioFailure";
  }
}

/**
 * Plays a scenario once on a timeline of the given seed. The same seed plays the same way, octet for octet.
 * Rejects with a {@link ScenarioFailure} when `body` does, or throws.
 */
export async function playScenario(name: string, seed: number, body: ScenarioBody): Promise<void> {
  const timeline = new Timeline({ seed });
  const recordings: Recording[] = [];
  const keep = (device: NetworkDevice): NetworkDevice => {
    const recording = record(device, timeline);
    recordings.push(recording);
    return recording.device;
  };
  try {
    await body({ seed, timeline, record: keep });
  } catch (error) {
    throw new ScenarioFailure(
      name,
      seed,
      recordings.map((recording) => recording.pcapng()),
      error,
    );
  }
}

import { DATAGRAM, TEXT } from "./cells.ts";
import { Network } from "./network.ts";

/** One look at a sender. */
export interface Glance {
  /** Seconds since the beginning. */
  readonly time: number;
  /** Segments. */
  readonly window: number;
  readonly threshold: number | null;
  /** Milliseconds: smoothed round trip. */
  readonly roundTrip: number;
  /** Losses are being repaired. */
  readonly recovering: boolean;
}

const RATE = 20e6 / 8;

/** The window and the round trip of one transfer over 20 Mbit/s, 40 ms, a queue of one BDP and a loss by chance of 0.02 %. */
export function traceTransfer(): Glance[] {
  const network = new Network({
    seed: 7,
    rate: RATE,
    roundTrip: 40,
    queue: Math.ceil((RATE * 0.04) / DATAGRAM) * DATAGRAM,
    loss: 0.0002,
  });
  network.begin(0, {});
  const glances: Glance[] = [];
  for (let time = 50; time <= 30_000; time += 50) {
    network.run(time);
    const info = network.flows[0]!.sender.info(time);
    const { congestionWindow, slowStartThreshold, roundTrip, recovering } = info;
    glances.push({
      time: time / 1000,
      window: congestionWindow / TEXT,
      threshold: Number.isFinite(slowStartThreshold) ? slowStartThreshold / TEXT : null,
      roundTrip,
      recovering,
    });
  }
  return glances;
}

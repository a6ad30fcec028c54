import type { CongestionChoice } from "@mnet/tcp";
import { DATAGRAM, TEXT } from "./cells.ts";
import { Network } from "./network.ts";
import { fairness } from "./theory.ts";

/** How flows share one bottleneck. */
export interface Sharing {
  readonly name: string;
  /** Jain's index over the measured time, of flows with the same algorithm; of CUBIC and NewReno the ratio of their shares. */
  readonly index: number;
  /** What it has to be. */
  readonly least: number;
  readonly most: number;
  /** Part of the bottleneck that all used together. */
  readonly use: number;
}

interface Scene {
  readonly name: string;
  readonly seed: number;
  /** One for each flow: when it begins (milliseconds), and what controls it. */
  readonly flows: readonly { readonly at: number; readonly congestion: CongestionChoice }[];
  /** When measuring begins and how long it takes, milliseconds. */
  readonly from: number;
  readonly measured: number;
  /** Of the shares, in the order of the flows. */
  readonly index: (shares: readonly number[]) => number;
  readonly least: number;
  readonly most: number;
}

/** 20 Mbit/s, 40 ms, and a queue of one BDP. */
const RATE = 20e6 / 8;
const ROUND_TRIP = 40;

const cubic = (at: number): { at: number; congestion: CongestionChoice } => ({ at, congestion: "cubic" });
const newreno = (at: number): { at: number; congestion: CongestionChoice } => ({ at, congestion: "newreno" });
const jain = { index: fairness, least: 0.95, most: 1, measured: 60_000 };

/** Starts are jittered: flows that begin in step would lose in step for ever. */
function jittered(flows: number): number[] {
  return Array.from({ length: flows }, (_, i) => i * 137 + ((i * i * 61) % 97));
}

const scenes: readonly Scene[] = [
  { ...jain, name: "2 flows", seed: 1, flows: jittered(2).map(cubic), from: 120_000 },
  { ...jain, name: "10 flows", seed: 2, flows: jittered(10).map(cubic), from: 120_000 },
  { ...jain, name: "10 flows, NewReno", seed: 3, flows: jittered(10).map(newreno), from: 120_000 },
  { ...jain, name: "one comes 60 s late", seed: 4, flows: [cubic(0), cubic(60_000)], from: 180_000 },
  {
    name: "CUBIC beside NewReno",
    seed: 5,
    flows: [cubic(0), newreno(211)],
    from: 60_000,
    measured: 180_000,
    index: ([one, other]) => one! / other!,
    // At this BDP both are in the Reno-friendly region; neither may push the other aside.
    least: 1 / 3,
    most: 3,
  },
];

export function sharings(): Sharing[] {
  return scenes.map(play);
}

function play(scene: Scene): Sharing {
  const queue = (RATE * ROUND_TRIP) / 1000;
  const network = new Network({ seed: scene.seed, rate: RATE, roundTrip: ROUND_TRIP, queue, loss: 0 });
  for (const { at, congestion } of scene.flows) network.begin(at, { congestion });
  network.run(scene.from);
  const before = network.flows.map(({ received }) => received);
  network.run(scene.from + scene.measured);
  const shares = network.flows.map(({ received }, i) => received - before[i]!);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const most = (RATE * (TEXT / DATAGRAM) * scene.measured) / 1000;
  const { name, least } = scene;
  return { name, index: scene.index(shares), least, most: scene.most, use: total / most };
}

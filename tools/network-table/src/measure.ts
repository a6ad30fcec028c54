import { type Cell, planOf, TEXT } from "./cells.ts";
import { Network } from "./network.ts";

/** What one run of a cell gave. */
export interface Run {
  /** Segments of text per second that the receiving application got. */
  readonly rate: number;
  /** The longest time in which it got nothing, milliseconds. */
  readonly silence: number;
  /** Expiries of the retransmission timer. */
  readonly timeouts: number;
  readonly retransmissions: number;
  readonly sent: number;
}

/** Milliseconds between two looks at the receiver. */
const GLANCES = 400;

/** Runs one cell with one seed. @throws Error when the connection failed. */
export function measure(cell: Cell, seed: number): Run {
  const plan = planOf(cell);
  const { rate, queue, warmUp, measured, buffer } = plan;
  const network = new Network({ seed, rate, queue, roundTrip: cell.roundTrip, loss: cell.loss });
  network.begin(0, { sendBuffer: buffer, receiveBuffer: buffer });
  network.run(warmUp);
  const flow = network.flows[0]!;
  const before = flow.received;
  let silence = 0;
  for (let glance = 1; glance <= GLANCES; glance++) {
    network.run(warmUp + (measured * glance) / GLANCES);
    silence = Math.max(silence, network.now - flow.lastReceivedAt);
  }
  if (flow.failed) throw new Error("the connection failed");
  const statistics = network.sender.tcp.statistics();
  return {
    rate: (flow.received - before) / TEXT / (measured / 1000),
    silence,
    timeouts: statistics["timeouts"]!,
    retransmissions: statistics["retransmittedSegments"]!,
    sent: network.forth.sent,
  };
}

import type { Scenario } from "@mnet/simulation";
import { SimulatedHub } from "@mnet/simulation";
import type { Stack } from "@mnet/stack";
import { echo, readAll } from "./streams.ts";
import { octets, sameOctets, stackOn } from "./world.ts";

const ECHO_PORT = 7;
const MINUTE = 60_000;
/** Hosts that each one talks to. */
const ACQUAINTANCES = 4;
/** Pings between two transfers. */
const PINGS_PER_TRANSFER = 10;

export interface TownOptions {
  readonly hosts: number;
  readonly minutes: number;
  /** Milliseconds between the pings of one host. */
  readonly interval: number;
  /** Octets of a transfer, each way. */
  readonly octets: number;
}

/** What everybody did. */
export interface TownReport {
  pings: number;
  answered: number;
  transfers: number;
  intact: number;
}

/** Many stacks on one segment and one virtual clock: each pings its acquaintances, and now and then sends one a file and has it echoed. */
export async function town({ timeline, record }: Scenario, options: TownOptions): Promise<TownReport> {
  const hub = new SimulatedHub(timeline, { latency: 0.1, jitter: 0.05, learning: true });
  const report: TownReport = { pings: 0, answered: 0, transfers: 0, intact: 0 };
  const stacks: Stack[] = [];
  for (let index = 0; index < options.hosts; index++) {
    const port = hub.attach();
    // One host's view of it all.
    const device = index === 0 ? record(port) : port;
    stacks.push(await stackOn(timeline, device, { name: `host${index}`, ipv4: `${addressOf(index)}/16` }));
  }
  const data = octets(options.octets);
  const end = options.minutes * MINUTE;
  const failures: unknown[] = [];
  for (const [index, stack] of stacks.entries()) {
    const random = timeline.random.fork();
    const life = async (): Promise<void> => {
      await new Promise<void>((resolve) => timeline.after(random.u32() % options.interval, resolve));
      for (let round = 0; timeline.now() < end - MINUTE / 2; round++) {
        const to = addressOf((index + 1 + (random.u32() % ACQUAINTANCES)) % stacks.length);
        report.pings++;
        const { received } = await stack.ping(to, { count: 1 });
        report.answered += received;
        if (round % PINGS_PER_TRANSFER === 0) {
          report.transfers++;
          if (await transfer(stack, to, data)) report.intact++;
        }
        await new Promise<void>((resolve) => timeline.after(options.interval, resolve));
      }
    };
    stack.tcp
      .listen(ECHO_PORT)
      .serve(echo)
      .catch(() => {});
    life().catch((error) => failures.push(error));
  }
  await timeline.run(end);
  if (failures.length > 0) throw failures[0];
  return report;
}

async function transfer(stack: Stack, to: string, data: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const flow = await stack.tcp.connect({ host: to, port: ECHO_PORT });
  const sending = flow.write(data).then(() => flow.shutdown("write"));
  const back = await readAll(flow);
  await sending;
  await flow.close();
  return sameOctets(back, data);
}

function addressOf(index: number): string {
  return `10.0.${(index + 1) >> 8}.${(index + 1) & 0xff}`;
}

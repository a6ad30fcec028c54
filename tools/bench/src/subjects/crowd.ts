import type { TcpFlow, TcpListener } from "@mnet/stack";
import type { Figures, Subject } from "../subject.ts";
import { octetsInUse } from "./memory.ts";
import { transfer } from "./memory-bulk.ts";
import { CLIENT, SERVER, type StackPair, stackPair } from "./pair.ts";
import { PER_CPU_SECOND, Stopwatch } from "./rate.ts";

const FIRST_PORT = 10_000;
const LISTENERS = 16;
/** Transfers of which the one in the middle counts; odd. */
const TRANSFERS = 5;
/** How long a transfer runs before one is measured, milliseconds. */
const WARM_UP = 500;
/** Connections being opened at a time. */
const LANES = 64;

/** Many connections that idle, both ends here, after one octet was sent: what each end costs, and what they do to bulk data beside them. */
export async function crowd(): Promise<Subject> {
  // No TIME-WAIT to speak of: the records of one round must not expire in the memory of the next.
  const pair = await stackPair({ tcp: { timeWait: 1 } });
  const listeners = listen(pair);
  const rate = async (name: string, duration: number): Promise<Figures> => {
    const watch = new Stopwatch();
    const { octets, seconds } = await transfer(pair.client, pair.server, duration);
    return watch.rate(name, octets / 1e6, seconds);
  };
  // One transfer is twice as fast as the next while the engine still compiles: the one in the middle tells.
  const middle = async (name: string, duration: number): Promise<Figures> => {
    const all: Figures[] = [];
    for (let i = 0; i < TRANSFERS; i++) all.push(await rate(name, duration));
    const key = `${name}${PER_CPU_SECOND}`;
    return all.sort((left, right) => left[key]! - right[key]!)[TRANSFERS >> 1]!;
  };
  // Rings, slots of the in-memory link and compiled code exist before memory is looked at.
  await open(pair, listeners, LANES).then(closeAll);
  await rate("", WARM_UP);
  return {
    async round({ duration, crowd: size }) {
      const alone = await middle("alone MB/s", duration);
      const before = await octetsInUse();
      const flows = await open(pair, listeners, size);
      const octets = (await octetsInUse()) - before;
      const rss = process.memoryUsage.rss();
      // Opening them made the engine compile anew what a transfer runs.
      await rate("", WARM_UP);
      const beside = await middle("beside MB/s", duration);
      await closeAll(flows);
      return {
        "octets/end": octets / flows.length,
        "RSS MB": rss / 1e6,
        ...alone,
        ...beside,
        // Of processor time: two transfers one after another are at the mercy of whoever else is busy.
        "beside/alone": beside[`beside MB/s${PER_CPU_SECOND}`]! / alone[`alone MB/s${PER_CPU_SECOND}`]!,
      };
    },
    close: () => pair.close(),
  };
}

function listen({ server }: StackPair): TcpListener[] {
  return Array.from({ length: LISTENERS }, (_, i) =>
    server.tcp.listen({ port: FIRST_PORT + i, backlog: 1024 }),
  );
}

/** Both ends of `size` connections. */
async function open({ client }: StackPair, listeners: TcpListener[], size: number): Promise<TcpFlow[]> {
  const flows: TcpFlow[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    const octet = new Uint8Array(1);
    while (next < size) {
      const listener = listeners[next++ % LISTENERS]!;
      const flow = await client.tcp.connect({
        host: SERVER,
        port: listener.local.port,
        localHost: CLIENT,
      });
      await flow.write(octet);
      const accepted = await listener.accept();
      await accepted.read(octet);
      flows.push(flow, accepted);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return flows;
}

async function closeAll(flows: TcpFlow[]): Promise<void> {
  await Promise.all(flows.map((flow) => flow.close()));
}

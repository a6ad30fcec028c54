import type { Stack } from "@mnet/stack";
import type { Subject } from "../subject.ts";
import { SERVER, stackPair } from "./pair.ts";
import { Stopwatch } from "./rate.ts";
import { receiveAll, sendFor, type Transfer } from "./transfer.ts";

const PORT = 9000;

/** One connection between two stacks of this process, one way. */
export async function memoryBulk(): Promise<Subject> {
  const pair = await stackPair();
  return {
    round: async ({ duration }) => {
      const watch = new Stopwatch();
      const { octets, seconds } = await transfer(pair.client, pair.server, duration);
      return watch.rate("MB/s", octets / 1e6, seconds);
    },
    close: () => pair.close(),
  };
}

/** Opens a connection and sends on it from `client` to `server` for `duration` ms. */
export async function transfer(client: Stack, server: Stack, duration: number): Promise<Transfer> {
  const listener = server.tcp.listen(PORT);
  const [flow, accepted] = await Promise.all([
    client.tcp.connect({ host: SERVER, port: PORT }),
    listener.accept(),
  ]);
  const [received] = await Promise.all([receiveAll(accepted), sendFor(flow, duration)]);
  await Promise.all([flow.close(), accepted.close(), listener.close()]);
  return received;
}

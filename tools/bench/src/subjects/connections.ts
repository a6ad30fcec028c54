import type { TcpListener } from "@mnet/stack";
import type { Subject } from "../subject.ts";
import { SERVER, stackPair } from "./pair.ts";
import { Stopwatch } from "./rate.ts";

const FIRST_PORT = 9000;
const LISTENERS = 16;
/** Connections being opened or closed at a time. */
const LANES = 64;

/**
 * Connections opened and closed in order, spread over 16 listener ports. The server closes first, so that it holds TIME-WAIT, at most as
 * many records as its table has; the client's ports are free again at once.
 */
export async function connections(): Promise<Subject> {
  const pair = await stackPair();
  const listeners: TcpListener[] = [];
  for (let i = 0; i < LISTENERS; i++) {
    const listener = pair.server.tcp.listen({ port: FIRST_PORT + i, backlog: 1024 });
    listener.serve(() => {}).catch(() => {});
    listeners.push(listener);
  }
  let next = 0;
  const lane = async (end: number): Promise<number> => {
    const into = new Uint8Array(1);
    let done = 0;
    while (performance.now() < end) {
      const flow = await pair.client.tcp.connect({ host: SERVER, port: FIRST_PORT + (next++ % LISTENERS) });
      // The end of the stream: the server has closed.
      await flow.read(into);
      await flow.close();
      done++;
    }
    return done;
  };
  return {
    async round({ duration }) {
      const watch = new Stopwatch();
      const end = performance.now() + duration;
      const lanes = Array.from({ length: LANES }, () => lane(end));
      const done = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
      return watch.rate("connections/s", done);
    },
    close: () => pair.close(),
  };
}

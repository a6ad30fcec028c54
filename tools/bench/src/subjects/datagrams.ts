import type { Subject } from "../subject.ts";
import { SERVER, stackPair } from "./pair.ts";
import { Stopwatch } from "./rate.ts";

const PORT = 9002;
const PAYLOAD = new Uint8Array(64).fill(0x55);
/** Datagrams sent before the receiver is waited for: what its buffer holds. */
const BURST = 64;

/** Datagrams of 64 octets from one stack of this process to another; only those received count. */
export async function datagrams(): Promise<Subject> {
  const pair = await stackPair();
  const receiver = pair.server.udp.bind({ port: PORT });
  const sender = pair.client.udp.bind();
  sender.connect({ host: SERVER, port: PORT });
  return {
    async round({ duration }) {
      const watch = new Stopwatch();
      const end = performance.now() + duration;
      let received = 0;
      while (performance.now() < end) {
        for (let i = 0; i < BURST; i++) await sender.send(PAYLOAD);
        for (let i = 0; i < BURST; i++) {
          await receiver.recv();
          received++;
        }
      }
      return watch.rate("datagrams/s", received);
    },
    close: () => pair.close(),
  };
}

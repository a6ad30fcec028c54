import type { TcpFlow } from "@mnet/stack";
import type { Subject } from "../subject.ts";
import { exchangesFor } from "./exchanges.ts";
import { SERVER, stackPair } from "./pair.ts";

const PORT = 9001;
/** Exchanges before the measurement. */
const WARM_UP = 500;

/** One octet there and one back, over one connection between two stacks of this process. */
export async function pingPong(): Promise<Subject> {
  const pair = await stackPair();
  const listener = pair.server.tcp.listen({ port: PORT, noDelay: true });
  listener.serve(echo).catch(() => {});
  const flow = await pair.client.tcp.connect({ host: SERVER, port: PORT, noDelay: true });
  const octet = new Uint8Array(1);
  const exchange = async (): Promise<void> => {
    await flow.write(octet);
    await flow.read(octet);
  };
  for (let i = 0; i < WARM_UP; i++) await exchange();
  return {
    round: ({ duration }) => exchangesFor(exchange, duration),
    close: () => pair.close(),
  };
}

/** Sends everything back until the stream ends. */
export async function echo(flow: TcpFlow): Promise<void> {
  const into = new Uint8Array(1024);
  for (let got = await flow.read(into); got > 0; got = await flow.read(into)) {
    await flow.write(into.subarray(0, got));
  }
}

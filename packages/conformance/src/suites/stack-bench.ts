import type { StackLike, StacksUnderTest, TcpFlowLike, TcpListenerLike } from "./stack-contract.ts";

/** The port of the service under test. */
export const SERVICE = 4242;
/** Where nobody listens. */
export const NOBODY = 4343;

/** An established connection. */
export interface Connected {
  readonly near: TcpFlowLike;
  readonly far: TcpFlowLike;
  readonly listener: TcpListenerLike;
}

/** The means of every case: two stacks, connections between them, and outcomes as text. */
export class StackBench {
  readonly under: StacksUnderTest;

  constructor(under: StacksUnderTest) {
    this.under = under;
  }

  get client(): StackLike {
    return this.under.client;
  }

  get server(): StackLike {
    return this.under.server;
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.under.settle(promise);
  }

  async connect(options: { sendBuffer?: number; receiveBuffer?: number } = {}): Promise<Connected> {
    const { sendBuffer, receiveBuffer } = options;
    const listener = this.server.tcp.listen({
      port: SERVICE,
      ...(receiveBuffer === undefined ? {} : { receiveBuffer }),
    });
    const accepted = held(listener.accept());
    const to = { host: this.under.serverAddress, port: SERVICE };
    const connecting = this.client.tcp.connect({
      ...to,
      ...(sendBuffer === undefined ? {} : { sendBuffer }),
    });
    const [near, far] = await this.settle(Promise.all([connecting, accepted]));
    return { near, far, listener };
  }

  /** What became of a promise: `"resolved"`, or the code (else the name) of its error. */
  outcome(promise: Promise<unknown>): Promise<string> {
    return this.settle(
      promise.then(
        () => "resolved",
        (error: unknown) => codeOf(error),
      ),
    );
  }

  /** Everything until the end of the stream. */
  readAll(flow: TcpFlowLike): Promise<Uint8Array> {
    return this.settle(collect(flow));
  }
}

/** The code of a NetError, else the name of an error. */
export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return typeof code === "string" ? code : (name ?? String(error));
}

/** What a synchronous call throws, by its code or name; `"nothing"`. */
export function thrownBy(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return codeOf(error);
  }
  return "nothing";
}

/** So that a rejection is not unhandled before somebody looks at it. */
export function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

export const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

/** Everything until the end of the stream; nothing drives the clock meanwhile. */
export async function collect(flow: TcpFlowLike): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of flow) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

import type {
  StackLike,
  StacksUnderTest,
  TcpConnectOptionsLike,
  TcpFlowLike,
  TcpListenerLike,
  TcpSocketOptionsLike,
} from "./stack-contract.ts";

/** Octets: 128 MiB, more than the buffers of two ends take when nobody reads. */
export const ENDLESS: number = 128 * 1024 * 1024;

/** An established connection. */
export interface Connected {
  readonly near: TcpFlowLike;
  readonly far: TcpFlowLike;
  readonly listener: TcpListenerLike;
}

/** Registers a case. */
export type StackCase<U extends StacksUnderTest = StacksUnderTest> = (
  name: string,
  run: (bench: StackBench<U>) => Promise<void>,
) => void;

/** The means of every case: two stacks, connections between them, and outcomes as text. */
export class StackBench<U extends StacksUnderTest = StacksUnderTest> {
  readonly under: U;
  /** The port of the service under test. */
  readonly service: number;
  /** Where nobody listens. */
  readonly nobody: number;

  constructor(under: U) {
    this.under = under;
    [this.service, this.nobody] = under.ports ?? [4242, 4343];
  }

  get client(): StackLike {
    return this.under.client;
  }

  get server(): StackLike {
    return this.under.server;
  }

  /** Where the service is, from the client. */
  get there(): { readonly host: string; readonly port: number } {
    return { host: this.under.serverAddress, port: this.service };
  }

  settle<T>(promise: PromiseLike<T>): Promise<T> {
    return this.under.settle(Promise.resolve(promise));
  }

  /** A connection to the service, with options for the client's end and for the listener. */
  async connect(near: TcpSocketOptionsLike = {}, far: TcpSocketOptionsLike = near): Promise<Connected> {
    const listener = this.server.tcp.listen({ ...far, port: this.service });
    return { ...(await this.connectTo(listener, { ...near, ...this.there })), listener };
  }

  async connectTo(
    listener: TcpListenerLike,
    to: TcpConnectOptionsLike,
  ): Promise<{ readonly near: TcpFlowLike; readonly far: TcpFlowLike }> {
    const accepted = held(listener.accept());
    const [near, far] = await this.settle(Promise.all([this.client.tcp.connect(to), accepted]));
    return { near, far };
  }

  /** Writes without waiting until nothing is taken any more; how many octets were, or `null` when that had no end. */
  async fill(flow: TcpFlowLike): Promise<number | null> {
    const piece = new Uint8Array(65_536);
    for (let total = 0; total < ENDLESS; ) {
      let took = flow.tryWrite(piece);
      if (took === 0) {
        await this.under.quiet();
        took = flow.tryWrite(piece);
        if (took === 0) return total;
      }
      total += took;
    }
    return null;
  }

  /** What became of a promise: `"resolved"`, or the code (else the name) of its error. */
  outcome(promise: PromiseLike<unknown>): Promise<string> {
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

  /** The next `octets` octets as text. */
  async readText(flow: TcpFlowLike, octets: number): Promise<string> {
    return text(await this.settle(flow.readExactly(octets)));
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

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}

/** Everything until the end of the stream; nothing drives the clock meanwhile. */
export async function collect(flow: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
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

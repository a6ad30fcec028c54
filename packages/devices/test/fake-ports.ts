import type { FramePort } from "../src/index.ts";

type Listener = (message: object) => void;

/** One end of a message channel whose messages arrive when the test says so. Buffers are transferred as a real one does it. */
export class FakePort implements FramePort {
  peer!: FakePort;
  readonly posted: unknown[] = [];
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #inbox: unknown[] = [];
  started = 0;
  alive: boolean | null = null;

  postMessage(message: unknown, transfer: ArrayBuffer[]): void {
    const received = structuredClone(message, { transfer });
    this.posted.push(received);
    this.peer.#inbox.push(received);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#of(type).add(listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#of(type).delete(listener);
  }

  start(): void {
    this.started++;
  }

  ref(): void {
    this.alive = true;
  }

  unref(): void {
    this.alive = false;
  }

  emit(type: string, event: unknown): void {
    for (const listener of this.#of(type)) listener(event as object);
  }

  listeners(type: string): number {
    return this.#of(type).size;
  }

  /** Delivers what has arrived. Returns whether there was anything. */
  turn(): boolean {
    const messages = this.#inbox.splice(0);
    for (const data of messages) this.emit("message", { data });
    return messages.length > 0;
  }

  #of(type: string): Set<Listener> {
    const known = this.#listeners.get(type);
    if (known !== undefined) return known;
    const made = new Set<Listener>();
    this.#listeners.set(type, made);
    return made;
  }
}

export function fakeChannel(): [FakePort, FakePort] {
  const [a, b] = [new FakePort(), new FakePort()];
  a.peer = b;
  b.peer = a;
  return [a, b];
}

/** Node's `Worker`: `on` alone, and listeners are given the message itself. */
export function emitterLike(port: FakePort): FramePort {
  const wrapped = new Map<string, Map<unknown, Listener>>();
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    on: (type, listener) => {
      const own: Listener = (event) =>
        listener(type === "message" ? (event as { data: unknown }).data : event);
      if (!wrapped.has(type)) wrapped.set(type, new Map());
      wrapped.get(type)!.set(listener, own);
      port.addEventListener(type, own);
    },
    removeListener: (type, listener) => port.removeEventListener(type, wrapped.get(type)!.get(listener)!),
  };
}

/**
 * What passes messages between threads: a `MessagePort` of the web or of Node, a `Worker`, a worker's own `parentPort` or global scope.
 * Judged by these members alone. It needs `addEventListener` or `on`.
 */
export interface FramePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  /** Listeners are given an event with the message as `data`. */
  addEventListener?(type: "message" | "close", listener: (event: object) => void): void;
  removeEventListener?(type: "message" | "close", listener: (event: object) => void): void;
  /** Listeners are given the message itself. Used where there is no `addEventListener`, as on Node's `Worker`. */
  on?(type: "message" | "close" | "exit", listener: (message?: unknown) => void): unknown;
  removeListener?(type: "message" | "close" | "exit", listener: (message?: unknown) => void): unknown;
  start?(): void;
  ref?(): void;
  unref?(): void;
}

interface MessageEvent {
  readonly data: unknown;
}

/** What the other side says, in the order it says it. */
export interface PortEvents {
  frames(batch: ArrayBuffer): void;
  /** The other side has delivered this many octets of batches. */
  confirmed(octets: number): void;
  /** The other side closed its device, or the port. */
  gone(): void;
  /** A message that is none of these. */
  unknown(): void;
}

/** The messages of two devices on one port: a buffer is a batch of frames, a number confirms octets, `null` says goodbye. */
export class PortMessages {
  readonly #port: FramePort;
  readonly #events: PortEvents;
  #listening = false;

  /** @throws TypeError when the port lacks a member. */
  constructor(port: FramePort, events: PortEvents) {
    if (typeof port?.postMessage !== "function") throw new TypeError("port has no method postMessage");
    if (typeof port.addEventListener !== "function" && typeof port.on !== "function") {
      throw new TypeError("port has neither addEventListener nor on");
    }
    this.#port = port;
    this.#events = events;
  }

  /** Begins to listen. Does not keep the process alive. */
  listen(): void {
    this.#listening = true;
    const port = this.#port;
    if (typeof port.addEventListener === "function") {
      port.addEventListener("message", this.#onEvent);
      port.addEventListener("close", this.#onGone);
    } else {
      port.on!("message", this.#onMessage);
      port.on!("close", this.#onGone);
      port.on!("exit", this.#onGone);
    }
    port.start?.();
    this.ref(false);
  }

  send(batch: ArrayBuffer): void {
    this.#port.postMessage(batch, [batch]);
  }

  confirm(octets: number): void {
    this.#port.postMessage(octets, []);
  }

  /** Tells the other side that nothing comes any more, and stops listening. */
  goodbye(): void {
    this.#port.postMessage(null, []);
    if (!this.#listening) return;
    const port = this.#port;
    if (typeof port.addEventListener === "function") {
      port.removeEventListener?.("message", this.#onEvent);
      port.removeEventListener?.("close", this.#onGone);
    } else {
      port.removeListener?.("message", this.#onMessage);
      port.removeListener?.("close", this.#onGone);
      port.removeListener?.("exit", this.#onGone);
    }
  }

  /** Whether the port keeps the process alive; nothing where the platform has no such thing. */
  ref(alive: boolean): void {
    if (alive) this.#port.ref?.();
    else this.#port.unref?.();
  }

  readonly #onEvent = (event: object): void => this.#onMessage((event as MessageEvent).data);

  readonly #onMessage = (message: unknown): void => {
    if (message === null) this.#events.gone();
    else if (isBuffer(message)) this.#events.frames(message);
    else if (typeof message === "number" && message > 0) this.#events.confirmed(message);
    else this.#events.unknown();
  };

  readonly #onGone = (): void => this.#events.gone();
}

/** By its tag: the buffer may come from another realm. */
function isBuffer(message: unknown): message is ArrayBuffer {
  return Object.prototype.toString.call(message) === "[object ArrayBuffer]";
}

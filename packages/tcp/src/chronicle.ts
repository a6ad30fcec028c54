import type { Millis } from "@mnet/core";
import type { ControlBlock } from "./control-block.ts";

/** What a connection waits for. */
const Wait = { Nothing: 0, Path: 1, Window: 2, Buffer: 3 } as const;
type Wait = (typeof Wait)[keyof typeof Wait];

/** For how long a connection had work, and how long it was the peer's window or our buffer that kept it from more (as Linux' chronographs). */
export class Chronicle {
  /** Ended so far, by what was waited for. */
  #onPath: Millis = 0;
  #onWindow: Millis = 0;
  #onBuffer: Millis = 0;
  #wait: Wait = Wait.Nothing;
  #since: Millis = 0;

  /** Notes what the connection waits for from now on; called after each segment and each turn. */
  note(block: ControlBlock, now: Millis): void {
    const wait = waitOf(block);
    if (wait === this.#wait) return;
    const spent = now - this.#since;
    if (this.#wait === Wait.Path) this.#onPath += spent;
    else if (this.#wait === Wait.Window) this.#onWindow += spent;
    else if (this.#wait === Wait.Buffer) this.#onBuffer += spent;
    this.#wait = wait;
    this.#since = now;
  }

  /** Time with something unsent or unacknowledged. */
  busy(now: Millis): Millis {
    return this.#onPath + this.#running(Wait.Path, now) + this.windowLimited(now) + this.bufferLimited(now);
  }

  /** Of it, time in which the peer's window was full. */
  windowLimited(now: Millis): Millis {
    return this.#onWindow + this.#running(Wait.Window, now);
  }

  /** Of it, time in which everything written was sent, and the application could not write more. */
  bufferLimited(now: Millis): Millis {
    return this.#onBuffer + this.#running(Wait.Buffer, now);
  }

  #running(wait: Wait, now: Millis): Millis {
    return wait === this.#wait ? now - this.#since : 0;
  }
}

function waitOf(block: ControlBlock): Wait {
  const { inFlight, unsent } = block;
  if (inFlight === 0 && unsent === 0) return Wait.Nothing;
  if (unsent === 0) return block.wantsRoom && inFlight < block.congestion.window ? Wait.Buffer : Wait.Path;
  const full = inFlight + Math.min(unsent, block.sendSegment) > block.sendWindow;
  return full && block.sendWindow <= block.congestion.window ? Wait.Window : Wait.Path;
}

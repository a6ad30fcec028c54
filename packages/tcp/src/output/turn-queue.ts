import type { ControlBlock } from "../control-block.ts";

/** Connections in the order in which they get their turn to send. A list through the control blocks: it allocates nothing. */
export class TurnQueue {
  size = 0;
  #first: ControlBlock | null = null;
  #last: ControlBlock | null = null;

  /** Adds a connection that is in no queue. */
  push(block: ControlBlock): void {
    block.nextTurn = null;
    if (this.#last === null) this.#first = block;
    else this.#last.nextTurn = block;
    this.#last = block;
    this.size++;
  }

  /** Takes the connection whose turn it is, or `null`. */
  shift(): ControlBlock | null {
    const block = this.#first;
    if (block === null) return null;
    this.#first = block.nextTurn;
    if (this.#first === null) this.#last = null;
    block.nextTurn = null;
    this.size--;
    return block;
  }

  /** Puts all of `others` in front, in their order. */
  moveToFront(others: TurnQueue): void {
    if (others.#last === null) return;
    others.#last.nextTurn = this.#first;
    this.#last ??= others.#last;
    this.#first = others.#first;
    this.size += others.size;
    others.clear();
  }

  clear(): void {
    this.#first = null;
    this.#last = null;
    this.size = 0;
  }
}

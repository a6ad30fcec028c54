import type { FrameHandler } from "@mnet/core";
import { MAX_HANDLERS, MIN_ETHER_TYPE } from "./params.ts";

/** Who receives which EtherType: a list so short that searching it is cheaper than hashing. */
export class HandlerTable {
  readonly #types = new Uint16Array(MAX_HANDLERS);
  readonly #handlers: FrameHandler[] = [];

  /** @throws RangeError when `etherType` is none. @throws Error when it has a handler, or {@link MAX_HANDLERS} are registered. */
  add(etherType: number, handler: FrameHandler): void {
    if (!Number.isInteger(etherType) || etherType < MIN_ETHER_TYPE || etherType > 0xffff) {
      throw new RangeError(`etherType must be an integer from 0x0600 to 0xffff, not ${etherType}`);
    }
    if (this.find(etherType) !== null) {
      throw new Error(`EtherType 0x${etherType.toString(16).padStart(4, "0")} has a handler already`);
    }
    if (this.#handlers.length === MAX_HANDLERS) throw new Error(`${MAX_HANDLERS} EtherTypes have handlers`);
    this.#types[this.#handlers.length] = etherType;
    this.#handlers.push(handler);
  }

  /** Whether its handler wants frames from our own MAC address. */
  takesOwnMac(etherType: number): boolean {
    return this.find(etherType)?.inputFromOwnMac !== undefined;
  }

  find(etherType: number): FrameHandler | null {
    for (let at = 0; at < this.#handlers.length; at++) {
      if (this.#types[at] === etherType) return this.#handlers[at]!;
    }
    return null;
  }
}

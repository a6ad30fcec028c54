import { IpAddress, isV4Words, sameWords, type Words } from "@mnet/core";
import type { TcpListener } from "./listener.ts";

/** Listeners by port, then by address: the one bound to the address of a SYN wins over the one bound to none (MUST-43). */
export class ListenerTable {
  /** Stands for no address where one is needed. */
  readonly any: IpAddress = IpAddress.anyV4;
  readonly #byPort = new Map<number, TcpListener[]>();

  add(listener: TcpListener): void {
    const list = this.#byPort.get(listener.local.port);
    if (list === undefined) this.#byPort.set(listener.local.port, [listener]);
    else list.push(listener);
  }

  remove(listener: TcpListener): void {
    const rest = this.#byPort.get(listener.local.port)?.filter((other) => other !== listener) ?? [];
    if (rest.length === 0) this.#byPort.delete(listener.local.port);
    else this.#byPort.set(listener.local.port, rest);
  }

  /** Who takes a SYN to this address and port. */
  find(address: Readonly<Words>, port: number): TcpListener | null {
    const list = this.#byPort.get(port);
    if (list === undefined) return null;
    let wildcard: TcpListener | null = null;
    for (const listener of list) {
      if (listener.address === null) {
        if (listener.family === null || (listener.family === 4) === isV4Words(address)) wildcard = listener;
      } else if (sameWords(listener.address, address)) return listener;
    }
    return wildcard;
  }

  hasPort(port: number): boolean {
    return this.#byPort.has(port);
  }

  /** Whether a listener at `address` (`null`: any) of `family` (`null`: both) would take what another one takes. */
  conflicts(address: IpAddress | null, family: 4 | 6 | null, port: number): boolean {
    return (this.#byPort.get(port) ?? []).some((other) => {
      if (family !== null && other.family !== null && family !== other.family) return false;
      return other.address === null || address === null || sameWords(other.address, address);
    });
  }

  toArray(): TcpListener[] {
    return [...this.#byPort.values()].flat();
  }
}

import { type IpAddress, type IpInfo, NetError, type Random, randomInteger } from "@mnet/core";
import type { Binding } from "./binding.ts";
import { PORT_DRAWS, type UdpParameters } from "./params.ts";

/** What a new binding wants. */
export interface Wanted {
  /** `null` for every address. */
  readonly address: IpAddress | null;
  /** `null` for both families. */
  readonly family: 4 | 6 | null;
  readonly reuse: boolean;
}

const none: readonly Binding[] = [];

/** Bindings by port number. Few share one: one per address, or those that agreed to. */
export class PortTable {
  readonly #byPort = new Map<number, Binding[]>();

  at(port: number): readonly Binding[] {
    return this.#byPort.get(port) ?? none;
  }

  /** All bindings, as a copy. */
  all(): Binding[] {
    return [...this.#byPort.values()].flat();
  }

  add(binding: Binding): void {
    const bindings = this.#byPort.get(binding.port);
    if (bindings === undefined) this.#byPort.set(binding.port, [binding]);
    else bindings.push(binding);
  }

  remove(binding: Binding): void {
    const bindings = this.#byPort.get(binding.port);
    const index = bindings?.indexOf(binding) ?? -1;
    if (bindings === undefined || index < 0) return;
    bindings.splice(index, 1);
    if (bindings.length === 0) this.#byPort.delete(binding.port);
  }

  /** The binding that a unicast datagram fits best, of equals the one bound last; `null` when there is none. */
  find(port: number, info: IpInfo, sourcePort: number): Binding | null {
    const bindings = this.at(port);
    let best: Binding | null = null;
    let bestScore = 0;
    for (let at = bindings.length - 1; at >= 0; at--) {
      const score = bindings[at]!.score(info, sourcePort);
      if (score > bestScore) {
        best = bindings[at]!;
        bestScore = score;
      }
    }
    return best;
  }

  /**
   * Whether `port` may not be bound: another binding of the same family has the same address, or one of the two has every address.
   * Unless both want to share.
   */
  conflicts(port: number, wanted: Wanted): boolean {
    for (const other of this.at(port)) {
      if (wanted.reuse && other.reuse) continue;
      if (wanted.family !== null && other.family !== null && wanted.family !== other.family) continue;
      if (wanted.address === null || other.address === null || wanted.address.equals(other.address))
        return true;
    }
    return false;
  }

  /**
   * A port that nobody has. Random draws (RFC 6056 3.3.2), then a search through the whole range (3.3.1): the remote end, which
   * the hash-based algorithms need, is not known when a port is bound.
   * @throws NetError EADDRINUSE when all are taken.
   */
  choose(wanted: Wanted, random: Random, parameters: UdpParameters): number {
    const { firstEphemeralPort: first, lastEphemeralPort: last } = parameters;
    const alone = { ...wanted, reuse: false };
    let port = first;
    for (let draw = 0; draw < PORT_DRAWS; draw++) {
      port = randomInteger(random, first, last);
      if (!this.conflicts(port, alone)) return port;
    }
    for (let tried = first; tried <= last; tried++) {
      port = port === last ? first : port + 1;
      if (!this.conflicts(port, alone)) return port;
    }
    throw new NetError("EADDRINUSE", { syscall: "bind", reason: "every ephemeral port is taken" });
  }
}

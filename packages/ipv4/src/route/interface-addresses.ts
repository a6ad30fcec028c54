import type { IpAddress, IpPrefix } from "@mnet/core";

/** The addresses of the link's interface, each with its prefix. The first is the preferred source. */
export class InterfaceAddresses {
  readonly #prefixes: IpPrefix[] = [];
  readonly #own = new Set<number>();
  readonly #broadcasts = new Set<number>();

  /** @throws RangeError when a host cannot have this address, or has it. */
  add(prefix: IpPrefix): void {
    checkHostAddress(prefix);
    if (this.#own.has(prefix.address.w3)) throw new RangeError(`address ${prefix.address} is there already`);
    this.#prefixes.push(prefix);
    this.#index();
  }

  /** @returns what was removed. @throws RangeError when the address is not ours. */
  remove(address: IpAddress): IpPrefix {
    const at = this.#prefixes.findIndex((prefix) => prefix.address.equals(address));
    if (at < 0) throw new RangeError(`address ${address} is not one of this interface`);
    const [removed] = this.#prefixes.splice(at, 1);
    this.#index();
    return removed!;
  }

  /** A copy. */
  list(): readonly IpPrefix[] {
    return [...this.#prefixes];
  }

  /** @param bits the address as int32. */
  isOwn(bits: number): boolean {
    return this.#own.has(bits);
  }

  /** Whether `bits` is the directed broadcast address of one of our prefixes. */
  isBroadcast(bits: number): boolean {
    return this.#broadcasts.has(bits);
  }

  get first(): IpAddress | null {
    return this.#prefixes[0]?.address ?? null;
  }

  /** The address to use towards a neighbour: that of the longest prefix with the neighbour in it, else the first. */
  sourceFor(neighbour: IpAddress): IpAddress | null {
    let best: IpPrefix | null = null;
    for (const prefix of this.#prefixes) {
      if (prefix.contains(neighbour) && (best === null || prefix.length > best.length)) best = prefix;
    }
    return best?.address ?? this.first;
  }

  #index(): void {
    this.#own.clear();
    this.#broadcasts.clear();
    for (const prefix of this.#prefixes) {
      this.#own.add(prefix.address.w3);
      if (prefix.broadcast !== null) this.#broadcasts.add(prefix.broadcast.w3);
    }
  }
}

/** RFC 1122 3.2.1.3: what may not be the address of a host. */
function checkHostAddress(prefix: IpPrefix): void {
  const { address } = prefix;
  if (prefix.family !== 4) throw new RangeError(`address ${prefix} is not IPv4`);
  if (address.w3 >>> 24 === 0 || address.isLoopback || address.isMulticast || address.isLimitedBroadcast) {
    throw new RangeError(`address ${prefix} cannot be a host's`);
  }
  if (prefix.length === 0)
    throw new RangeError(`address ${prefix} has an empty prefix; add a default route instead`);
  if (prefix.broadcast === null) return;
  if (prefix.broadcast.equals(address))
    throw new RangeError(`address ${prefix} is the broadcast address of its prefix`);
  if (prefix.network.equals(address))
    throw new RangeError(`address ${prefix} is the network address of its prefix`);
}

import {
  type AddressResolver,
  EtherType,
  IpAddress,
  type LinkLayer,
  type MacAddress,
  type Millis,
  type Packet,
  Verdict,
  type VerdictCounters,
} from "@mnet/core";
import type { NeighborCache, UnreachableSink } from "./cache.ts";
import { type Neighbor, NeighborState } from "./neighbor.ts";
import { type NeighborTableEntry, tableEntry } from "./table-entry.ts";
import { NeighborEvent } from "./transitions.ts";

/** What the resolver has to know of our addresses. */
export interface NeighborResolverOwner {
  /** Whether the address is one of ours, tentative ones included. */
  isOwn(address: IpAddress): boolean;
  /** A packet is sent to a neighbour that was `watched`. */
  watchedUsed(now: Millis): void;
}

/** Where the source address is in an IPv6 header, in octets (RFC 8200 3). */
const SOURCE_ADDRESS = 8;

/** Address resolution and neighbour unreachability detection for IPv6 (RFC 4861 7.2, 7.3): the cache as senders see it. */
export class NeighborResolver implements AddressResolver {
  /** IP packets that had to wait: `Queued` once each, then what became of them. */
  readonly held: VerdictCounters;
  readonly #link: LinkLayer;
  readonly #cache: NeighborCache;
  readonly #owner: NeighborResolverOwner;

  constructor(link: LinkLayer, cache: NeighborCache, owner: NeighborResolverOwner) {
    this.#link = link;
    this.#cache = cache;
    this.#owner = owner;
    this.held = cache.hold.counters;
  }

  /**
   * Sends an IPv6 packet to a neighbour, or keeps a copy while its link-layer address is unknown. `BadLocalAddress`: no address of ours can
   * ask. `BadDestination`: no neighbour can have that address. `NeighborFailed`: a resolution lately gave its place to another one.
   * `NoBuffers`: too much waits already. Else the link's verdict.
   */
  sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict {
    const neighbor = this.#cache.table.use(nextHop);
    if (neighbor === null) return this.#begin(nextHop, packet, now);
    if (neighbor.mac !== null) {
      if (neighbor.state === NeighborState.Stale) this.#cache.apply(neighbor, NeighborEvent.Send, now);
      if (neighbor.watched) this.#watched(neighbor, now);
      return this.#link.send(packet, neighbor.mac, EtherType.Ipv6);
    }
    if (neighbor.state === NeighborState.Displaced) return Verdict.NeighborFailed;
    // A lone probe becomes a resolution, with its three tries.
    if (neighbor.heldCount === 0) neighbor.tries = Math.min(neighbor.tries, 1);
    return this.#cache.hold.add(neighbor, packet);
  }

  #watched(neighbor: Neighbor, now: Millis): void {
    neighbor.watched = false;
    this.#owner.watchedUsed(now);
  }

  #begin(nextHop: IpAddress, packet: Packet, now: Millis): Verdict {
    if (!canBeNeighbor(nextHop) || this.#owner.isOwn(nextHop)) return Verdict.BadDestination;
    return this.#cache.begin(nextHop, packet, sourceOf(packet), now);
  }

  confirm(nextHop: IpAddress, now: Millis): void {
    const neighbor = this.#cache.table.find(nextHop);
    if (neighbor !== null && !neighbor.fixed) this.#cache.apply(neighbor, NeighborEvent.Confirm, now);
  }

  doubt(nextHop: IpAddress, now: Millis): void {
    const neighbor = this.#cache.table.find(nextHop);
    if (neighbor !== null && !neighbor.fixed) this.#cache.apply(neighbor, NeighborEvent.Doubt, now);
  }

  onUnreachable(sink: UnreachableSink): void {
    this.#cache.onUnreachable = sink;
  }

  /**
   * Fixes a neighbour's address: nothing from the wire changes it, it never expires. Packets waiting for it are sent.
   * @throws RangeError when no neighbour can have these addresses. @throws NetError ENOBUFS beyond `neighborCapacity` static entries.
   */
  addStatic(address: IpAddress, mac: MacAddress): void {
    if (!canBeNeighbor(address))
      throw new RangeError(`address must be a unicast IPv6 address, not ${address}`);
    if (this.#owner.isOwn(address)) throw new RangeError(`address ${address} is our own`);
    if (mac.isMulticast || mac.isZero) throw new RangeError(`mac must be a station's address, not ${mac}`);
    const neighbor = this.#cache.table.fix(address);
    // A state that nothing leads out of: events are not applied to what is fixed.
    neighbor.state = NeighborState.Reachable;
    neighbor.mac = mac;
    this.#cache.release(neighbor);
  }

  /** Forgets a neighbour, static or not. Packets waiting for it are dropped. */
  remove(address: IpAddress): void {
    const neighbor = this.#cache.table.find(address);
    if (neighbor !== null) this.#cache.table.delete(neighbor);
  }

  /** Forgets all neighbours but the static ones. */
  flush(): void {
    for (const neighbor of this.#cache.table.values()) {
      if (!neighbor.fixed) this.#cache.table.delete(neighbor);
    }
  }

  /** A snapshot of all neighbours. */
  table(): readonly NeighborTableEntry[] {
    return Array.from(this.#cache.table.values(), tableEntry);
  }

  /** Sizes of the tables: neighbours, those of them being resolved, and octets of the packets that wait for these. */
  statistics(): Record<string, number> {
    const { table, hold } = this.#cache;
    return { neighbors: table.size, resolving: table.pending, heldOctets: hold.octets };
  }

  nextDeadline(): Millis {
    return this.#cache.table.next();
  }

  onDeadline(now: Millis): void {
    this.#cache.onDeadline(now);
  }
}

/** The packet's own source, which is the one to ask from if it is assigned (RFC 4861 7.2.2). */
function sourceOf({ view, start, end }: Packet): IpAddress | null {
  const at = start + SOURCE_ADDRESS;
  if (end - at < 16) return null;
  return new IpAddress(
    6,
    view.getInt32(at),
    view.getInt32(at + 4),
    view.getInt32(at + 8),
    view.getInt32(at + 12),
  );
}

/** Whether an address can be one host's on a link. */
export function canBeNeighbor(address: IpAddress): boolean {
  return address.family === 6 && !address.isMulticast && !address.isUnspecified && !address.isLoopback;
}

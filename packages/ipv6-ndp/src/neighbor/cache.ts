import {
  EtherType,
  IpAddress,
  type LinkLayer,
  lend,
  MacAddress,
  type Millis,
  NeighborTable,
  type Packet,
  PacketHold,
  type Random,
  reclaim,
  Verdict,
  type Words,
} from "@mnet/core";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";
import type { LinkParameters } from "../router/link-parameters.ts";
import { Neighbor, NeighborState } from "./neighbor.ts";
import { hasAction, NeighborAction, NeighborEvent, nextState, transition } from "./transitions.ts";
import type { NdTransmitter } from "./transmitter.ts";

export type UnreachableSink = (nextHop: IpAddress, queued: Packet, now: Millis) => void;

/** What the cache asks of, and tells, the rest of Neighbor Discovery. */
export interface NeighborCacheOwner {
  /** The address to solicit `target` from: `preferred` if it can be, else any that is assigned; `null` without one. */
  sourceFor(target: IpAddress, preferred: IpAddress | null): IpAddress | null;
  /** Whether a neighbour is one of the routers, which are remembered however long they are not used. */
  isRouter(address: IpAddress): boolean;
  /** A neighbour has become reachable, probably at least (RFC 4861 6.3.6), or is so no longer. */
  reachabilityChanged(address: IpAddress, reachable: boolean, now: Millis): void;
  /** A neighbour that was a router says it is none (RFC 4861 7.2.5). */
  noLongerRouter(address: IpAddress, now: Millis): void;
}

/** The neighbour cache (RFC 4861 5.1, 7.2, 7.3): runs the transition table and its timers. */
export class NeighborCache {
  readonly table: NeighborTable<Neighbor>;
  readonly hold: PacketHold;
  onUnreachable: UnreachableSink | null = null;
  readonly #link: LinkLayer;
  readonly #transmitter: NdTransmitter;
  readonly #owner: NeighborCacheOwner;
  readonly #parameters: NeighborDiscoveryParameters;
  readonly #linkParameters: LinkParameters;

  constructor(
    link: LinkLayer,
    random: Random,
    transmitter: NdTransmitter,
    parameters: NeighborDiscoveryParameters,
    linkParameters: LinkParameters,
    owner: NeighborCacheOwner,
  ) {
    this.#link = link;
    this.#transmitter = transmitter;
    this.#owner = owner;
    this.#parameters = parameters;
    this.#linkParameters = linkParameters;
    this.hold = new PacketHold(link, parameters);
    this.table = new NeighborTable(
      { capacity: parameters.neighborCapacity, pendingCapacity: parameters.neighborPendingCapacity },
      random,
      (address) => new Neighbor(address),
      (neighbor) => this.hold.discard(neighbor, Verdict.Closed),
    );
  }

  /** Whether packets to it would be sent at once: any state with a link-layer address (RFC 4861 6.3.6, "probably reachable"). */
  isReachable(address: Readonly<Words>): boolean {
    const neighbor = this.table.find(address);
    return neighbor !== null && neighbor.mac !== null;
  }

  /**
   * Begins to look for a neighbour that the first packet wants to go to (RFC 4861 7.2.2).
   * @param from the packet's source, if it is worth asking from.
   */
  begin(address: IpAddress, packet: Packet, from: IpAddress | null, now: Millis): Verdict {
    const source = this.#owner.sourceFor(address, from);
    if (source === null) return Verdict.BadLocalAddress;
    const neighbor = this.#create(address, now);
    neighbor.askFrom = source;
    // Copied before anything else is sent: the packet may be the scratch that solicitations are built in.
    const verdict = this.hold.add(neighbor, packet);
    this.apply(neighbor, NeighborEvent.Send, now);
    return verdict;
  }

  /** Asks once whether an unknown neighbour is there, without a packet for it (RFC 4191 3.5). */
  probe(address: IpAddress, now: Millis): void {
    if (this.table.find(address) !== null || this.#owner.sourceFor(address, null) === null) return;
    const neighbor = this.#create(address, now);
    neighbor.tries = this.#parameters.multicastSolicits - 1;
    this.apply(neighbor, NeighborEvent.Send, now);
  }

  /** Asks for word of the next packet that is sent to a neighbour. */
  watch(address: IpAddress): void {
    const neighbor = this.table.find(address);
    if (neighbor !== null) neighbor.watched = true;
  }

  /** Takes no neighbour for lately confirmed any more: the link has been away. */
  age(now: Millis): void {
    for (const neighbor of this.table.values()) {
      if (!neighbor.fixed && neighbor.state === NeighborState.Reachable)
        this.apply(neighbor, NeighborEvent.TimeoutLast, now);
    }
  }

  /** What a message other than an advertisement tells of its sender: creates or updates (RFC 4861 7.2.3, 6.3.4, 8.3). */
  heard(address: Readonly<Words>, high: number, low: number, now: Millis): Neighbor {
    const known = this.table.find(address);
    const neighbor = known ?? this.table.add(IpAddress.fromWords(address));
    if (neighbor.fixed) return neighbor;
    const same = neighbor.mac?.high === high && neighbor.mac.low === low;
    this.apply(neighbor, same ? NeighborEvent.HeardSame : NeighborEvent.HeardOther, now, high, low);
    return neighbor;
  }

  /** One cell of the table: changes the state, then acts. `high`, `low` and `isRouter` are those of the message, if there is one. */
  apply(neighbor: Neighbor, event: NeighborEvent, now: Millis, high = 0, low = 0, isRouter = false): void {
    const cell = transition(neighbor.state, event);
    if (cell < 0) return;
    const next = nextState(cell);
    if (hasAction(cell, NeighborAction.Discard)) {
      this.#discard(neighbor, now);
      return;
    }
    const was = neighbor.mac !== null;
    const before = neighbor.state;
    if (hasAction(cell, NeighborAction.Record)) this.#record(neighbor, high, low);
    neighbor.state = next;
    this.#arm(neighbor, before, cell, now);
    if (hasAction(cell, NeighborAction.Router)) this.#routerFlag(neighbor, isRouter, now);
    if (hasAction(cell, NeighborAction.Flush)) this.release(neighbor);
    if (!was && neighbor.mac !== null) this.#owner.reachabilityChanged(neighbor.address, true, now);
  }

  /** Sends what waited for the address, in order. */
  release(neighbor: Neighbor): void {
    for (let held = this.hold.take(neighbor); held !== null; held = this.hold.take(neighbor)) {
      this.hold.release(held, this.#link.send(held.packet, neighbor.mac!, EtherType.Ipv6));
    }
  }

  onDeadline(now: Millis): void {
    for (let due = this.table.popDue(now); due !== null; due = this.table.popDue(now))
      this.#timeout(due, now);
  }

  #timeout(neighbor: Neighbor, now: Millis): void {
    const { state, tries } = neighbor;
    const { multicastSolicits, unicastSolicits, staleTime } = this.#parameters;
    if (state === NeighborState.Stale && this.#owner.isRouter(neighbor.address)) {
      this.table.arm(neighbor, now + staleTime, false);
      return;
    }
    const limit = state === NeighborState.Incomplete ? multicastSolicits : unicastSolicits;
    this.apply(neighbor, tries < limit ? NeighborEvent.TimeoutRetry : NeighborEvent.TimeoutLast, now);
  }

  #create(address: IpAddress, now: Millis): Neighbor {
    const overdue = this.table.overdue();
    if (overdue !== null) this.#displace(overdue, now);
    return this.table.add(address);
  }

  #record(neighbor: Neighbor, high: number, low: number): void {
    const { mac } = neighbor;
    // Somebody was looking for it: it is one that packets are sent to.
    if (neighbor.state === NeighborState.Incomplete) neighbor.used = true;
    if (mac === null || mac.high !== high || mac.low !== low) neighbor.mac = new MacAddress(high, low);
  }

  /** Arms the timer of a state that is entered or begins anew, and sends the solicitation that goes with it. */
  #arm(neighbor: Neighbor, before: NeighborState, cell: number, now: Millis): void {
    const { state } = neighbor;
    const solicit = hasAction(cell, NeighborAction.Multicast) || hasAction(cell, NeighborAction.Unicast);
    const anew =
      state !== before || hasAction(cell, NeighborAction.Confirm) || hasAction(cell, NeighborAction.Record);
    if (solicit) this.#solicit(neighbor, before, now);
    else if (anew) this.table.arm(neighbor, now + this.#duration(state, now), false);
  }

  /** How long a state lasts that sends nothing. */
  #duration(state: NeighborState, now: Millis): Millis {
    if (state === NeighborState.Reachable) return this.#linkParameters.reachableTime(now);
    return state === NeighborState.Delay ? this.#parameters.delayFirstProbeTime : this.#parameters.staleTime;
  }

  /** One solicitation, at most one in each retransmission interval (RFC 4861 7.2.2); a try also when the link does not take it. */
  #solicit(neighbor: Neighbor, before: NeighborState, now: Millis): void {
    const { retransTimer } = this.#linkParameters;
    const pending = neighbor.state === NeighborState.Incomplete;
    if (neighbor.state === NeighborState.Probe && before !== NeighborState.Probe) {
      neighbor.tries = 0;
      const at = neighbor.requestedAt + retransTimer;
      if (at > now) {
        this.table.arm(neighbor, at, false);
        return;
      }
    }
    neighbor.tries += 1;
    neighbor.requestedAt = now;
    this.table.arm(neighbor, now + retransTimer, pending);
    const { address, askFrom, mac } = neighbor;
    const source = this.#owner.sourceFor(address, askFrom);
    if (source !== null) this.#transmitter.solicit(source, address, pending ? null : mac, now);
  }

  /** RFC 4861 7.2.5: the flag; only one that falls matters to anybody. An entry may be newer than what is remembered of the router. */
  #routerFlag(neighbor: Neighbor, isRouter: boolean, now: Millis): void {
    const { address, isRouter: was } = neighbor;
    neighbor.isRouter = isRouter;
    if (!isRouter && (was || this.#owner.isRouter(address))) this.#owner.noLongerRouter(address, now);
  }

  /** The entry is gone before anybody hears of it, so that a packet sent by a sink begins afresh. */
  #discard(neighbor: Neighbor, now: Millis): void {
    const { address, state } = neighbor;
    const waiting = this.hold.detach(neighbor);
    this.table.delete(neighbor);
    if (state !== NeighborState.Displaced) this.#owner.reachabilityChanged(address, false, now);
    for (let held = this.hold.take(waiting); held !== null; held = this.hold.take(waiting)) {
      if (this.onUnreachable !== null) {
        const lent = lend(held.packet);
        this.onUnreachable(address, lent, now);
        reclaim(lent, held.packet, "up");
      }
      this.hold.release(held, Verdict.NeighborFailed);
    }
  }

  #displace(neighbor: Neighbor, now: Millis): void {
    this.hold.discard(neighbor, Verdict.QueueFull);
    neighbor.state = NeighborState.Displaced;
    this.table.arm(neighbor, Math.max(now, neighbor.requestedAt + this.#linkParameters.retransTimer), false);
  }
}

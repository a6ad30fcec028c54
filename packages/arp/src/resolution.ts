import {
  EtherType,
  type IpAddress,
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
} from "@mnet/core";
import type { AddressClaims } from "./claims.ts";
import { Neighbor, NeighborState } from "./neighbor.ts";
import type { ArpParameters } from "./params.ts";
import type { ArpTransmitter } from "./transmitter.ts";

export type UnreachableSink = (nextHop: IpAddress, queued: Packet, now: Millis) => void;

/** Finds neighbours and keeps them true: requests, unicast polls, expiry (RFC 826, RFC 1122 2.3.2). */
export class Resolution {
  readonly table: NeighborTable<Neighbor>;
  readonly hold: PacketHold;
  onUnreachable: UnreachableSink | null = null;
  readonly #link: LinkLayer;
  readonly #transmitter: ArpTransmitter;
  readonly #claims: AddressClaims;
  readonly #parameters: ArpParameters;

  constructor(
    link: LinkLayer,
    transmitter: ArpTransmitter,
    claims: AddressClaims,
    parameters: ArpParameters,
    random: Random,
  ) {
    this.#link = link;
    this.#transmitter = transmitter;
    this.#claims = claims;
    this.#parameters = parameters;
    this.hold = new PacketHold(link, parameters);
    this.table = new NeighborTable(
      parameters,
      random,
      (address) => new Neighbor(address),
      (neighbor) => this.hold.discard(neighbor, Verdict.Closed),
    );
  }

  /** Begins to look for a neighbour that the first packet wants to go to. */
  begin(address: IpAddress, packet: Packet, now: Millis): Verdict {
    if (this.#claims.sourceFor(address.w3) === 0) return Verdict.BadLocalAddress;
    const overdue = this.table.overdue();
    if (overdue !== null) this.#giveUp(overdue, now);
    const neighbor = this.table.add(address);
    const verdict = this.hold.add(neighbor, packet);
    this.#solicit(neighbor, now);
    return verdict;
  }

  /** Begins to ask the neighbour itself whether its address still holds; it is used meanwhile. No sooner than the rate limit lets. */
  poll(neighbor: Neighbor, now: Millis): void {
    neighbor.tries = 0;
    const at = neighbor.requestedAt + this.#parameters.requestInterval;
    this.#become(neighbor, NeighborState.Probing, Math.max(now, at));
    if (at <= now) this.#ask(neighbor, now);
  }

  /** The neighbour's address is right as of now. */
  confirm(neighbor: Neighbor, now: Millis): void {
    this.#become(neighbor, NeighborState.Reachable, now + this.#parameters.reachableTime);
  }

  /**
   * The merge step of RFC 826 for an entry that exists. An answer, a repetition of what is known, or a request to us makes it
   * `Reachable`. Something new that we did not ask for is believed, as RFC 826 wants, but polled on the next use.
   * @param answer a reply to us.
   * @param addressed a request or reply to us.
   */
  learn(
    neighbor: Neighbor,
    high: number,
    low: number,
    answer: boolean,
    addressed: boolean,
    now: Millis,
  ): Verdict {
    const { mac, state } = neighbor;
    if (state === NeighborState.Static) return Verdict.Ignored;
    const known = mac !== null && mac.high === high && mac.low === low;
    const asked = state === NeighborState.Incomplete || state === NeighborState.Probing;
    if (!known) neighbor.mac = new MacAddress(high, low);
    if (state === NeighborState.Incomplete) neighbor.used = true;
    if (known || (answer && asked) || (addressed && mac === null)) this.confirm(neighbor, now);
    else this.#expire(neighbor, now);
    this.release(neighbor);
    return Verdict.Handled;
  }

  /** Fixes an address by hand. @throws NetError ENOBUFS when there are as many as there may be. */
  fix(address: IpAddress, mac: MacAddress): void {
    const neighbor = this.table.fix(address);
    neighbor.state = NeighborState.Static;
    neighbor.mac = mac;
    this.release(neighbor);
  }

  /** Sends what waited for the address, in order. */
  release(neighbor: Neighbor): void {
    for (let held = this.hold.take(neighbor); held !== null; held = this.hold.take(neighbor)) {
      this.hold.release(held, this.#link.send(held.packet, neighbor.mac!, EtherType.Ipv4));
    }
  }

  onDeadline(now: Millis): void {
    for (let due = this.table.popDue(now); due !== null; due = this.table.popDue(now)) this.#step(due, now);
  }

  #step(neighbor: Neighbor, now: Millis): void {
    switch (neighbor.state) {
      case NeighborState.Incomplete:
        if (neighbor.tries < this.#parameters.requestTries) this.#solicit(neighbor, now);
        else this.#fail(neighbor, now);
        break;
      case NeighborState.Probing:
        if (neighbor.tries < this.#parameters.pollTries) this.#ask(neighbor, now);
        else this.table.delete(neighbor);
        break;
      case NeighborState.Reachable:
        this.#expire(neighbor, now);
        break;
      default:
        this.table.delete(neighbor);
    }
  }

  #become(neighbor: Neighbor, state: NeighborState, deadline: Millis): void {
    neighbor.state = state;
    this.table.arm(neighbor, deadline, state === NeighborState.Incomplete);
  }

  #solicit(neighbor: Neighbor, now: Millis): void {
    this.#request(neighbor, MacAddress.broadcast, now);
    this.#become(neighbor, NeighborState.Incomplete, now + this.#parameters.requestInterval);
  }

  #ask(neighbor: Neighbor, now: Millis): void {
    this.#request(neighbor, neighbor.mac!, now);
    this.#become(neighbor, NeighborState.Probing, now + this.#parameters.requestInterval);
  }

  /** One try, whether the device takes it or not; none is sent while no address of ours is usable. */
  #request(neighbor: Neighbor, to: MacAddress, now: Millis): void {
    const target = neighbor.address.w3;
    const source = this.#claims.sourceFor(target);
    neighbor.tries += 1;
    neighbor.requestedAt = now;
    if (source !== 0) this.#transmitter.request(source, target, to);
  }

  #expire(neighbor: Neighbor, now: Millis): void {
    this.#become(neighbor, NeighborState.Stale, now + this.#parameters.staleTime);
  }

  /** Nobody answered: reports each waiting packet once. The state comes first, so that a packet sent by the sink finds it. */
  #fail(neighbor: Neighbor, now: Millis): void {
    this.#become(neighbor, NeighborState.Failed, now + this.#parameters.failedTime);
    for (let held = this.hold.take(neighbor); held !== null; held = this.hold.take(neighbor)) {
      if (this.onUnreachable !== null) {
        const lent = lend(held.packet);
        this.onUnreachable(neighbor.address, lent, now);
        reclaim(lent, held.packet, "up");
      }
      this.hold.release(held, Verdict.NeighborFailed);
    }
  }

  /** Makes room for another resolution: silently, and remembered until the rate limit would let us ask again. */
  #giveUp(neighbor: Neighbor, now: Millis): void {
    this.hold.discard(neighbor, Verdict.QueueFull);
    const at = neighbor.requestedAt + this.#parameters.requestInterval;
    this.#become(neighbor, NeighborState.Failed, Math.max(now, at));
  }
}

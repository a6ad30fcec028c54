import type { AddressChange, IpAddress, Millis, Words } from "@mnet/core";
import type { AddressState, GroupJoins, OwnAddresses } from "../contracts.ts";
import type { OwnAddress } from "./own-address.ts";

/** The addresses of the interface with their states and lifetimes (RFC 4862 5.5.4). */
export class AddressTable implements OwnAddresses {
  readonly #groups: GroupJoins;
  readonly #entries: OwnAddress[] = [];
  readonly #sinks: ((change: AddressChange) => void)[] = [];
  /** Told whenever the usable addresses or their states change. */
  onChange: () => void = () => {};
  #usable: readonly OwnAddress[] | null = null;
  #next: Millis = Number.POSITIVE_INFINITY;
  #last: OwnAddress | null = null;

  constructor(groups: GroupJoins) {
    this.#groups = groups;
  }

  /** Who is told that an address can be used, can be used no longer, or was taken by somebody else. */
  onAddressChange(sink: (change: AddressChange) => void): void {
    this.#sinks.push(sink);
  }

  /** All addresses, duplicates included, in the order of being added. */
  list(): readonly OwnAddress[] {
    return this.#entries;
  }

  find(address: Readonly<Words>): OwnAddress | null {
    const last = this.#last;
    if (last?.address.equals(address)) return last;
    for (const own of this.#entries) {
      if (!own.address.equals(address)) continue;
      this.#last = own;
      return own;
    }
    return null;
  }

  stateOf(address: Readonly<Words>): AddressState | null {
    return this.find(address)?.state ?? null;
  }

  /** Whether it is an address of ours, or will be if nobody else has it. */
  isOwn(address: Readonly<Words>): boolean {
    const state = this.stateOf(address);
    return state !== null && state !== "duplicate";
  }

  usable(): readonly OwnAddress[] {
    this.#usable ??= this.#entries.filter((own) => own.usable);
    return this.#usable;
  }

  /** The first usable link-local address, or `null`. */
  get linkLocal(): IpAddress | null {
    return this.usable().find((own) => own.address.isLinkLocal)?.address ?? null;
  }

  /** How many addresses satisfy `test`. */
  count(test: (own: OwnAddress) => boolean): number {
    return this.#entries.reduce((count, own) => count + (test(own) ? 1 : 0), 0);
  }

  /**
   * The address to solicit a neighbour from (RFC 4861 7.2.2): `preferred` if it is assigned, else of the neighbour's scope and prefix if
   * there is one, else any; `null` without one.
   */
  sourceFor(target: IpAddress, preferred: IpAddress | null): IpAddress | null {
    if (preferred !== null && this.find(preferred)?.usable) return preferred;
    const { linkLocal } = this;
    if (target.isLinkLocal && linkLocal !== null) return linkLocal;
    const near = this.usable().find((own) => own.prefix.contains(target));
    return near?.address ?? linkLocal ?? this.usable()[0]?.address ?? null;
  }

  /**
   * Adds a tentative address. What comes to its solicited-node group is heard from now on; the group is joined, which is reported, before
   * the first probe or the assignment (RFC 4862 5.4.2).
   */
  add(own: OwnAddress): void {
    this.#entries.push(own);
    this.#groups.hear(own.address.solicitedNodeGroup);
    this.rearm();
  }

  /** Joins the solicited-node group of an address, once. */
  join(own: OwnAddress, now: Millis): void {
    if (own.joined) return;
    own.joined = true;
    this.#groups.join(own.address.solicitedNodeGroup, now);
  }

  #leave(own: OwnAddress, now: Millis): void {
    const group = own.address.solicitedNodeGroup;
    if (own.joined) this.#groups.leave(group, now);
    own.joined = false;
    this.#groups.unhear(group);
  }

  /** Removes an address, whatever its state. */
  remove(own: OwnAddress, now: Millis): void {
    const at = this.#entries.indexOf(own);
    if (at < 0) return;
    this.#entries.splice(at, 1);
    if (this.#last === own) this.#last = null;
    if (own.state !== "duplicate") this.#leave(own, now);
    this.rearm();
    if (own.usable) this.#changed({ kind: "removed", prefix: own.prefix });
  }

  /** A tentative address is ours. */
  assign(own: OwnAddress, now: Millis): void {
    this.join(own, now);
    own.state = own.preferredUntil > now ? "preferred" : "deprecated";
    own.detectAt = Number.POSITIVE_INFINITY;
    this.rearm();
    this.#changed({ kind: "added", prefix: own.prefix });
  }

  /** A tentative address is somebody else's. */
  refuse(own: OwnAddress, now: Millis): void {
    own.state = "duplicate";
    own.detectAt = Number.POSITIVE_INFINITY;
    this.#leave(own, now);
    this.rearm();
    this.#changed({ kind: "conflict", prefix: own.prefix });
  }

  /** A duplicate address is to be tried again. */
  retry(own: OwnAddress): void {
    own.state = "tentative";
    this.#groups.hear(own.address.solicitedNodeGroup);
  }

  /** Takes new lifetimes, which may bring a deprecated address back. */
  setLifetimes(own: OwnAddress, preferredUntil: Millis, validUntil: Millis, now: Millis): void {
    own.preferredUntil = Math.min(preferredUntil, own.limits.preferredUntil);
    own.validUntil = Math.min(validUntil, own.limits.validUntil);
    this.#age(own, now);
    this.rearm();
  }

  /** The deadline of an address has changed. */
  rearm(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const own of this.#entries) next = Math.min(next, own.deadline);
    this.#next = next;
  }

  /** The earliest deadline of any address, its detection and its regeneration included. */
  nextDeadline(): Millis {
    return this.#next;
  }

  /** Deprecates and removes what is due. */
  expire(now: Millis): void {
    for (const own of [...this.#entries]) {
      if (own.validUntil <= now) this.remove(own, now);
      else this.#age(own, now);
    }
    this.rearm();
  }

  #age(own: OwnAddress, now: Millis): void {
    if (!own.usable) return;
    const state = own.preferredUntil > now ? "preferred" : "deprecated";
    if (state === own.state) return;
    own.state = state;
    this.#usable = null;
    this.onChange();
  }

  #changed(change: AddressChange): void {
    this.#usable = null;
    this.onChange();
    for (const sink of this.#sinks) sink(change);
  }
}

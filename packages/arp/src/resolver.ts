import {
  type AddressResolver,
  AddressWords,
  EtherType,
  type FrameHandler,
  type FrameInfo,
  IpAddress,
  type IpPrefix,
  type LinkLayer,
  MacAddress,
  type Millis,
  type Packet,
  type Random,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import { AddressClaims, type ConflictSink, type UsableSink } from "./claims.ts";
import { ArpMessage, ArpOperation } from "./message.ts";
import { NeighborState } from "./neighbor.ts";
import { type ArpParameters, arpParameters } from "./params.ts";
import { Resolution, type UnreachableSink } from "./resolution.ts";
import { type ArpTableEntry, tableEntry } from "./table-entry.ts";
import { ArpTransmitter } from "./transmitter.ts";
import { canBeNeighbor, checkSender } from "./validate.ts";

export interface ArpOptions {
  /** The link below; the resolver registers itself for EtherType 0x0806. Its `mac` must not be `null`. */
  readonly link: LinkLayer;
  /** For the delays of RFC 5227 probing, and the hash of the table. */
  readonly random: Random;
  readonly parameters?: Partial<ArpParameters>;
}

/**
 * Address resolution for IPv4 over Ethernet (RFC 826, RFC 1122 2.3.2), with conflict detection for our own addresses (RFC 5227).
 *
 * Learns by the merge rule of RFC 826: any valid packet of a neighbour updates its entry, but only a request to us makes one, never a
 * reply that we did not ask for.
 */
export class ArpResolver implements AddressResolver, FrameHandler {
  /** Received ARP packets, by what became of them. */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** ARP packets of ours, by what the link made of them. */
  readonly sent: VerdictCounters;
  /** IP packets that had to wait: `Queued` once each, then what became of them. */
  readonly held: VerdictCounters;
  readonly #link: LinkLayer;
  readonly #mac: MacAddress;
  readonly #transmitter: ArpTransmitter;
  readonly #claims: AddressClaims;
  readonly #resolution: Resolution;
  readonly #message = new ArpMessage();
  readonly #sender = new AddressWords();

  /**
   * @throws TypeError when the link has no MAC address. @throws RangeError naming a parameter that cannot be. @throws Error when ARP
   * has a handler on this link already.
   */
  constructor(options: ArpOptions) {
    const { link, random } = options;
    if (link.mac === null) throw new TypeError("link needs a MAC address: there is no ARP on a link without");
    const parameters = arpParameters(options.parameters);
    this.#link = link;
    this.#mac = link.mac;
    this.#transmitter = new ArpTransmitter(link, link.mac);
    this.#claims = new AddressClaims(this.#transmitter, random, parameters);
    this.#resolution = new Resolution(link, this.#transmitter, this.#claims, parameters, random);
    this.sent = this.#transmitter.sent;
    this.held = this.#resolution.hold.counters;
    link.handle(EtherType.Arp, this);
  }

  /**
   * Takes an address of ours; neighbours stay. `announce`: usable at once, announced twice (RFC 5227 2.3). `probe`: probed first (2.1),
   * usable and announced when {@link ArpResolver.onUsable} says so, gone when {@link ArpResolver.onConflict} does. An address that is
   * there already begins anew.
   * @throws RangeError when it is not an IPv4 host's address, or there are too many.
   */
  addAddress(prefix: IpPrefix, now: Millis, how: "announce" | "probe" = "announce"): void {
    const { address } = prefix;
    checkNeighbor(address, "prefix");
    // Nobody else has our address: what was cached for it is wrong.
    this.remove(address);
    this.#claims.add(prefix, now, how);
  }

  /** Gives an address up, or stops probing for it; neighbours stay. Unknown addresses do not matter. */
  removeAddress(address: IpAddress): void {
    this.#claims.remove(address.w3);
  }

  /** Claims all addresses again as they were first claimed; for when the link comes up. */
  renew(now: Millis): void {
    this.#claims.renew(now);
  }

  /**
   * Who is told that somebody else uses an address of ours: when it is defended, when the other one goes on all the same, and when
   * probing found it taken. Called from inside input: record and return. One sink.
   */
  onConflict(sink: ConflictSink): void {
    this.#claims.onConflict = sink;
  }

  /** Who is told that probing ended without a conflict. Called from inside {@link ArpResolver.onDeadline}. One sink. */
  onUsable(sink: UsableSink): void {
    this.#claims.onUsable = sink;
  }

  onUnreachable(sink: UnreachableSink): void {
    this.#resolution.onUnreachable = sink;
  }

  /**
   * Sends an IPv4 packet to a neighbour, or keeps a copy while its address is unknown. `NeighborFailed`: it did not answer lately.
   * `BadLocalAddress`: we have no address to ask from. `BadDestination`: no neighbour can have that address. `NoBuffers`: too much
   * waits already. Else the link's verdict.
   */
  sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict {
    const neighbor = this.#resolution.table.use(nextHop);
    if (neighbor === null) return this.#begin(nextHop, packet, now);
    if (neighbor.mac !== null) {
      if (neighbor.state === NeighborState.Stale) this.#resolution.poll(neighbor, now);
      return this.#link.send(packet, neighbor.mac, EtherType.Ipv4);
    }
    if (neighbor.state === NeighborState.Failed) return Verdict.NeighborFailed;
    return this.#resolution.hold.add(neighbor, packet);
  }

  #begin(nextHop: IpAddress, packet: Packet, now: Millis): Verdict {
    const ours = this.#claims.find(nextHop.w3) !== null;
    if (ours || nextHop.family !== 4 || !canBeNeighbor(nextHop.w3)) return Verdict.BadDestination;
    return this.#resolution.begin(nextHop, packet, now);
  }

  confirm(nextHop: IpAddress, now: Millis): void {
    const neighbor = this.#resolution.table.find(nextHop);
    if (neighbor === null || neighbor.mac === null || neighbor.state === NeighborState.Static) return;
    this.#resolution.confirm(neighbor, now);
  }

  doubt(nextHop: IpAddress, now: Millis): void {
    const neighbor = this.#resolution.table.find(nextHop);
    const state = neighbor?.state;
    if (neighbor === null || (state !== NeighborState.Reachable && state !== NeighborState.Stale)) return;
    this.#resolution.poll(neighbor, now);
  }

  /**
   * Fixes a neighbour's address: nothing from the wire changes it, it never expires. Packets waiting for it are sent.
   * @throws RangeError when no neighbour can have these addresses. @throws NetError ENOBUFS beyond `capacity` static entries.
   */
  addStatic(address: IpAddress, mac: MacAddress): void {
    checkNeighbor(address, "address");
    if (this.#claims.find(address.w3) !== null) throw new RangeError(`address ${address} is our own`);
    if (mac.isMulticast || mac.isZero) throw new RangeError(`mac must be a station's address, not ${mac}`);
    this.#resolution.fix(address, mac);
  }

  /** Forgets a neighbour, static or not. Packets waiting for it are dropped. */
  remove(address: IpAddress): void {
    const neighbor = this.#resolution.table.find(address);
    if (neighbor !== null) this.#resolution.table.delete(neighbor);
  }

  /** Forgets all neighbours but the static ones. */
  flush(): void {
    for (const neighbor of this.#resolution.table.values()) {
      if (neighbor.state !== NeighborState.Static) this.#resolution.table.delete(neighbor);
    }
  }

  /** A snapshot of all neighbours. */
  table(): readonly ArpTableEntry[] {
    return Array.from(this.#resolution.table.values(), tableEntry);
  }

  /** Sizes of the tables: neighbours, those of them being resolved, and octets of the packets that wait for these. */
  statistics(): Record<string, number> {
    const { table, hold } = this.#resolution;
    return { neighbors: table.size, resolving: table.pending, heldOctets: hold.octets };
  }

  nextDeadline(): Millis {
    return Math.min(this.#claims.nextDeadline(), this.#resolution.table.next());
  }

  onDeadline(now: Millis): void {
    this.#claims.onDeadline(now);
    this.#resolution.onDeadline(now);
  }

  /** RFC 826 "Packet Reception", with the checks of RFC 1122 and RFC 5227 in front. */
  input(packet: Packet, _frame: FrameInfo, now: Millis): Verdict {
    const message = this.#message;
    let verdict = message.read(packet);
    if (verdict === Verdict.Handled) verdict = checkSender(message, this.#mac);
    if (verdict === Verdict.Handled) verdict = this.#receive(message, now);
    return this.counters.count(verdict);
  }

  #receive(message: ArpMessage, now: Millis): Verdict {
    const { sender, target, senderHigh, senderLow } = message;
    // RFC 5227 2.1.1 and 2.4: a packet from our address, or a probe for one that we are probing, by somebody else.
    const claimed = this.#claims.find(sender === 0 ? target : sender);
    if (claimed !== null && (sender !== 0 || !claimed.usable)) {
      this.#claims.conflict(claimed, senderHigh, senderLow, now);
      return Verdict.AddressConflict;
    }
    const addressed = this.#claims.find(target)?.usable === true;
    const verdict = sender === 0 ? Verdict.NotForUs : this.#merge(message, addressed, now);
    if (!addressed || message.operation !== ArpOperation.Request || verdict === Verdict.BadSource)
      return verdict;
    this.#reply(message);
    return Verdict.Handled;
  }

  /** RFC 826: "Merge_flag", and the entry for a requester who will want our packets next. */
  #merge(message: ArpMessage, addressed: boolean, now: Millis): Verdict {
    const { sender, senderHigh, senderLow } = message;
    const answer = addressed && message.operation === ArpOperation.Reply;
    this.#sender.setV4(sender);
    let neighbor = this.#resolution.table.find(this.#sender);
    if (neighbor === null) {
      if (!this.#claims.isOnLink(sender)) return Verdict.BadSource;
      if (!addressed) return Verdict.NotForUs;
      if (answer) return Verdict.Ignored;
      neighbor = this.#resolution.table.add(IpAddress.v4(sender));
    }
    return this.#resolution.learn(neighbor, senderHigh, senderLow, answer, addressed, now);
  }

  /** Swaps the addresses of a request for one of ours; a probe is answered the same way, to nobody's address. */
  #reply(message: ArpMessage): void {
    const { sender, target, senderHigh, senderLow } = message;
    this.#sender.setV4(sender);
    const known = this.#resolution.table.find(this.#sender)?.mac;
    const same = known?.high === senderHigh && known.low === senderLow;
    this.#transmitter.reply(target, sender, same ? known : new MacAddress(senderHigh, senderLow));
  }
}

function checkNeighbor(address: IpAddress, what: string): void {
  if (address.family === 4 && canBeNeighbor(address.w3)) return;
  throw new RangeError(`${what} must be an IPv4 address that a host can have, not ${address}`);
}

import {
  type Cast,
  type FrameHandler,
  type FrameInfo,
  type LinkCapabilities,
  type LinkLayer,
  type MacAddress,
  type Millis,
  type Packet,
  toMacAddress,
  Verdict,
} from "@mnet/core";
import { ethernetFrame } from "../build/ethernet.ts";
import { parseEthernet } from "../parse/ethernet.ts";
import { fakeCapabilities } from "./capabilities.ts";
import { checkSent, completedCopy, spoilHeadroom } from "./checked-send.ts";
import { lendUp, type ReceivedWith } from "./lent-packet.ts";

/** One packet that was sent through a {@link FakeLink}; owned copies. */
export interface SentFrame {
  /** The destination MAC address as text. */
  readonly to: string;
  readonly etherType: number;
  /** What was behind the link header, checksum requests carried out. */
  readonly octets: Uint8Array<ArrayBuffer>;
  /** The same as a whole Ethernet frame. */
  readonly frame: Uint8Array<ArrayBuffer>;
  /** The sender's mark for a large segment, else 0. */
  readonly segmentSize: number;
}

/** How a frame arrives. */
export interface ArrivesWith extends ReceivedWith {
  /** Default `unicast`. */
  readonly cast?: Cast;
  /** The sender's MAC address. Default 02:00:00:00:00:02. */
  readonly source?: MacAddress | string;
}

export interface FakeLinkOptions {
  /** Default 02:00:00:00:00:01; `null` makes a link of medium `ip`. */
  readonly mac?: MacAddress | string | null;
  readonly mtu?: number;
  /** Default 14, or 0 on medium `ip`. */
  readonly headroom?: number;
  /** Anything else that should differ from a link whose device wrapper finishes checksums and gathers. */
  readonly capabilities?: Partial<LinkCapabilities>;
}

/**
 * A {@link LinkLayer} without a link: it keeps copies of what is sent and delivers what a test makes up. Sending through it
 * checks the borrow rule's downward half and throws when the sender breaks it.
 */
export class FakeLink implements LinkLayer {
  readonly mac: MacAddress | null;
  /** What was sent, in order. */
  readonly sent: SentFrame[] = [];
  /** While not `null`, every `send` is refused with it. */
  refuse: Verdict | null = null;
  readonly #groups = new Map<string, number>();
  readonly #handlers = new Map<number, FrameHandler>();
  #capabilities: LinkCapabilities;

  constructor(options: FakeLinkOptions = {}) {
    const { mac = "02:00:00:00:00:01" } = options;
    this.mac = mac === null ? null : toMacAddress(mac);
    this.#capabilities = fakeCapabilities({
      medium: this.mac === null ? "ip" : "ethernet",
      mtu: options.mtu ?? 1500,
      headroom: options.headroom ?? (this.mac === null ? 0 : 14),
      ...options.capabilities,
    });
  }

  get capabilities(): LinkCapabilities {
    return this.#capabilities;
  }

  /** Changes the capabilities; telling the layers above is the test's part, as it is the stack's. */
  setCapabilities(changes: Partial<LinkCapabilities>): void {
    this.#capabilities = { ...this.#capabilities, ...changes };
  }

  /** The groups with more joins than leaves, as text. */
  get groups(): string[] {
    return [...this.#groups.keys()];
  }

  /** What was sent since the last call, and forgets it. */
  take(): SentFrame[] {
    return this.sent.splice(0);
  }

  send(packet: Packet, to: MacAddress, etherType: number): Verdict {
    checkSent(packet, this.#capabilities, this.#capabilities.headroom);
    if (this.refuse !== null) return this.refuse;
    const octets = completedCopy(packet);
    spoilHeadroom(packet, this.#capabilities.headroom);
    const source = this.mac ?? "00:00:00:00:00:00";
    this.sent.push({
      to: to.toString(),
      etherType,
      octets,
      frame: ethernetFrame({ destination: to, source, etherType }, octets),
      segmentSize: packet.segmentSize,
    });
    return Verdict.Handled;
  }

  handle(etherType: number, upper: FrameHandler): void {
    if (this.#handlers.has(etherType)) throw new Error(`EtherType ${etherType} has a receiver`);
    this.#handlers.set(etherType, upper);
  }

  joinGroup(group: MacAddress): void {
    const key = group.toString();
    this.#groups.set(key, (this.#groups.get(key) ?? 0) + 1);
  }

  /** @throws Error when the group was not joined: a leave without its join. */
  leaveGroup(group: MacAddress): void {
    const key = group.toString();
    const joins = this.#groups.get(key);
    if (joins === undefined) throw new Error(`${key} was left and had not been joined`);
    if (joins === 1) this.#groups.delete(key);
    else this.#groups.set(key, joins - 1);
  }

  /**
   * Delivers a packet to the receiver of its EtherType; one from our own MAC address only where the receiver asks for those.
   * @param bytes what is behind the link header, padding included; copied.
   * @throws Error when nobody registered for `etherType`.
   */
  deliver(etherType: number, bytes: Uint8Array, arrives: ArrivesWith = {}, now: Millis = 0): Verdict {
    const upper = this.#handlers.get(etherType);
    if (upper === undefined) throw new Error(`nobody receives EtherType 0x${etherType.toString(16)}`);
    const source = toMacAddress(arrives.source ?? "02:00:00:00:00:02");
    const info: FrameInfo = {
      cast: arrives.cast ?? "unicast",
      sourceHigh: this.mac === null ? 0 : source.high,
      sourceLow: this.mac === null ? 0 : source.low,
    };
    const fromOwnMac = this.mac !== null && source.equals(this.mac);
    if (fromOwnMac && upper.inputFromOwnMac === undefined) return Verdict.BadSource;
    return lendUp(bytes, 0, arrives, (packet) => {
      const verdict = fromOwnMac ? upper.inputFromOwnMac!(packet, info, now) : upper.input(packet, info, now);
      info.sourceHigh = 0xdbdbdb;
      info.sourceLow = 0xdbdbdb;
      return verdict;
    });
  }

  /** Delivers a whole Ethernet frame; how it was addressed follows from its destination. It is not filtered. */
  deliverFrame(frame: Uint8Array, now: Millis = 0): Verdict {
    const { destination, source, etherType, payload } = parseEthernet(frame);
    const to = toMacAddress(destination);
    const cast = to.isBroadcast ? "broadcast" : to.isMulticast ? "multicast" : "unicast";
    return this.deliver(etherType, payload, { cast, source }, now);
  }
}

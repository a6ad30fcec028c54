import {
  accepted,
  type FrameInfo,
  IpAddress,
  MacAddress,
  type Millis,
  type Random,
  randomFraction,
  Verdict,
} from "@mnet/core";
import type { NdMessage } from "../neighbor/read.ts";
import type { NdTransmitter } from "../neighbor/transmitter.ts";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";
import type { LinkParameters } from "../router/link-parameters.ts";
import type { AddressTable } from "./address-table.ts";
import type { OwnAddress } from "./own-address.ts";

/**
 * Somebody else uses an address of ours. `refused`: it was tentative, and stays off. `contested`: it is in use, and stays; nobody can say
 * who is right (RFC 4862 5.4.4).
 */
export type ConflictOutcome = "refused" | "contested";
export type ConflictSink = (
  own: OwnAddress,
  mac: MacAddress | null,
  outcome: ConflictOutcome,
  now: Millis,
) => void;

/** Duplicate address detection (RFC 4862 5.4), with nonces against our own probes coming back (RFC 7527). */
export class DuplicateDetection {
  onConflict: ConflictSink = () => {};
  readonly #addresses: AddressTable;
  readonly #transmitter: NdTransmitter | null;
  readonly #random: Random;
  readonly #parameters: NeighborDiscoveryParameters;
  readonly #linkParameters: LinkParameters;
  /** Whether probes can be sent now: from the start, while the link is up. */
  #running = false;
  /** When the first message of the interface may be sent (RFC 4862 5.4.2). */
  #firstMessageAt: Millis = 0;

  /** @param transmitter `null` on a link without link-layer addresses, where nobody is asked. */
  constructor(
    addresses: AddressTable,
    transmitter: NdTransmitter | null,
    random: Random,
    parameters: NeighborDiscoveryParameters,
    linkParameters: LinkParameters,
  ) {
    this.#addresses = addresses;
    this.#transmitter = transmitter;
    this.#random = random;
    this.#parameters = parameters;
    this.#linkParameters = linkParameters;
  }

  /** The link is there: what is tentative is probed from `firstMessageAt` on, and what was refused gets another chance. */
  resume(firstMessageAt: Millis, now: Millis): void {
    this.#running = true;
    this.#firstMessageAt = firstMessageAt;
    for (const own of [...this.#addresses.list()]) {
      if (own.state === "duplicate") this.#addresses.retry(own);
      if (own.state === "tentative") this.begin(own, now, 0);
    }
  }

  /** The link has gone: a probe that nobody can hear proves nothing. */
  pause(): void {
    this.#running = false;
    for (const own of this.#addresses.list()) own.detectAt = Number.POSITIVE_INFINITY;
    this.#addresses.rearm();
  }

  /**
   * Begins to look for another user of a tentative address; without probes it is assigned at once.
   * @param delay longest random delay before the first probe.
   */
  begin(own: OwnAddress, now: Millis, delay: Millis): void {
    own.probes = this.#parameters.duplicateAddressDetectTransmits;
    own.looped = false;
    own.extended = false;
    if (this.#transmitter === null || own.probes === 0) {
      this.#addresses.assign(own, now);
      return;
    }
    if (!this.#running) return;
    const random = delay > 0 ? randomFraction(this.#random) * delay : 0;
    own.detectAt = Math.max(now + random, this.#firstMessageAt);
    this.#addresses.rearm();
  }

  /** Assigns an address without asking anybody (the administrator wants it so). */
  skip(own: OwnAddress, now: Millis): void {
    this.#addresses.assign(own, now);
  }

  onDeadline(now: Millis): void {
    for (const own of [...this.#addresses.list()]) {
      if (own.detectAt <= now) this.#step(own, now);
    }
    this.#addresses.rearm();
  }

  #step(own: OwnAddress, now: Millis): void {
    // RFC 7527 4.1: probes that came back make it ask on. Once only: on a link that always loops nobody would ever have an address.
    if (own.probes === 0 && own.looped && !own.extended) {
      own.extended = true;
      own.looped = false;
      own.probes = this.#parameters.loopedProbes;
    }
    if (own.probes === 0) {
      this.#finish(own, now);
      return;
    }
    const high = this.#random.u32() & 0xffffff;
    const low = this.#random.u32() & 0xffffff;
    own.rememberNonce(high, low);
    // RFC 4862 5.4.2: whoever delays the first probe delays the report of the group as well, which would be the first message otherwise.
    this.#addresses.join(own, now);
    // A probe that the link did not take proves nothing: it is sent again.
    if (accepted(this.#transmitter!.probe(own.address, high, low, now))) own.probes -= 1;
    own.detectAt = now + this.#linkParameters.retransTimer;
  }

  #finish(own: OwnAddress, now: Millis): void {
    this.#addresses.assign(own, now);
    // RFC 9131 4.1: routers learn of the new neighbour before the first packet for it comes back.
    if (!own.address.isLinkLocal) {
      this.#transmitter!.advertise(own.address, IpAddress.allRoutersV6, 0, null, now);
    }
  }

  /**
   * A solicitation from `::` for an address of ours: our own come back, or another's probe (RFC 4862 5.4.3), whatever MAC address it has.
   * @returns `Handled` when it is to be answered to all nodes: the address is in use.
   */
  solicited(own: OwnAddress, message: NdMessage, frame: FrameInfo, now: Millis): Verdict {
    if (message.hasNonce && own.sentNonce(message.nonceHigh, message.nonceLow)) {
      own.looped = true;
      return Verdict.Duplicate;
    }
    if (own.state === "tentative") return this.#refuse(own, macOf(frame), now);
    own.advertisedAt = now;
    return Verdict.Handled;
  }

  /**
   * An advertisement for an address of ours, by somebody else (RFC 4862 5.4.4), who may have our MAC address too. Advertisements have no
   * nonce: one from our MAC address right after we advertised an address in use ourselves is taken for ours come back.
   */
  advertised(
    own: OwnAddress,
    message: NdMessage,
    frame: FrameInfo,
    fromOwnMac: boolean,
    now: Millis,
  ): Verdict {
    if (own.state === "tentative") return this.#refuse(own, advertisedMac(message, frame), now);
    if (fromOwnMac && now - own.advertisedAt < this.#linkParameters.retransTimer) return Verdict.Duplicate;
    if (own.usable && now - own.reportedAt >= this.#parameters.conflictInterval) {
      own.reportedAt = now;
      this.onConflict(own, advertisedMac(message, frame), "contested", now);
    }
    return Verdict.AddressConflict;
  }

  #refuse(own: OwnAddress, mac: MacAddress | null, now: Millis): Verdict {
    this.#addresses.refuse(own, now);
    this.onConflict(own, mac, "refused", now);
    return Verdict.DuplicateAddress;
  }
}

function macOf({ sourceHigh, sourceLow }: FrameInfo): MacAddress {
  return new MacAddress(sourceHigh, sourceLow);
}

/** Whom an advertisement is for: the station that it names, else the one that sent it. */
function advertisedMac(message: NdMessage, frame: FrameInfo): MacAddress {
  return message.hasLinkLayer ? new MacAddress(message.linkHigh, message.linkLow) : macOf(frame);
}

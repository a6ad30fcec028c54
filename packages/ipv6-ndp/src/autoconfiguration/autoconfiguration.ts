import { IpAddress, IpPrefix, type Millis, type Random, randomFraction } from "@mnet/core";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";
import type { LinkParameters } from "../router/link-parameters.ts";
import type { AddressTable } from "./address-table.ts";
import type { DuplicateDetection } from "./duplicate-detection.ts";
import type { AddressMode, InterfaceIdentifiers } from "./interface-identifier.ts";
import { FOREVER, OwnAddress } from "./own-address.ts";

/** Interface identifiers have 64 bits, and prefixes the rest (RFC 4291 2.5.1, RFC 7421). */
const PREFIX_LENGTH = 64;
const LINK_LOCAL_PREFIX: IpAddress = IpAddress.parse("fe80::");

/** A prefix that addresses may be made from (RFC 4862 5.5.3). Lifetimes are from now on, `Infinity` for ever. */
export interface AutonomousPrefix {
  readonly prefix: IpPrefix;
  readonly preferredLifetime: Millis;
  readonly validLifetime: Millis;
  /** Whether the advertisement came to a group: then everybody makes an address at the same moment (RFC 4862 5.4.2). */
  readonly multicast: boolean;
}

/** Makes the addresses that nobody gave us: the link-local one, and those of prefixes that routers advertise (RFC 4862 5.3, 5.5). */
export class Autoconfiguration {
  readonly #addresses: AddressTable;
  readonly #detection: DuplicateDetection;
  readonly #identifiers: InterfaceIdentifiers;
  readonly #random: Random;
  readonly #parameters: NeighborDiscoveryParameters;
  readonly #linkParameters: LinkParameters;
  readonly #mode: AddressMode;
  readonly #temporary: boolean;

  constructor(
    addresses: AddressTable,
    detection: DuplicateDetection,
    identifiers: InterfaceIdentifiers,
    random: Random,
    parameters: NeighborDiscoveryParameters,
    linkParameters: LinkParameters,
    modes: { readonly mode: AddressMode; readonly temporary: boolean },
  ) {
    this.#addresses = addresses;
    this.#detection = detection;
    this.#identifiers = identifiers;
    this.#random = random;
    this.#parameters = parameters;
    this.#linkParameters = linkParameters;
    this.#mode = modes.mode;
    this.#temporary = modes.temporary;
  }

  /** The link-local address (RFC 4862 5.3), which every interface has (RFC 4291 2.8). */
  addLinkLocal(now: Millis): void {
    const own = this.#make(LINK_LOCAL_PREFIX, "link-local", 0);
    // A static address that happens to be the same stays what it is.
    if (this.#addresses.find(own.address) === null) this.#add(own, 0, now);
  }

  /** RFC 4862 5.5.3; what the steps ask of the option itself was checked. A prefix of another length fits no identifier (step d). */
  advertised(advertised: AutonomousPrefix, now: Millis): void {
    const { prefix, preferredLifetime, validLifetime } = advertised;
    const { address } = prefix;
    if (this.#mode === "none" || address.isLinkLocal || prefix.length !== PREFIX_LENGTH) return;
    const known = this.#madeOf(address);
    if (known !== null) this.#refresh(known, now + preferredLifetime, now + validLifetime, now);
    else if (validLifetime > 0 && this.#hasRoom()) {
      const own = this.#make(address, "autoconfigured", 0);
      // A static address that happens to be the same stays what it is.
      if (this.#addresses.find(own.address) !== null) return;
      own.preferredUntil = now + preferredLifetime;
      own.validUntil = now + validLifetime;
      this.#add(own, this.#delay(advertised), now);
    }
    if (this.#temporary) this.#updateTemporary(address, this.#delay(advertised), now);
  }

  /** The address that is made of a prefix and our identifier, or `null`. */
  #madeOf(prefix: IpAddress): OwnAddress | null {
    const made = (own: OwnAddress): boolean => own.origin === "autoconfigured" && own.sharesPrefix(prefix);
    return this.#addresses.list().find(made) ?? null;
  }

  #delay({ multicast }: AutonomousPrefix): Millis {
    return multicast ? this.#parameters.solicitationDelay : 0;
  }

  /** 5.5.3 e: a forged advertisement can shorten a lifetime to two hours, not cut it off. */
  #refresh(own: OwnAddress, preferredUntil: Millis, validUntil: Millis, now: Millis): void {
    const floor = now + this.#parameters.minimumValidLifetime;
    let until = own.validUntil;
    if (validUntil > floor || validUntil > own.validUntil) until = validUntil;
    else if (own.validUntil > floor) until = floor;
    this.#addresses.setLifetimes(own, preferredUntil, until, now);
  }

  /**
   * Another identifier for an address that is somebody else's, if there is one to try (RFC 7217 6, RFC 8981 3.3.3): takes the place of
   * `own`, which stays otherwise.
   */
  refused(own: OwnAddress, now: Millis): void {
    if (own.origin === "static" || own.attempt >= this.#parameters.identifierRetries) return;
    if (own.origin !== "temporary" && !this.#identifiers.retries) return;
    const again = this.#make(own.address, own.origin, own.attempt + 1);
    again.preferredUntil = own.preferredUntil;
    again.validUntil = own.validUntil;
    again.limits = own.limits;
    again.regenerateAt = own.regenerateAt;
    this.#addresses.remove(own, now);
    // RFC 7217 6 wants a pause of IDGEN_DELAY; it is a random one up to that, as others may have met the same duplicate.
    this.#add(again, this.#parameters.identifierDelay, now);
  }

  /** Makes the next temporary addresses where they are due (RFC 8981 3.4). */
  onDeadline(now: Millis): void {
    for (const own of [...this.#addresses.list()]) {
      if (own.regenerateAt > now) continue;
      own.regenerateAt = Number.POSITIVE_INFINITY;
      this.#addTemporary(own.address, 0, now);
    }
    this.#addresses.rearm();
  }

  /** RFC 8981 3.4, steps 1 to 3. */
  #updateTemporary(prefix: IpAddress, delay: Millis, now: Millis): void {
    const source = this.#madeOf(prefix);
    if (source === null) return;
    let current = false;
    for (const own of [...this.#addresses.list()]) {
      if (own.origin !== "temporary" || !own.sharesPrefix(prefix)) continue;
      this.#addresses.setLifetimes(own, source.preferredUntil, source.validUntil, now);
      // RFC 8981 3.3.3: one whose tries were all taken is not followed by others while it lasts.
      current ||= own.state === "duplicate" || own.preferredUntil > now;
    }
    if (!current) this.#addTemporary(prefix, delay, now);
  }

  /** RFC 8981 3.4, steps 4 and 5: bounded by the lifetimes of the address whose prefix it has. */
  #addTemporary(prefix: IpAddress, delay: Millis, now: Millis): void {
    const source = this.#madeOf(prefix);
    if (source === null || !this.#makeRoom(now)) return;
    const { temporaryPreferredLifetime, temporaryValidLifetime, temporaryDesyncFraction } = this.#parameters;
    const desync = randomFraction(this.#random) * temporaryDesyncFraction * temporaryPreferredLifetime;
    const limits = {
      preferredUntil: now + temporaryPreferredLifetime - desync,
      validUntil: now + temporaryValidLifetime,
    };
    const preferredUntil = Math.min(source.preferredUntil, limits.preferredUntil);
    const advance = this.#regenerationAdvance();
    if (preferredUntil - now <= advance) return;
    const own = this.#make(prefix, "temporary", 0);
    own.limits = limits;
    own.preferredUntil = preferredUntil;
    own.validUntil = Math.min(source.validUntil, limits.validUntil);
    own.regenerateAt = limits.preferredUntil - advance;
    this.#add(own, delay, now);
  }

  /** REGEN_ADVANCE (RFC 8981 3.8): long enough for all tries of duplicate address detection. */
  #regenerationAdvance(): Millis {
    const { temporaryRegenerationAdvance, identifierRetries, duplicateAddressDetectTransmits } =
      this.#parameters;
    return (
      temporaryRegenerationAdvance +
      identifierRetries * duplicateAddressDetectTransmits * this.#linkParameters.retransTimer
    );
  }

  #hasRoom(): boolean {
    const learned = this.#addresses.count(
      ({ origin }) => origin === "autoconfigured" || origin === "temporary",
    );
    return learned < this.#parameters.addressCapacity;
  }

  /** Room for a temporary address: a deprecated one goes, the oldest first. */
  #makeRoom(now: Millis): boolean {
    if (this.#hasRoom()) return true;
    const oldest = this.#addresses
      .list()
      .find(({ origin, state }) => origin === "temporary" && state === "deprecated");
    if (oldest === undefined) return false;
    this.#addresses.remove(oldest, now);
    return true;
  }

  #make(prefix: IpAddress, origin: OwnAddress["origin"], attempt: number): OwnAddress {
    const { w2, w3 } =
      origin === "temporary" ? this.#identifiers.temporary() : this.#identifiers.make(prefix, attempt);
    const address = prefix.withInterfaceIdentifier(w2, w3);
    const own = new OwnAddress(new IpPrefix(address, PREFIX_LENGTH), origin, FOREVER);
    own.attempt = attempt;
    return own;
  }

  #add(own: OwnAddress, delay: Millis, now: Millis): void {
    this.#addresses.add(own);
    this.#detection.begin(own, now, delay);
  }
}

import type { IpAddress, IpPrefix, Millis } from "@mnet/core";
import type { AddressEntry, AddressOrigin, AddressState } from "../contracts.ts";

/** When an address becomes deprecated, and when it goes (RFC 4862 5.5.4). `Infinity` for never. */
export interface AddressLifetimes {
  readonly preferredUntil: Millis;
  readonly validUntil: Millis;
}

export const FOREVER: AddressLifetimes = {
  preferredUntil: Number.POSITIVE_INFINITY,
  validUntil: Number.POSITIVE_INFINITY,
};

/** Nonces of the latest probes that are remembered (RFC 7527 4.1). */
const NONCES = 8;

/** One address of ours. */
export class OwnAddress implements AddressEntry {
  readonly prefix: IpPrefix;
  readonly origin: AddressOrigin;
  state: AddressState = "tentative";
  preferredUntil: Millis;
  validUntil: Millis;

  /** When duplicate address detection has something to do; `Infinity` when it has not. */
  detectAt: Millis = Number.POSITIVE_INFINITY;
  /** Whether its solicited-node group is joined: from the first probe on. */
  joined = false;
  /** Probes still to be sent. */
  probes = 0;
  /** Whether a probe of ours came back since the last round of probes began (RFC 7527 4.1). */
  looped = false;
  /** Whether probes were added for that. */
  extended = false;
  /** How many identifiers were tried before this one: DAD_Counter of RFC 7217 5. */
  attempt = 0;
  /** When we last advertised it to all nodes, ourselves among them where the link loops. */
  advertisedAt: Millis = Number.NEGATIVE_INFINITY;
  /** When somebody else's claim to it was last reported. */
  reportedAt: Millis = Number.NEGATIVE_INFINITY;

  /** Of a temporary address: when the next one is made (RFC 8981 3.4); `Infinity` when it was. */
  regenerateAt: Millis = Number.POSITIVE_INFINITY;
  /** Of a temporary address: until when it may be preferred and valid at most, whatever routers say (RFC 8981 3.4). */
  limits: AddressLifetimes = FOREVER;

  readonly #nonces: (readonly [high: number, low: number])[] = [];

  constructor(prefix: IpPrefix, origin: AddressOrigin, lifetimes: AddressLifetimes) {
    this.prefix = prefix;
    this.origin = origin;
    this.preferredUntil = lifetimes.preferredUntil;
    this.validUntil = lifetimes.validUntil;
  }

  get address(): IpAddress {
    return this.prefix.address;
  }

  /** Whether packets may be sent from it and to it. */
  get usable(): boolean {
    return this.state === "preferred" || this.state === "deprecated";
  }

  /** When something happens to it by itself. */
  get deadline(): Millis {
    const preferred = this.state === "preferred" ? this.preferredUntil : Number.POSITIVE_INFINITY;
    return Math.min(this.validUntil, preferred, this.detectAt, this.regenerateAt);
  }

  /** Whether it came from the prefix of `other`, which has the length of an interface identifier's. */
  sharesPrefix(other: IpAddress): boolean {
    return this.address.w0 === other.w0 && this.address.w1 === other.w1;
  }

  rememberNonce(high: number, low: number): void {
    this.#nonces.push([high, low]);
    if (this.#nonces.length > NONCES) this.#nonces.shift();
  }

  /** Whether a probe of ours had the nonce. */
  sentNonce(high: number, low: number): boolean {
    return this.#nonces.some((nonce) => nonce[0] === high && nonce[1] === low);
  }
}

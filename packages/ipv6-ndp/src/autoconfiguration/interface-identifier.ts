import { type IpAddress, KeyedHash, type MacAddress, type Random } from "@mnet/core";

/** How interface identifiers are made; `none`: no address is made from learned prefixes. */
export type AddressMode = "eui64" | "random" | "stable" | "none";

/** 64 bits of an address, in two words. */
export interface InterfaceIdentifier {
  readonly w2: number;
  readonly w3: number;
}

export interface IdentifierOptions {
  readonly mode: AddressMode;
  /** `null` on a link without link-layer addresses: then there are no `eui64` identifiers, and `random` ones are made instead. */
  readonly mac: MacAddress | null;
  /** Net_Iface of RFC 7217 5. */
  readonly name: string;
  /** secret_key of RFC 7217 5, 16 octets at least; `null`: the MAC address, which keeps identifiers stable but not secret. */
  readonly secret: Uint8Array | null;
  readonly random: Random;
}

/** Octets of the key of {@link KeyedHash}. */
const KEY_OCTETS = 16;

/** Makes the interface identifiers of one interface (RFC 4291 2.5.1, RFC 7217, RFC 8981 3.3.1). */
export class InterfaceIdentifiers {
  readonly #mode: AddressMode;
  readonly #mac: MacAddress | null;
  readonly #name: string;
  readonly #random: Random;
  readonly #hash: KeyedHash;
  readonly #rest: readonly number[];

  /** @throws RangeError when the secret is shorter than 16 octets. */
  constructor({ mode, mac, name, secret, random }: IdentifierOptions) {
    if (secret !== null && secret.length < KEY_OCTETS)
      throw new RangeError(`stableSecret must have at least ${KEY_OCTETS} octets, not ${secret.length}`);
    this.#mode = mac === null && mode === "eui64" ? "random" : mode;
    this.#mac = mac;
    this.#name = name;
    this.#random = random;
    // `random` identifiers are stable ones whose secret lasts as long as this interface.
    const words = this.#mode === "stable" ? secretWords(secret, mac) : null;
    this.#hash = new KeyedHash(words === null ? random : new WordSequence(words));
    this.#rest = words?.slice(KEY_OCTETS / 4) ?? [];
  }

  /** Whether another attempt makes another identifier. */
  get retries(): boolean {
    return this.#mode === "random" || this.#mode === "stable";
  }

  /** The identifier for addresses with the prefix (upper 64 bits) of `prefix`; `attempt` counts the ones that were taken. */
  make(prefix: IpAddress, attempt: number): InterfaceIdentifier {
    if (this.#mac !== null && (this.#mode === "eui64" || this.#mode === "none")) return eui64(this.#mac);
    for (let skipped = 0; ; skipped++) {
      const made = this.#opaque(prefix, attempt, skipped);
      if (!isReserved(made)) return made;
    }
  }

  /** A random identifier, for a temporary address (RFC 8981 3.3.1). */
  temporary(): InterfaceIdentifier {
    for (;;) {
      const made = { w2: this.#random.u32() | 0, w3: this.#random.u32() | 0 };
      if (!isReserved(made)) return made;
    }
  }

  /** RFC 7217 5: F(Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key), without a Network_ID. */
  #opaque(prefix: IpAddress, attempt: number, skipped: number): InterfaceIdentifier {
    const hash = this.#hash;
    hash.begin();
    for (const word of this.#rest) hash.word(word);
    hash.word(prefix.w0);
    hash.word(prefix.w1);
    hash.word(this.#name.length);
    for (let at = 0; at < this.#name.length; at++) hash.word(this.#name.charCodeAt(at));
    hash.word(attempt);
    hash.word(skipped);
    const w3 = hash.end() | 0;
    return { w2: hash.high | 0, w3 };
  }
}

/** Modified EUI-64: ff:fe in the middle, and the universal/local bit inverted (RFC 4291 appendix A). */
export function eui64(mac: MacAddress): InterfaceIdentifier {
  const w2 = ((mac.high ^ 0x020000) << 8) | 0xff;
  return { w2, w3: 0xfe000000 | mac.low };
}

/** Identifiers that no host may have (RFC 5453): the subnet-router anycast one, IANA's Ethernet block, reserved subnet anycast ones. */
function isReserved({ w2, w3 }: InterfaceIdentifier): boolean {
  if (w2 === 0 && w3 === 0) return true;
  if (w2 === 0x02005eff && w3 >>> 16 === 0xfe00) return true;
  return w2 === (0xfdffffff | 0) && w3 >>> 7 === 0xffffff80 >>> 7;
}

function secretWords(secret: Uint8Array | null, mac: MacAddress | null): readonly number[] {
  if (secret === null) return [mac?.high ?? 0, mac?.low ?? 0, 0, 0];
  const words = new Array<number>(Math.ceil(secret.length / 4)).fill(0);
  for (const [at, octet] of secret.entries()) words[at >>> 2]! |= octet << (24 - 8 * (at & 3));
  return words.length * 4 === secret.length ? words : [...words, secret.length];
}

/** Hands out given words: how {@link KeyedHash} takes a key that is known. */
class WordSequence implements Random {
  readonly #words: readonly number[];
  #at = 0;

  constructor(words: readonly number[]) {
    this.#words = words;
  }

  u32(): number {
    return this.#words[this.#at++]! >>> 0;
  }

  fill(into: Uint8Array): void {
    for (let at = 0; at < into.length; at++) into[at] = this.u32() >>> 24;
  }
}

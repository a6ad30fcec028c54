import { IpAddress } from "../address/ip.ts";
import { AddressWords } from "../address/words.ts";
import type { Millis } from "../time/host.ts";

/** How much older than the present one a version is: 0 for IGMPv3 and MLDv2, 1 for IGMPv2 and MLDv1, 2 for IGMPv1. */
export type OlderVersion = 0 | 1 | 2;

/** Bits of the octet behind the group of a query: the querier's robustness variable (RFC 9776 4.1.6, RFC 9777 5.1.8). */
const ROBUSTNESS_MASK = 7;

/** The part of a query that both protocols lay out alike, offsets from the flags (RFC 9776 4.1, RFC 9777 5.1). */
const Tail = { Robustness: 0, Interval: 1, SourceCount: 2, Sources: 4 } as const;

/** A membership query of any version. One long-lived record that is re-aimed for each. */
export class MembershipQuery {
  older: OlderVersion = 0;
  /** Within which an answer is due. */
  maximumResponse: Millis = 0;
  /** Whether it asks for all groups. */
  general = true;
  /** Which group, when it asks for one. */
  readonly group: AddressWords = new AddressWords();
  /** The querier's robustness variable, 0 when it says none. */
  robustness = 0;
  /** The querier's query interval, 0 when it says none. */
  interval: Millis = 0;
  /** The sources that are asked about; none when the group is meant as a whole. Borrowed from the packet. */
  sourceCount = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #sourcesAt = 0;
  #addressOctets: 4 | 16 = 4;

  /** Forgets what the last query said behind its group: an older version says nothing there. */
  clearTail(): void {
    this.robustness = 0;
    this.interval = 0;
    this.sourceCount = 0;
  }

  /**
   * Reads what is behind the group.
   * @returns `false` when `[at, end)` has not the octets that the number of sources says.
   */
  readTail(view: DataView, at: number, end: number, addressOctets: 4 | 16): boolean {
    if (at + Tail.Sources > end) return false;
    const count = view.getUint16(at + Tail.SourceCount);
    if (at + Tail.Sources + count * addressOctets > end) return false;
    this.robustness = view.getUint8(at + Tail.Robustness) & ROBUSTNESS_MASK;
    this.interval = 1000 * floatingCode(view.getUint8(at + Tail.Interval), 4);
    this.sourceCount = count;
    this.#view = view;
    this.#sourcesAt = at + Tail.Sources;
    this.#addressOctets = addressOctets;
    return true;
  }

  /** The source with a number under {@link MembershipQuery.sourceCount}, an owned copy. */
  source(index: number): IpAddress {
    const at = this.#sourcesAt + index * this.#addressOctets;
    if (this.#addressOctets === 4) return IpAddress.v4(this.#view.getInt32(at));
    const word = (part: number): number => this.#view.getInt32(at + 4 * part);
    return new IpAddress(6, word(0), word(1), word(2), word(3));
  }
}

/**
 * The value of a time code in which large values are floating: below half the range as it is, else a mantissa of `mantissaBits` with a 1
 * in front, shifted by three exponent bits and three (RFC 9776 4.1.1, 4.1.7; RFC 9777 5.1.3, 5.1.9).
 */
export function floatingCode(code: number, mantissaBits: number): number {
  if (code < 1 << (mantissaBits + 3)) return code;
  const mantissa = (code & ((1 << mantissaBits) - 1)) | (1 << mantissaBits);
  const exponent = (code >>> mantissaBits) & 7;
  return mantissa * 2 ** (exponent + 3);
}

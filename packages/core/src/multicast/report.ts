import type { IpAddress } from "../address/ip.ts";
import { writeV6Words } from "../address/words.ts";
import type { Packet } from "../packet/packet.ts";
import type { Millis } from "../time/host.ts";
import type { OlderVersion } from "./query.ts";

/** Types of group records (RFC 9776 4.2.12, RFC 9777 5.2.12); the two others are about lists of sources, which are not kept. */
export const RecordType = {
  IsInclude: 1,
  IsExclude: 2,
  ToInclude: 3,
  ToExclude: 4,
} as const;
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

/** Sends what a membership has to say, in the words of its protocol. Losses are nobody's concern: all that matters is said again. */
export interface MembershipOutput {
  /** Octets of an address in a message. */
  readonly addressOctets: 4 | 16;
  /** The packet of the next report of the present version, of the largest length that the link takes. Starts at the report's header. */
  scratch(): Packet;
  /**
   * Sends a report of the present version: `packet` is that of {@link MembershipOutput.scratch}, ended behind its last record; the header
   * is not written yet.
   */
  sendReport(packet: Packet, records: number, now: Millis): void;
  /** Sends a report about one group in an older version. */
  sendOldReport(group: IpAddress, older: OlderVersion, now: Millis): void;
  /** Sends the message of version `older` that a group was left; 2, IGMPv1, has none. */
  sendOldLeave(group: IpAddress, older: OlderVersion, now: Millis): void;
}

/** Octets in front of the first group record, in both protocols (RFC 9776 4.2, RFC 9777 5.2). */
const REPORT_HEADER = 8;

/** A group record, offsets from its start (RFC 9776 4.2, RFC 9777 5.2). */
const Record = { Type: 0, AuxiliaryLength: 1, SourceCount: 2, Group: 4 } as const;

const noSources: readonly IpAddress[] = [];

/** Puts group records into as few reports as they fit. */
export class ReportBatch {
  readonly #output: MembershipOutput;
  #packet: Packet | null = null;
  #at = 0;
  #records = 0;

  constructor(output: MembershipOutput) {
    this.#output = output;
  }

  /** Adds a record. With more sources than a report has room for it becomes several, which say the same (RFC 9776 4.2.16). */
  add(type: RecordType, group: IpAddress, now: Millis, sources: readonly IpAddress[] = noSources): void {
    let from = 0;
    do {
      from = this.#addPart(type, group, sources, from, now);
    } while (from < sources.length);
  }

  /** Sends what has been added and not been sent yet. */
  flush(now: Millis): void {
    const packet = this.#packet;
    if (packet === null) return;
    this.#packet = null;
    packet.end = this.#at;
    this.#output.sendReport(packet, this.#records, now);
  }

  /** Writes one record with the sources from `from` on, as many as fit; returns the first that did not. */
  #addPart(
    type: RecordType,
    group: IpAddress,
    sources: readonly IpAddress[],
    from: number,
    now: Millis,
  ): number {
    const { addressOctets } = this.#output;
    const least = Record.Group + addressOctets * (sources.length > 0 ? 2 : 1);
    if (this.#packet !== null && this.#at + least > this.#packet.end) this.flush(now);
    const packet = this.#packet ?? this.#begin();
    const room = Math.floor((packet.end - this.#at - Record.Group) / addressOctets) - 1;
    const to = Math.min(sources.length, from + room);
    const { view } = packet;
    view.setUint8(this.#at + Record.Type, type);
    view.setUint8(this.#at + Record.AuxiliaryLength, 0);
    view.setUint16(this.#at + Record.SourceCount, to - from);
    this.#at = writeAddress(view, this.#at + Record.Group, group);
    for (let index = from; index < to; index++) this.#at = writeAddress(view, this.#at, sources[index]!);
    this.#records++;
    return to;
  }

  #begin(): Packet {
    const packet = this.#output.scratch();
    this.#packet = packet;
    this.#at = packet.start + REPORT_HEADER;
    this.#records = 0;
    return packet;
  }
}

/** Writes 4 or 16 octets; returns where they end. */
function writeAddress(view: DataView, at: number, address: IpAddress): number {
  if (address.family === 4) {
    view.setInt32(at, address.w3);
    return at + 4;
  }
  writeV6Words(view, at, address);
  return at + 16;
}

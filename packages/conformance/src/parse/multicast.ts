import { naiveChecksum } from "../build/checksum.ts";
import { IcmpV6Type } from "../format/icmpv6.ts";
import {
  IgmpFormat,
  IgmpType,
  MldFormat,
  QueryFlags,
  RecordFormat,
  type RecordType,
  ReportFormat,
  recordTypes,
} from "../format/multicast.ts";
import { readerOf, readV4, readV6 } from "./reader.ts";

/** A query of any version; the older ones have no second part. */
export interface ParsedMulticastQuery {
  readonly message: "query";
  /** IGMP 1 to 3, MLD 1 or 2. */
  readonly version: 1 | 2 | 3;
  /** As it stands in the message. */
  readonly maximumResponse: number;
  readonly group: string;
  readonly suppress: boolean;
  readonly robustness: number;
  readonly interval: number;
  readonly sources: readonly string[];
}

export interface ParsedGroupRecord {
  /** A number when the type has no name. */
  readonly type: RecordType | number;
  readonly group: string;
  readonly sources: readonly string[];
}

/** A message of IGMP or MLD. */
export type ParsedMulticastMessage =
  | ParsedMulticastQuery
  | { readonly message: "report v1" | "report v2" | "leave"; readonly group: string }
  | { readonly message: "report"; readonly records: readonly ParsedGroupRecord[] };

/** What the two protocols differ in: how long an address is, and where the parts of a query are. */
interface Layout {
  readonly format: string;
  readonly address: 4 | 16;
  readonly group: number;
  readonly flags: number;
  readonly sources: number;
}

const mld: Layout = {
  format: "an MLD message",
  address: 16,
  group: MldFormat.group,
  flags: MldFormat.flags,
  sources: MldFormat.sources,
};
const igmp: Layout = {
  format: "an IGMP message",
  address: 4,
  group: IgmpFormat.group,
  flags: IgmpFormat.flags,
  sources: IgmpFormat.sources,
};

/** @param bytes from the ICMPv6 header on. @throws RangeError for another type, or when it is longer than its octets. */
export function parseMld(bytes: Uint8Array): ParsedMulticastMessage {
  const view = readerOf(bytes, 8, mld.format);
  const type = view.getUint8(0);
  switch (type) {
    case IcmpV6Type.MulticastListenerQuery: {
      const version = bytes.length === MldFormat.octetsV1 ? 1 : 2;
      return parseQuery(bytes, mld, version, view.getUint16(MldFormat.maximumResponse));
    }
    case IcmpV6Type.MulticastListenerReport:
    case IcmpV6Type.MulticastListenerDone: {
      const message = type === IcmpV6Type.MulticastListenerReport ? "report v1" : "leave";
      return { message, group: address(bytes, mld, MldFormat.group) };
    }
    case IcmpV6Type.MulticastListenerReportV2:
      return { message: "report", records: parseRecords(bytes, mld) };
    default:
      throw new RangeError(`ICMPv6 type ${type} is no MLD message`);
  }
}

/** An IGMP message with the state of its checksum. */
export type ParsedIgmp = ParsedMulticastMessage & { readonly checksumValid: boolean };

/** @throws RangeError for a type that is unknown, or when the message is longer than its octets. */
export function parseIgmp(bytes: Uint8Array): ParsedIgmp {
  readerOf(bytes, IgmpFormat.octetsV2, igmp.format);
  return { ...parseIgmpMessage(bytes), checksumValid: naiveChecksum(bytes) === 0 };
}

function parseIgmpMessage(bytes: Uint8Array): ParsedMulticastMessage {
  const type = bytes[IgmpFormat.type];
  const maximumResponse = bytes[IgmpFormat.maximumResponse]!;
  switch (type) {
    case IgmpType.MembershipQuery: {
      const old = maximumResponse === 0 ? 1 : 2;
      return parseQuery(bytes, igmp, bytes.length === IgmpFormat.octetsV2 ? old : 3, maximumResponse);
    }
    case IgmpType.ReportV1:
      return { message: "report v1", group: address(bytes, igmp, IgmpFormat.group) };
    case IgmpType.ReportV2:
      return { message: "report v2", group: address(bytes, igmp, IgmpFormat.group) };
    case IgmpType.LeaveGroup:
      return { message: "leave", group: address(bytes, igmp, IgmpFormat.group) };
    case IgmpType.ReportV3:
      return { message: "report", records: parseRecords(bytes, igmp) };
    default:
      throw new RangeError(`IGMP type ${type} is unknown`);
  }
}

function parseQuery(
  bytes: Uint8Array,
  layout: Layout,
  version: 1 | 2 | 3,
  maximumResponse: number,
): ParsedMulticastQuery {
  const group = address(bytes, layout, layout.group);
  const query = { message: "query", version, maximumResponse, group } as const;
  // What the older versions do not say: version 1 and 2 of either protocol end where the flags would be.
  if (bytes.length <= layout.flags) {
    return { ...query, suppress: false, robustness: 0, interval: 0, sources: [] };
  }
  const view = readerOf(bytes, layout.sources, `${layout.format} with sources`);
  const flags = view.getUint8(layout.flags);
  const count = view.getUint16(layout.sources - 2);
  return {
    ...query,
    suppress: (flags & QueryFlags.suppress) !== 0,
    robustness: flags & QueryFlags.robustness,
    interval: view.getUint8(layout.sources - 3),
    sources: addresses(bytes, layout, layout.sources, count),
  };
}

function parseRecords(bytes: Uint8Array, layout: Layout): ParsedGroupRecord[] {
  const count = readerOf(bytes, ReportFormat.records, layout.format).getUint16(ReportFormat.recordCount);
  const records: ParsedGroupRecord[] = [];
  let at: number = ReportFormat.records;
  for (let left = count; left > 0; left--) {
    const rest = bytes.subarray(at);
    const view = readerOf(rest, RecordFormat.group + layout.address, `a group record of ${layout.format}`);
    const sources = view.getUint16(RecordFormat.sourceCount);
    const first = RecordFormat.group + layout.address;
    const type = view.getUint8(RecordFormat.type);
    records.push({
      type: names.get(type) ?? type,
      group: address(rest, layout, RecordFormat.group),
      sources: addresses(rest, layout, first, sources),
    });
    at += first + sources * layout.address + 4 * view.getUint8(RecordFormat.auxiliaryWords);
  }
  return records;
}

const names: ReadonlyMap<number, RecordType> = new Map(
  Object.entries(recordTypes).map(([name, type]) => [type, name as RecordType]),
);

function address(bytes: Uint8Array, layout: Layout, at: number): string {
  const view = readerOf(bytes, at + layout.address, layout.format);
  return (layout.address === 4 ? readV4(view, at) : readV6(view, at)).toString();
}

function addresses(bytes: Uint8Array, layout: Layout, at: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => address(bytes, layout, at + index * layout.address));
}

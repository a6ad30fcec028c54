import { type IpAddress, toIpAddress } from "@mnet/core";
import { IcmpV6Type } from "../format/icmpv6.ts";
import {
  IgmpFormat,
  IgmpType,
  QueryFlags,
  RecordFormat,
  type RecordType,
  ReportFormat,
  recordTypes,
} from "../format/multicast.ts";
import { concatenate, naiveChecksum, writeAddress } from "./checksum.ts";
import { type IcmpV6Around, icmpV6Message } from "./icmpv6.ts";

/** What a query of IGMPv3 and MLDv2 says, the type aside. */
export interface MulticastQueryFields {
  /** Default: the unspecified address, a general query. */
  group?: IpAddress | string;
  /**
   * Maximum response code as it stands in the message: milliseconds below 32768 for MLD, tenths of a second below 128 for IGMP. Default
   * 10 seconds.
   */
  maximumResponse?: number;
  /** Leaves the second part out: a query of MLDv1, or of IGMPv2 (with a maximum response code of 0: IGMPv1). */
  old?: boolean;
  /** The S flag. */
  suppress?: boolean;
  /** Querier's robustness variable, 3 bits. Default 2. */
  robustness?: number;
  /** Querier's query interval code. Default 125. */
  interval?: number;
  sources?: readonly (IpAddress | string)[];
  /** The lie to tell about the number of sources. */
  sourceCount?: number;
}

/** One group record of a report of IGMPv3 or MLDv2. */
export interface GroupRecordFields {
  type: RecordType;
  group: IpAddress | string;
  sources?: readonly (IpAddress | string)[];
  /** Octets behind the record, padded to a multiple of 4. */
  auxiliary?: Uint8Array;
}

function addressOctets(address: IpAddress | string): Uint8Array {
  const ip = toIpAddress(address);
  const octets = new Uint8Array(ip.family === 4 ? 4 : 16);
  writeAddress(new DataView(octets.buffer), 0, ip);
  return octets;
}

/** Group and, unless the query is an old one, everything behind it. */
function queryBody(fields: MulticastQueryFields, any: string): Uint8Array {
  const { group = any, suppress = false, robustness = 2, interval = 125, sources = [] } = fields;
  if (fields.old) return addressOctets(group);
  const count = fields.sourceCount ?? sources.length;
  const flags = (suppress ? QueryFlags.suppress : 0) | (robustness & QueryFlags.robustness);
  const middle = Uint8Array.of(flags, interval, count >>> 8, count);
  return concatenate(addressOctets(group), middle, ...sources.map(addressOctets));
}

function recordOctets(record: GroupRecordFields): Uint8Array {
  const { auxiliary = new Uint8Array(0), sources = [] } = record;
  const words = Math.ceil(auxiliary.length / 4);
  const header = new Uint8Array(RecordFormat.group);
  const view = new DataView(header.buffer);
  view.setUint8(RecordFormat.type, recordTypes[record.type]);
  view.setUint8(RecordFormat.auxiliaryWords, words);
  view.setUint16(RecordFormat.sourceCount, sources.length);
  const padding = new Uint8Array(4 * words - auxiliary.length);
  return concatenate(header, addressOctets(record.group), ...sources.map(addressOctets), auxiliary, padding);
}

/** A Multicast Listener Query of version 2 (RFC 3810 5.1), or of version 1 with `old` (RFC 2710 3). */
export function mldQuery(fields: MulticastQueryFields & IcmpV6Around): Uint8Array<ArrayBuffer> {
  const { maximumResponse = 10_000 } = fields;
  const type = IcmpV6Type.MulticastListenerQuery;
  const body = queryBody(fields, "::");
  return icmpV6Message({ ...around(fields), type, rest: (maximumResponse << 16) >>> 0 }, body);
}

/** A report or done message of MLDv1 (RFC 2710 3). */
export function mldV1Message(
  fields: { message: "report" | "done"; group: IpAddress | string } & IcmpV6Around,
): Uint8Array<ArrayBuffer> {
  const { MulticastListenerReport, MulticastListenerDone } = IcmpV6Type;
  const type = fields.message === "report" ? MulticastListenerReport : MulticastListenerDone;
  return icmpV6Message({ ...around(fields), type }, addressOctets(fields.group));
}

/** A report of MLDv2 (RFC 3810 5.2). */
export function mldV2Report(
  fields: { records: readonly GroupRecordFields[]; recordCount?: number } & IcmpV6Around,
): Uint8Array<ArrayBuffer> {
  const { records } = fields;
  const type = IcmpV6Type.MulticastListenerReportV2;
  const rest = fields.recordCount ?? records.length;
  return icmpV6Message({ ...around(fields), type, rest }, concatenate(...records.map(recordOctets)));
}

function around({ source, destination, checksum }: IcmpV6Around): IcmpV6Around {
  return { source, destination, ...(checksum !== undefined && { checksum }) };
}

export interface IgmpFields {
  type: number;
  /** The second octet. Default 0. */
  maximumResponse?: number;
  /** Default: the right one. */
  checksum?: number;
}

/** An IGMP message; `body` is what follows the checksum. */
export function igmpMessage(fields: IgmpFields, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = concatenate(new Uint8Array(IgmpFormat.group), body);
  const view = new DataView(bytes.buffer);
  view.setUint8(IgmpFormat.type, fields.type);
  view.setUint8(IgmpFormat.maximumResponse, fields.maximumResponse ?? 0);
  view.setUint16(IgmpFormat.checksum, fields.checksum ?? naiveChecksum(bytes));
  return bytes;
}

/** A membership query of IGMPv3 (RFC 9776 4.1), or of version 2 or 1 with `old` (RFC 2236 2). */
export function igmpQuery(
  fields: MulticastQueryFields & { checksum?: number } = {},
): Uint8Array<ArrayBuffer> {
  const { maximumResponse = 100, checksum } = fields;
  const type = IgmpType.MembershipQuery;
  const body = queryBody(fields, "0.0.0.0");
  return igmpMessage({ type, maximumResponse, ...(checksum !== undefined && { checksum }) }, body);
}

/** A report of IGMPv1 or v2, or a leave message of v2 (RFC 1112 Appendix I, RFC 2236 2). */
export function igmpOldMessage(fields: {
  message: "report v1" | "report v2" | "leave";
  group: IpAddress | string;
  checksum?: number;
}): Uint8Array<ArrayBuffer> {
  const types = {
    "report v1": IgmpType.ReportV1,
    "report v2": IgmpType.ReportV2,
    leave: IgmpType.LeaveGroup,
  };
  const { message, group, checksum } = fields;
  const type = types[message];
  return igmpMessage({ type, ...(checksum !== undefined && { checksum }) }, addressOctets(group));
}

/** A report of IGMPv3 (RFC 9776 4.2). */
export function igmpV3Report(fields: {
  records: readonly GroupRecordFields[];
  recordCount?: number;
  checksum?: number;
}): Uint8Array<ArrayBuffer> {
  const { records, checksum } = fields;
  const count = fields.recordCount ?? records.length;
  const head = new Uint8Array(ReportFormat.records - IgmpFormat.group);
  new DataView(head.buffer).setUint16(ReportFormat.recordCount - IgmpFormat.group, count);
  const type = IgmpType.ReportV3;
  return igmpMessage(
    { type, ...(checksum !== undefined && { checksum }) },
    concatenate(head, ...records.map(recordOctets)),
  );
}

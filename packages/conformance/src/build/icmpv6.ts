import { type IpAddress, IpProtocol, toIpAddress } from "@mnet/core";
import { IcmpFormat as At } from "../format/icmp.ts";
import { IcmpV6Type } from "../format/icmpv6.ts";
import { concatenate, naiveChecksum, pseudoHeader } from "./checksum.ts";

/** The addresses of the packet around an ICMPv6 message, which its checksum covers (RFC 4443 2.3), and what may be wrong with it. */
export interface IcmpV6Around {
  source: IpAddress | string;
  destination: IpAddress | string;
  /** Default: the right one. */
  checksum?: number;
}

export interface IcmpV6Fields extends IcmpV6Around {
  type: number;
  /** Default 0. */
  code?: number;
  /** The second word, 32 bits. Default 0. */
  rest?: number;
}

/** An ICMPv6 message; `payload` is what follows the second word. */
export function icmpV6Message(
  fields: IcmpV6Fields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const bytes = concatenate(new Uint8Array(At.payload), payload);
  const view = new DataView(bytes.buffer);
  view.setUint8(At.type, fields.type);
  view.setUint8(At.code, fields.code ?? 0);
  view.setUint32(At.rest, fields.rest ?? 0);
  const source = toIpAddress(fields.source);
  const destination = toIpAddress(fields.destination);
  const right = naiveChecksum(pseudoHeader(source, destination, IpProtocol.Icmpv6, bytes.length), bytes);
  view.setUint16(At.checksum, fields.checksum ?? right);
  return bytes;
}

export interface EchoV6Fields extends IcmpV6Around {
  /** 16 bits. */
  identifier: number;
  /** 16 bits. */
  sequence: number;
}

/** An echo request (type 128). */
export function icmpV6EchoRequest(fields: EchoV6Fields, data?: Uint8Array): Uint8Array<ArrayBuffer> {
  return echo(IcmpV6Type.EchoRequest, fields, data);
}

/** An echo reply (type 129). */
export function icmpV6EchoReply(fields: EchoV6Fields, data?: Uint8Array): Uint8Array<ArrayBuffer> {
  return echo(IcmpV6Type.EchoReply, fields, data);
}

function echo(type: number, fields: EchoV6Fields, data?: Uint8Array): Uint8Array<ArrayBuffer> {
  const { identifier, sequence, ...around } = fields;
  return icmpV6Message({ ...around, type, rest: ((identifier << 16) | (sequence & 0xffff)) >>> 0 }, data);
}

import { IcmpFormat as At, IcmpV4Type } from "../format/icmp.ts";
import { concatenate, naiveChecksum } from "./checksum.ts";

export interface IcmpV4Fields {
  type: number;
  code: number;
  /** The second word, 32 bits. Default 0. */
  rest?: number;
  /** Default: the right one. */
  checksum?: number;
}

/** An ICMPv4 message; `payload` is what follows the second word. */
export function icmpV4Message(
  fields: IcmpV4Fields,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const bytes = concatenate(new Uint8Array(At.payload), payload);
  const view = new DataView(bytes.buffer);
  view.setUint8(At.type, fields.type);
  view.setUint8(At.code, fields.code);
  view.setUint32(At.rest, fields.rest ?? 0);
  view.setUint16(At.checksum, fields.checksum ?? naiveChecksum(bytes));
  return bytes;
}

export interface EchoFields {
  /** 16 bits. */
  identifier: number;
  /** 16 bits. */
  sequence: number;
  /** Default: the right one. */
  checksum?: number;
}

/** An echo request (type 8). */
export function icmpV4EchoRequest(fields: EchoFields, data?: Uint8Array): Uint8Array<ArrayBuffer> {
  return icmpV4Message({ ...echo(fields), type: IcmpV4Type.EchoRequest }, data);
}

/** An echo reply (type 0). */
export function icmpV4EchoReply(fields: EchoFields, data?: Uint8Array): Uint8Array<ArrayBuffer> {
  return icmpV4Message({ ...echo(fields), type: IcmpV4Type.EchoReply }, data);
}

function echo({ identifier, sequence, ...others }: EchoFields): IcmpV4Fields {
  return { ...others, type: 0, code: 0, rest: ((identifier << 16) | (sequence & 0xffff)) >>> 0 };
}

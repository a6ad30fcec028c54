import { layOutBlock, type OptionValue } from "./block-builder.ts";
import {
  BlockType,
  BYTE_ORDER_MAGIC,
  Direction,
  EnhancedPacket,
  InterfaceDescription,
  MICROSECONDS,
  OptionCode,
  SectionHeader,
} from "./format.ts";

/** Link types of IANA's "PCAP LINKTYPE" registry. */
export const LinkType = {
  Ethernet: 1,
  /** Bare IPv4 and IPv6 datagrams. */
  Raw: 101,
} as const;

export interface PcapngWriterOptions {
  /** Takes each block when it is complete, in order; the octets are the receiver's. Concatenated they are the file. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** One of {@link LinkType} or another registered number. Default Ethernet. */
  readonly linkType?: number;
  /** Octets kept of each packet, 0 for all. Default 0. */
  readonly snapLength?: number;
  /** The name of the interface, shown by readers. */
  readonly interfaceName?: string;
  /** The name of the program, written to the head of the file. */
  readonly application?: string;
}

export interface PacketDetails {
  /** Microseconds since 1970, or since whatever the file's reader knows to mean; not negative. Fractions are cut off. */
  readonly timestampMicroseconds: number | bigint;
  /** As seen from the interface. Default: not said. */
  readonly direction?: "in" | "out";
  /** Shown by readers next to the packet; cut off after 65535 octets of UTF-8. */
  readonly comment?: string;
}

/** Writes one section with one interface in pcapng, the format of Wireshark and tcpdump. Little endian, time stamps in microseconds. */
export class PcapngWriter {
  readonly #write: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly #snapLength: number;

  /** Writes the section header and the interface description. @throws RangeError when an option is out of range. */
  constructor(options: PcapngWriterOptions) {
    const { linkType = LinkType.Ethernet, snapLength = 0 } = options;
    checkInteger("linkType", linkType, 0xffff);
    checkInteger("snapLength", snapLength, 0xffff_ffff);
    this.#write = options.write.bind(options);
    this.#snapLength = snapLength === 0 ? Number.POSITIVE_INFINITY : snapLength;
    this.#write(sectionHeader(options.application));
    this.#write(interfaceDescription(linkType, snapLength, options.interfaceName));
  }

  /**
   * Writes one packet.
   * @param bytes the packet from its link header on; borrowed for the call.
   * @throws RangeError when the time stamp is negative or has more than 64 bits.
   */
  packet(bytes: Uint8Array, details: PacketDetails): void {
    const ticks = details.timestampMicroseconds;
    const [high, low] = typeof ticks === "bigint" ? splitBigInt(ticks) : splitNumber(ticks);
    const captured = bytes.length > this.#snapLength ? bytes.subarray(0, this.#snapLength) : bytes;
    const { bytes: block, view } = layOutBlock(
      BlockType.EnhancedPacket,
      EnhancedPacket.data,
      packetOptions(details),
      captured,
    );
    view.setUint32(EnhancedPacket.timestampHigh, high, true);
    view.setUint32(EnhancedPacket.timestampLow, low, true);
    view.setUint32(EnhancedPacket.capturedLength, captured.length, true);
    view.setUint32(EnhancedPacket.originalLength, bytes.length, true);
    this.#write(block);
  }
}

function sectionHeader(application: string | undefined): Uint8Array<ArrayBuffer> {
  const options = application === undefined ? [] : [text(OptionCode.UserApplication, application)];
  const { bytes, view } = layOutBlock(BlockType.SectionHeader, SectionHeader.options, options);
  view.setUint32(SectionHeader.byteOrder, BYTE_ORDER_MAGIC, true);
  view.setUint16(SectionHeader.major, 1, true);
  view.setUint16(SectionHeader.minor, 0, true);
  // -1: not known, the section ends with the file.
  view.setBigInt64(SectionHeader.sectionLength, -1n, true);
  return bytes;
}

function interfaceDescription(
  linkType: number,
  snapLength: number,
  name: string | undefined,
): Uint8Array<ArrayBuffer> {
  const options: OptionValue[] = [[OptionCode.TimestampResolution, new Uint8Array([MICROSECONDS])]];
  if (name !== undefined) options.unshift(text(OptionCode.InterfaceName, name));
  const { bytes, view } = layOutBlock(BlockType.InterfaceDescription, InterfaceDescription.options, options);
  view.setUint16(InterfaceDescription.linkType, linkType, true);
  view.setUint32(InterfaceDescription.snapLength, snapLength, true);
  return bytes;
}

const inbound: OptionValue = [OptionCode.PacketFlags, new Uint8Array([Direction.Inbound, 0, 0, 0])];
const outbound: OptionValue = [OptionCode.PacketFlags, new Uint8Array([Direction.Outbound, 0, 0, 0])];

function packetOptions({ direction, comment }: PacketDetails): readonly OptionValue[] {
  const options: OptionValue[] = [];
  if (direction !== undefined) options.push(direction === "in" ? inbound : outbound);
  if (comment !== undefined) options.push(text(OptionCode.Comment, comment));
  return options;
}

/** A text option: UTF-8 without a terminator, cut between characters. */
function text(code: number, value: string): OptionValue {
  const bytes = new TextEncoder().encode(value);
  let end = Math.min(bytes.length, 0xffff);
  if (end < bytes.length) while ((bytes[end]! & 0xc0) === 0x80) end--;
  return [code, bytes.subarray(0, end)];
}

function splitNumber(ticks: number): [high: number, low: number] {
  if (!(ticks >= 0 && ticks <= Number.MAX_SAFE_INTEGER)) throw badTimestamp(ticks);
  const whole = Math.floor(ticks);
  return [Math.floor(whole / 0x1_0000_0000), whole % 0x1_0000_0000];
}

function splitBigInt(ticks: bigint): [high: number, low: number] {
  if (ticks < 0n || ticks > 0xffff_ffff_ffff_ffffn) throw badTimestamp(ticks);
  return [Number(ticks >> 32n), Number(ticks & 0xffff_ffffn)];
}

function badTimestamp(ticks: number | bigint): RangeError {
  return new RangeError(`timestampMicroseconds must be 0 or more and fit 64 bits, not ${ticks}`);
}

function checkInteger(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${name} must be an integer in 0..${most}, not ${value}`);
  }
}

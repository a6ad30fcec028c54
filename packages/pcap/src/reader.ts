import {
  BLOCK_OVERHEAD,
  BlockType,
  BYTE_ORDER_MAGIC,
  Direction,
  EnhancedPacket,
  InterfaceDescription,
  MICROSECONDS,
  OptionCode,
  padded,
  SectionHeader,
  SimplePacket,
} from "./format.ts";

/** One interface of a capture. */
export interface CapturedInterface {
  /** What packets begin with; see {@link LinkType}. */
  readonly linkType: number;
  /** Octets kept of each packet; 0 for all. */
  readonly snapLength: number;
  readonly name: string | null;
  /** Time stamp units per second. */
  readonly unitsPerSecond: bigint;
  /** Seconds to add to every time stamp. */
  readonly offsetSeconds: bigint;
}

/** One packet of a capture. */
export interface CapturedPacket {
  /** Index into {@link PcapngFile.interfaces}. */
  readonly interface: number;
  /** The octets kept, a view of what was read. */
  readonly bytes: Uint8Array;
  /** Octets the packet had. */
  readonly originalLength: number;
  /** Microseconds, since 1970 as a rule, with a fraction when the interface counts finer; `null` when the block type has none. */
  readonly timestampMicroseconds: number | null;
  readonly direction: "in" | "out" | null;
  readonly comment: string | null;
}

/** What {@link readPcapng} found. */
export interface PcapngFile {
  /** The interfaces of all sections in the order of the file. */
  readonly interfaces: readonly CapturedInterface[];
  readonly packets: readonly CapturedPacket[];
  /** Whether reading ended before the end: the last block is cut off, or a block contradicts itself. */
  readonly truncated: boolean;
}

/**
 * Reads a capture of any number of sections and interfaces in either byte order. Blocks of other kinds are skipped. What is cut off or
 * damaged ends the reading, everything before it is returned.
 * @param bytes the whole file; the packets are views of it.
 * @throws RangeError when it does not begin with the section header of pcapng 1.x.
 */
export function readPcapng(bytes: Uint8Array): PcapngFile {
  const reader = new Reader(bytes);
  if (!reader.beginSection(0))
    throw new RangeError("not pcapng: the file does not begin with a section header");
  const truncated = reader.readBlocks();
  return { interfaces: reader.interfaces, packets: reader.packets, truncated };
}

interface ReadOption {
  readonly code: number;
  readonly value: Uint8Array;
}

class Reader {
  readonly interfaces: CapturedInterface[] = [];
  readonly packets: CapturedPacket[] = [];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #littleEndian = true;
  /** Index of this section's first interface. */
  #sectionInterfaces = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the byte order and version of the section header at `at`; `false` when there is none. */
  beginSection(at: number): boolean {
    if (this.#bytes.length - at < SectionHeader.sectionLength) return false;
    // The type is the same in both byte orders.
    if (this.#view.getUint32(at) !== BlockType.SectionHeader) return false;
    this.#littleEndian = this.#view.getUint32(at + SectionHeader.byteOrder, true) === BYTE_ORDER_MAGIC;
    if (this.#u32(at + SectionHeader.byteOrder) !== BYTE_ORDER_MAGIC) return false;
    this.#sectionInterfaces = this.interfaces.length;
    return this.#u16(at + SectionHeader.major) === 1;
  }

  /** Reads all blocks; whether it had to stop before the end. */
  readBlocks(): boolean {
    let at = 0;
    while (at < this.#bytes.length) {
      if (this.#bytes.length - at < BLOCK_OVERHEAD) return true;
      if (this.#view.getUint32(at) === BlockType.SectionHeader && !this.beginSection(at)) return true;
      const length = this.#u32(at + 4);
      const end = at + length;
      if (length < BLOCK_OVERHEAD || length % 4 !== 0 || end > this.#bytes.length) return true;
      if (this.#u32(end - 4) !== length || !this.#readBlock(at, end - 4)) return true;
      at = end;
    }
    return false;
  }

  /** Reads the block at `at` whose body ends at `end`; `false` when it contradicts itself. */
  #readBlock(at: number, end: number): boolean {
    switch (this.#u32(at)) {
      case BlockType.InterfaceDescription:
        return this.#readInterface(at, end);
      case BlockType.EnhancedPacket:
        return this.#readEnhancedPacket(at, end);
      case BlockType.SimplePacket:
        return this.#readSimplePacket(at, end);
      default:
        return true;
    }
  }

  #readInterface(at: number, end: number): boolean {
    if (end - at < InterfaceDescription.options) return false;
    let name: string | null = null;
    let unitsPerSecond = unitsOf(MICROSECONDS);
    let offsetSeconds = 0n;
    for (const { code, value } of this.#options(at + InterfaceDescription.options, end)) {
      if (code === OptionCode.InterfaceName) name = decode(value);
      else if (code === OptionCode.TimestampResolution && value.length >= 1)
        unitsPerSecond = unitsOf(value[0]!);
      else if (code === OptionCode.TimestampOffset && value.length >= 8) {
        offsetSeconds = viewOf(value).getBigInt64(0, this.#littleEndian);
      }
    }
    this.interfaces.push({
      linkType: this.#u16(at + InterfaceDescription.linkType),
      snapLength: this.#u32(at + InterfaceDescription.snapLength),
      name,
      unitsPerSecond,
      offsetSeconds,
    });
    return true;
  }

  #readEnhancedPacket(at: number, end: number): boolean {
    if (end - at < EnhancedPacket.data) return false;
    const index = this.#sectionInterfaces + this.#u32(at + EnhancedPacket.interface);
    const on = this.interfaces[index];
    const length = this.#u32(at + EnhancedPacket.capturedLength);
    const data = at + EnhancedPacket.data;
    if (on === undefined || length > end - data) return false;
    let direction: CapturedPacket["direction"] = null;
    let comment: string | null = null;
    for (const { code, value } of this.#options(data + padded(length), end)) {
      if (code === OptionCode.Comment) comment ??= decode(value);
      else if (code === OptionCode.PacketFlags && value.length >= 4) {
        direction = directionOf(viewOf(value).getUint32(0, this.#littleEndian));
      }
    }
    const high = BigInt(this.#u32(at + EnhancedPacket.timestampHigh));
    const ticks = (high << 32n) | BigInt(this.#u32(at + EnhancedPacket.timestampLow));
    this.packets.push({
      interface: index,
      bytes: this.#bytes.subarray(data, data + length),
      originalLength: this.#u32(at + EnhancedPacket.originalLength),
      timestampMicroseconds: toMicroseconds(ticks, on),
      direction,
      comment,
    });
    return true;
  }

  /** A simple packet belongs to the section's first interface, and its captured length is not written down (4.4). */
  #readSimplePacket(at: number, end: number): boolean {
    const on = this.interfaces[this.#sectionInterfaces];
    if (on === undefined || end - at < SimplePacket.data) return false;
    const originalLength = this.#u32(at + SimplePacket.originalLength);
    const data = at + SimplePacket.data;
    const kept = on.snapLength === 0 ? originalLength : Math.min(originalLength, on.snapLength);
    if (kept > end - data) return false;
    this.packets.push({
      interface: this.#sectionInterfaces,
      bytes: this.#bytes.subarray(data, data + kept),
      originalLength,
      timestampMicroseconds: null,
      direction: null,
      comment: null,
    });
    return true;
  }

  /** The options in `[at, end)`, up to their end or the first that does not fit. */
  #options(at: number, end: number): ReadOption[] {
    const found: ReadOption[] = [];
    while (end - at >= 4) {
      const code = this.#u16(at);
      const length = this.#u16(at + 2);
      if (code === OptionCode.End || length > end - at - 4) break;
      found.push({ code, value: this.#bytes.subarray(at + 4, at + 4 + length) });
      at += 4 + padded(length);
    }
    return found;
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, this.#littleEndian);
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, this.#littleEndian);
  }
}

function viewOf(value: Uint8Array): DataView {
  return new DataView(value.buffer, value.byteOffset, value.byteLength);
}

function decode(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}

/** `if_tsresol`: a negative power of 2 when the top bit is set, else of 10 (4.2). */
function unitsOf(resolution: number): bigint {
  return resolution >= 0x80 ? 1n << BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
}

function toMicroseconds(ticks: bigint, on: CapturedInterface): number {
  const scaled = ticks * 1_000_000n;
  const fraction = Number(scaled % on.unitsPerSecond) / Number(on.unitsPerSecond);
  return Number(scaled / on.unitsPerSecond + on.offsetSeconds * 1_000_000n) + fraction;
}

function directionOf(flags: number): CapturedPacket["direction"] {
  const direction = flags & Direction.Mask;
  if (direction === Direction.Inbound) return "in";
  return direction === Direction.Outbound ? "out" : null;
}

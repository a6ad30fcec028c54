import {
  foldSum,
  type IpInfo,
  IpProtocol,
  Packet,
  pseudoHeaderSum,
  RxChecksum,
  sumPacket,
  Verdict,
} from "@mnet/core";
import { MOST_SACK_BLOCKS } from "./params.ts";

/**
 * The TCP header (RFC 9293 3.1), octet offsets:
 *
 * ```text
 *  0                   1                   2                   3
 *  |          Source Port          |       Destination Port        |
 *  |                        Sequence Number                        |
 *  |                    Acknowledgment Number                      |
 *  | DOffset | Rsrvd |   Control   |            Window             |
 *  |           Checksum            |         Urgent Pointer        |
 *  |                           [Options]                           |
 * ```
 */
export const TcpHeader = {
  SourcePort: 0,
  DestinationPort: 2,
  Sequence: 4,
  Acknowledgment: 8,
  DataOffset: 12,
  Flags: 13,
  Window: 14,
  Checksum: 16,
  Urgent: 18,
  /** Length without options. */
  Length: 20,
} as const;

/** The control bits. */
export const TcpFlag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16, Urg: 32, Ece: 64, Cwr: 128 } as const;

/** One received segment as its header says: a single reused record per layer, borrowed with the packet. */
export class Segment {
  sourcePort = 0;
  destinationPort = 0;
  /** SEG.SEQ as int32; trimming moves it. */
  sequence = 0;
  /** SEG.ACK as int32; means nothing without the ACK bit. */
  acknowledgment = 0;
  flags = 0;
  /** The window field as it stands: not scaled. */
  window = 0;
  /** Means nothing without the URG bit. */
  urgentPointer = 0;
  /** Where the options end and the text begins in `bytes`. */
  textStart = 0;
  /** Octets of text; trimming lowers it. */
  textLength = 0;
  /** Octets of text per segment when several came as one, else 0. */
  segmentSize = 0;
  /** The packet it came in, borrowed. */
  packet: Packet = nothing;
  /** The ECN field of the datagram it came in (RFC 3168 5). */
  ecn = 0;
  /** MSS option, 0 when absent. Means something on a SYN only. */
  maximumSegment = 0;
  /** Window scale option, -1 when absent. Means something on a SYN only. */
  windowScale = -1;
  /** SACK-permitted option. Means something on a SYN only. */
  sackPermitted = false;
  /** Timestamps option: TSval and TSecr, int32. */
  hasTimestamp = false;
  timestampValue = 0;
  timestampEcho = 0;
  /** Blocks of the SACK option, 0 when absent: left and right edge of each in {@link Segment.sackEdges}, int32. */
  sackCount = 0;
  readonly sackEdges: Int32Array = new Int32Array(2 * MOST_SACK_BLOCKS);

  /** The octets of text, borrowed. */
  get text(): Uint8Array {
    return this.packet.octets(this.textStart, this.textStart + this.textLength);
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** SEG.LEN: text plus SYN and FIN, which occupy sequence space. */
  get length(): number {
    return this.textLength + (this.flags & TcpFlag.Syn ? 1 : 0) + (this.flags & TcpFlag.Fin ? 1 : 0);
  }
}

const nothing = Packet.allocate(0);

/**
 * Reads the fixed header at `packet.start` into `segment`. Lengths are checked here once; everything after is total. Options lie in
 * `[packet.start + 20, segment.textStart)`.
 */
export function parseSegment(packet: Packet, segment: Segment): Verdict {
  const { view, start } = packet;
  const length = packet.end - start;
  if (length < TcpHeader.Length) return Verdict.TooShort;
  const headerLength = (view.getUint8(start + TcpHeader.DataOffset) >>> 4) * 4;
  if (headerLength < TcpHeader.Length || headerLength > length) return Verdict.BadHeaderLength;
  segment.sourcePort = view.getUint16(start + TcpHeader.SourcePort);
  segment.destinationPort = view.getUint16(start + TcpHeader.DestinationPort);
  segment.sequence = view.getInt32(start + TcpHeader.Sequence);
  segment.acknowledgment = view.getInt32(start + TcpHeader.Acknowledgment);
  segment.flags = view.getUint8(start + TcpHeader.Flags);
  segment.window = view.getUint16(start + TcpHeader.Window);
  segment.urgentPointer = view.getUint16(start + TcpHeader.Urgent);
  segment.textStart = start + headerLength;
  segment.textLength = length - headerLength;
  segment.segmentSize = packet.segmentSize;
  segment.packet = packet;
  segment.maximumSegment = 0;
  segment.windowScale = -1;
  segment.sackPermitted = false;
  segment.hasTimestamp = false;
  segment.sackCount = 0;
  return Verdict.Handled;
}

/** Whether the checksum is right (RFC 9293 3.1, MUST-3), or known to be. */
export function checksumHolds(packet: Packet, info: IpInfo): boolean {
  if (packet.rxChecksum !== RxChecksum.Unknown) return true;
  const length = packet.end - packet.start;
  const pseudo = pseudoHeaderSum(info.source, info.destination, IpProtocol.Tcp, length);
  return foldSum(pseudo + sumPacket(packet, packet.start)) === 0xffff;
}

/**
 * Writes a header at `at`. The checksum field gets the folded pseudo-header sum, to be completed below (`checksumStart`).
 * @param headerLength octets including options, a multiple of 4.
 * @param pseudoSum the sum of the pseudo-header, not folded.
 */
export function writeHeader(
  view: DataView,
  at: number,
  headerLength: number,
  sourcePort: number,
  destinationPort: number,
  sequence: number,
  acknowledgment: number,
  flags: number,
  window: number,
  pseudoSum: number,
): void {
  view.setUint16(at + TcpHeader.SourcePort, sourcePort);
  view.setUint16(at + TcpHeader.DestinationPort, destinationPort);
  view.setInt32(at + TcpHeader.Sequence, sequence);
  view.setInt32(at + TcpHeader.Acknowledgment, acknowledgment);
  view.setUint8(at + TcpHeader.DataOffset, (headerLength / 4) << 4);
  view.setUint8(at + TcpHeader.Flags, flags);
  view.setUint16(at + TcpHeader.Window, window);
  view.setUint16(at + TcpHeader.Checksum, foldSum(pseudoSum));
  view.setUint16(at + TcpHeader.Urgent, 0);
}

import {
  IpProtocol,
  type Millis,
  type NetErrorCode,
  type Packet,
  pseudoHeaderSum,
  type Route,
  Verdict,
  viewOf,
} from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { markOutgoing } from "../ecn/ecn.ts";
import { TcpFlag, TcpHeader, writeHeader } from "../header.ts";
import { urgentPointer } from "../urgent.ts";
import { currentRoute } from "./path.ts";
import { sackBlocks } from "./sack.ts";
import { optionsLength, writeOptions } from "./segment-options.ts";
import { windowField, windowOffered } from "./window.ts";

/** The device or a queue below has no room: nothing was sent, and the connection tries again later. */
export function mustWait(verdict: Verdict): boolean {
  return verdict === Verdict.DeviceBusy || verdict === Verdict.NoBuffers;
}

/**
 * Sends one segment of a connection. Whatever acknowledgment was due is done when it has the ACK bit.
 * @param offset where the text begins in the send ring. @param length octets of text.
 * @returns the verdict of IP. {@link mustWait}: not sent. Any other: sent, or lost on the way like any packet.
 */
export function emit(
  block: ControlBlock,
  sequence: number,
  flags: number,
  offset: number,
  length: number,
  now: Millis,
): Verdict {
  const route = currentRoute(block);
  if (route === null) return failed(block, Verdict.NoRoute);
  const { context } = block;
  const syn = (flags & TcpFlag.Syn) !== 0;
  const blocks = sackBlocks(block, route, flags, length);
  const headerLength = TcpHeader.Length + optionsLength(block, flags, blocks);
  const start = route.headroom;
  const packet = packetWith(block, route, start, headerLength, offset, length);
  const size = length > block.sendSegment && !block.pathMtu.sending ? block.sendSegment : 0;
  if (size > 0) packet.segmentSize = size;
  const urgent = urgentPointer(block, sequence, flags, length);
  const acknowledges = (flags & TcpFlag.Ack) !== 0;
  const marked = markOutgoing(block, sequence, flags, length);
  writeOptions(block, packet.view, start + TcpHeader.Length, flags, blocks, now);
  // RFC 7323 2.2: the window of a SYN is not scaled.
  const scale = syn ? 0 : Math.max(0, block.receiveScale);
  const window = windowOf(block, flags);
  writeHeader(
    packet.view,
    start,
    headerLength,
    block.localPort,
    block.remotePort,
    sequence,
    acknowledges ? block.receiveNext : 0,
    urgent > 0 ? marked | TcpFlag.Urg : marked,
    window,
    pseudoHeaderSum(block.local, block.remote, IpProtocol.Tcp, headerLength + length),
  );
  if (urgent > 0) packet.view.setUint16(start + TcpHeader.Urgent, urgent);
  packet.checksumStart = start;
  packet.checksumField = start + TcpHeader.Checksum;
  const verdict = block.network.send(packet, route, block.sendOptions, now);
  context.sent.count(verdict);
  if (verdict > Verdict.Queued) {
    if (verdict === Verdict.DeviceBusy) context.deviceBusy = true;
    return failed(block, verdict);
  }
  count(block, sequence, flags, length, size);
  if (marked & TcpFlag.Cwr) block.ecn.reduced = false;
  if (acknowledges) {
    windowOffered(block, window, scale);
    if (blocks > 0) block.sackReport.reported();
    block.acknowledgeNow = false;
    block.unacknowledgedOctets = 0;
    block.acknowledgmentPace.acknowledged();
    block.acknowledgeDeadline = Number.POSITIVE_INFINITY;
  }
  return verdict;
}

/** A reset offers nothing; a SYN's window is not scaled (RFC 7323 2.2). */
function windowOf(block: ControlBlock, flags: number): number {
  if (flags & TcpFlag.Rst) return 0;
  return flags & TcpFlag.Syn ? block.synWindow : windowField(block);
}

/**
 * A packet with room for the header at `start` and the text behind it: lifted out of the ring when it is no larger than usual, else as slices
 * of the ring where the link gathers, else copied.
 */
function packetWith(
  block: ControlBlock,
  route: Route,
  start: number,
  headerLength: number,
  offset: number,
  length: number,
): Packet {
  const { context, sendRing } = block;
  const text = start + headerLength;
  if (length > 0 && sendRing.lift(offset, length, context.lifted, text)) {
    const { lifted } = context;
    lifted.reset(start, text + length);
    lifted.payload = text;
    return lifted;
  }
  const packet = context.outgoing;
  const gathers = length > 0 && sendRing.pieces(offset, length) <= route.capabilities.gather;
  makeRoom(packet, text + (gathers ? 0 : length));
  packet.reset(start, text);
  packet.payload = text;
  if (gathers) {
    packet.tails = sendRing.aim(offset, length, packet.tail);
  } else if (length > 0) {
    sendRing.copy(offset, length, packet.bytes, text);
    packet.end += length;
  }
  return packet;
}

/**
 * The sequence number of a segment without text: SND.NXT, unless a window probe went beyond the peer's window. There the peer would not
 * accept it: two ends with closed windows that probe each other would never hear of the other's window opening, and a reset would be lost.
 */
export function acceptableSequence(block: ControlBlock): number {
  const windowEnd = (block.sendUnacknowledged + block.sendWindow) | 0;
  return ((block.sendNext - windowEnd) | 0) > 0 ? windowEnd : block.sendNext;
}

/** Makes sure that the packet's buffer has `octets`. */
export function makeRoom(packet: Packet, octets: number): void {
  if (packet.bytes.length >= octets) return;
  const bytes = new Uint8Array(octets);
  packet.aim(bytes, viewOf(bytes), 0, 0);
}

function count(block: ControlBlock, sequence: number, flags: number, length: number, size: number): void {
  const { statistics } = block.context;
  const again =
    ((sequence - block.sendNext) | 0) < 0 && (length > 0 || (flags & (TcpFlag.Syn | TcpFlag.Fin)) !== 0);
  block.traffic.sent(length, size, again);
  if (again) {
    statistics.retransmittedSegments++;
    block.octetsRetransmitted += length;
  } else {
    statistics.outSegments++;
    block.octetsSent += length;
  }
  if (flags & TcpFlag.Rst) statistics.outResets++;
}

const softErrors: Partial<Record<Verdict, NetErrorCode>> = {
  [Verdict.NoRoute]: "ENETUNREACH",
  [Verdict.BadLocalAddress]: "EADDRNOTAVAIL",
  [Verdict.NeighborFailed]: "EHOSTUNREACH",
};

/** What IP could not send counts as lost on the way; why is remembered for the day the connection gives up. */
function failed(block: ControlBlock, verdict: Verdict): Verdict {
  block.softError = softErrors[verdict] ?? block.softError;
  return verdict;
}

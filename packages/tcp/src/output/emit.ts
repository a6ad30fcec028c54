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
import { TcpFlag, TcpHeader, writeHeader } from "../header.ts";
import { type SynOptions, synOptionsLength, writeSynOptions, writeTimestamps } from "../options.ts";
import { announcedSegment, currentRoute, optionsOf } from "./path.ts";
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
  const headerLength = TcpHeader.Length + optionsLength(block, syn);
  const start = route.headroom;
  const packet = packetWith(block, route, start, headerLength, offset, length);
  if (length > block.sendSegment) packet.segmentSize = block.sendSegment;
  const acknowledges = (flags & TcpFlag.Ack) !== 0;
  writeOptions(block, packet.view, start + TcpHeader.Length, syn, acknowledges, now);
  // RFC 7323 2.2: the window of a SYN is not scaled.
  const scale = syn ? 0 : Math.max(0, block.receiveScale);
  const window = syn ? block.synWindow : windowField(block);
  writeHeader(
    packet.view,
    start,
    headerLength,
    block.localPort,
    block.remotePort,
    sequence,
    acknowledges ? block.receiveNext : 0,
    flags,
    window,
    pseudoHeaderSum(block.local, block.remote, IpProtocol.Tcp, headerLength + length),
  );
  packet.checksumStart = start;
  packet.checksumField = start + TcpHeader.Checksum;
  const verdict = block.network.send(packet, route, block.sendOptions, now);
  context.sent.count(verdict);
  if (verdict > Verdict.Queued) {
    if (verdict === Verdict.DeviceBusy) context.deviceBusy = true;
    return failed(block, verdict);
  }
  count(block, sequence, flags, length);
  if (acknowledges) {
    windowOffered(block, window, scale);
    block.acknowledgeNow = false;
    block.unacknowledgedOctets = 0;
    block.acknowledgeDeadline = Number.POSITIVE_INFINITY;
  }
  return verdict;
}

function optionsLength(block: ControlBlock, syn: boolean): number {
  return syn ? synOptionsLength(offered(block, 0)) : optionsOf(block);
}

/** What our SYN offers, or our SYN-ACK agrees to. */
function offered(block: ControlBlock, maximumSegment: number): SynOptions {
  const { receiveScale, sackPermitted, timestamps } = block;
  return { maximumSegment, windowScale: receiveScale, sackPermitted, timestamps: timestamps.enabled };
}

function writeOptions(
  block: ControlBlock,
  view: DataView,
  at: number,
  syn: boolean,
  acknowledges: boolean,
  now: Millis,
): void {
  const { timestamps } = block;
  // RFC 7323 3.2: TSecr is valid with ACK only, and zero without.
  const echo = acknowledges ? timestamps.recent : 0;
  if (syn) {
    const options = offered(block, announcedSegment(block.route, block.network.family));
    writeSynOptions(view, at, options, timestamps.value(now), echo);
  } else if (timestamps.enabled) {
    writeTimestamps(view, at, timestamps.value(now), echo);
  }
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

function count(block: ControlBlock, sequence: number, flags: number, length: number): void {
  const { statistics } = block.context;
  const again =
    ((sequence - block.sendNext) | 0) < 0 && (length > 0 || (flags & (TcpFlag.Syn | TcpFlag.Fin)) !== 0);
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

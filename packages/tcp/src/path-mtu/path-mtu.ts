import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { headersOf, optionsOf, resegment } from "../output/path.ts";
import { PathMtuSearch } from "./search.ts";

/** Segments that have to follow a probe so that its loss shows by what comes after it (RFC 4821 7.4). */
const FOLLOWERS = 4;

/**
 * What one connection knows of its path's MTU beyond what the IP layer says: a search as Linux' `tcp_mtu_probing=1` has it, off until
 * full segments time out again and again.
 */
export class PathMtuState {
  readonly search: PathMtuSearch;
  /** Octets of the datagram of the probe that is under way; 0 for none. */
  probe = 0;
  /** The text of that probe. */
  probeStart = 0;
  probeEnd = 0;
  /** The segment being sent is a probe: larger than any other on purpose. */
  sending = false;

  constructor(family: 4 | 6) {
    this.search = new PathMtuSearch(family);
  }
}

/** Octets of a datagram that carries `text`. */
export function datagramOf(block: ControlBlock, text: number): number {
  return text + headersOf(block.network.family) + optionsOf(block);
}

/** Octets of text to probe with now, 0 for none: only when nothing else is wrong, and what follows would show that it was lost. */
export function probeOctets(block: ControlBlock, now: Millis): number {
  const { pathMtu, loss, sendSegment } = block;
  if (!pathMtu.search.active || pathMtu.probe > 0 || loss.state !== "open") return 0;
  const peerAllows = datagramOf(block, block.peerSegment - optionsOf(block));
  const size = pathMtu.search.candidate(Math.min(block.route.mtu, peerAllows), now);
  if (size === 0) return 0;
  const text = size - datagramOf(block, 0);
  const needed = text + FOLLOWERS * sendSegment;
  const window = Math.min(block.sendWindow, block.congestion.window);
  // Followers leave as acknowledgments come, if the window is large enough for all of them.
  if (block.unsent < needed || window < needed) return 0;
  return window - block.inFlight >= text ? text : 0;
}

/** A probe of the octets `[start, end)` left. */
export function probeSent(block: ControlBlock, start: number, end: number): void {
  const { pathMtu } = block;
  pathMtu.probe = datagramOf(block, (end - start) | 0);
  pathMtu.probeStart = start;
  pathMtu.probeEnd = end;
  block.context.statistics.pathMtuProbes++;
}

/** SND.UNA has moved: a probe below it has arrived whole, and segments may be as large from now on. */
export function probeAnswered(block: ControlBlock, now: Millis): void {
  const { pathMtu } = block;
  if (pathMtu.probe === 0 || ((block.sendUnacknowledged - pathMtu.probeEnd) | 0) < 0) return;
  pathMtu.search.passed(pathMtu.probe, now);
  pathMtu.probe = 0;
  resegment(block);
}

/**
 * `octets` from `start` on are all that is lost. @returns whether it is the probe, which says nothing of congestion (RFC 4821 7.7). With anything
 * else lost it is a loss like others, and proves nothing of the size (7.6: inconclusive).
 */
export function probeLost(block: ControlBlock, start: number, octets: number): boolean {
  const { pathMtu } = block;
  if (pathMtu.probe === 0 || start !== pathMtu.probeStart) return false;
  if (octets !== ((pathMtu.probeEnd - start) | 0)) return false;
  pathMtu.search.failed(pathMtu.probe, false);
  pathMtu.probe = 0;
  return true;
}

/** The octets `[start, end)` go again: when they are of the probe, nobody can tell any more whether it arrived. */
export function probeRepeated(block: ControlBlock, start: number, end: number): void {
  const { pathMtu } = block;
  if (pathMtu.probe === 0) return;
  if (((end - pathMtu.probeStart) | 0) > 0 && ((start - pathMtu.probeEnd) | 0) < 0) pathMtu.probe = 0;
}

/** A router says that the datagram of `sequence` is too large. @returns whether it was the probe. */
export function probeRefused(block: ControlBlock, sequence: number): boolean {
  const { pathMtu } = block;
  if (pathMtu.probe === 0 || sequence !== pathMtu.probeStart) return false;
  pathMtu.search.failed(pathMtu.probe, true);
  pathMtu.probe = 0;
  return true;
}

/**
 * The retransmission timer expired. At R1 full segments in a row without an answer, and each time after it, the path is suspected to be a black hole
 * for segments of this size (RFC 4821 7.7, RFC 8899 4.3; RFC 2923 2.1 tells how common that is).
 */
export function suspectPath(block: ControlBlock, now: Millis): void {
  const { pathMtu, context } = block;
  // Whatever was being tried is given up without a result: all that is outstanding seems to be lost.
  pathMtu.probe = 0;
  if (!context.params.pathMtuProbing) return;
  if (block.retransmissions < context.params.adviseAfter || block.inFlight < block.sendSegment) return;
  if (!pathMtu.search.suspect(datagramOf(block, block.sendSegment), now)) return;
  context.statistics.blackHoles++;
  resegment(block);
}

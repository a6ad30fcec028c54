import type { ReassemblyRanges } from "../buffers/reassembly-ranges.ts";
import { MOST_SACK_BLOCKS } from "../params.ts";

const none = new Int32Array(0);

/**
 * What our acknowledgments tell of text beyond RCV.NXT: the SACK blocks in the order of RFC 2018 4, the one with the segment that came last
 * first and then those reported before it, and in front of them once a D-SACK block for text that came twice (RFC 2883 4).
 *
 * A block is remembered by one sequence number in it, because blocks grow and merge; nothing is kept until something is out of order.
 */
export class SackReport {
  /** Text that came twice and was not reported yet. */
  hasDuplicate = false;
  #duplicateStart = 0;
  #duplicateEnd = 0;
  #points = none;
  #count = 0;

  get duplicateEnd(): number {
    return this.#duplicateEnd;
  }

  /** [start, end) came again. */
  duplicate(start: number, end: number): void {
    this.hasDuplicate = true;
    this.#duplicateStart = start;
    this.#duplicateEnd = end;
  }

  /** A segment with `sequence` was added to `ranges`: its range is the latest. */
  arrived(sequence: number, ranges: ReassemblyRanges): void {
    if (this.#points.length === 0) this.#points = new Int32Array(MOST_SACK_BLOCKS);
    const range = ranges.indexOf(sequence);
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const point = this.#points[i]!;
      const at = ranges.indexOf(point);
      // Filled gaps and merged ranges drop out.
      if (at < 0 || at === range || kept === MOST_SACK_BLOCKS - 1) continue;
      this.#points[kept++] = point;
    }
    this.#points.copyWithin(1, 0, kept);
    this.#points[0] = sequence;
    this.#count = kept + 1;
  }

  /** Whether `sequence` is in, or just behind, the range that would be reported first. */
  continues(sequence: number, ranges: ReassemblyRanges): boolean {
    if (this.#count === 0) return false;
    const at = ranges.indexOf(this.#points[0]!);
    return at >= 0 && ((sequence - ranges.start(at)) | 0) >= 0 && ((sequence - ranges.end(at)) | 0) <= 0;
  }

  /**
   * Writes up to `room` blocks as pairs of sequence numbers; returns how many.
   * @param into where to: edges as 32-bit numbers in network order from `at`.
   */
  write(ranges: ReassemblyRanges, view: DataView, at: number, room: number): number {
    let blocks = 0;
    if (this.hasDuplicate && room > 0) {
      put(view, at, this.#duplicateStart, this.#duplicateEnd);
      blocks++;
    }
    // RFC 2883 4.2: where the duplicate is in a range, that range comes next, whichever came last.
    const around = blocks > 0 ? ranges.indexOf(this.#duplicateStart) : -1;
    if (around >= 0 && blocks < room) {
      put(view, at + 8 * blocks, ranges.start(around), ranges.end(around));
      blocks++;
    }
    for (let i = 0; i < this.#count && blocks < room; i++) {
      const range = ranges.indexOf(this.#points[i]!);
      if (range < 0 || range === around) continue;
      put(view, at + 8 * blocks, ranges.start(range), ranges.end(range));
      blocks++;
    }
    return blocks;
  }

  /** How many blocks {@link SackReport.write} would write. */
  blocks(ranges: ReassemblyRanges, room: number): number {
    let blocks = this.hasDuplicate ? 1 : 0;
    const around = this.hasDuplicate ? ranges.indexOf(this.#duplicateStart) : -1;
    if (around >= 0) blocks++;
    for (let i = 0; i < this.#count; i++) {
      const range = ranges.indexOf(this.#points[i]!);
      if (range >= 0 && range !== around) blocks++;
    }
    return Math.min(blocks, room);
  }

  /** The blocks have left: a duplicate is told of once (RFC 2883 4). */
  reported(): void {
    this.hasDuplicate = false;
  }

  clear(): void {
    this.hasDuplicate = false;
    this.#count = 0;
  }
}

function put(view: DataView, at: number, start: number, end: number): void {
  view.setInt32(at, start);
  view.setInt32(at + 4, end);
}

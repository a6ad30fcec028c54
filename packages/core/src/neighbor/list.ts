import type { NeighborRecord } from "./record.ts";

/** Neighbours by recency, intrusive: a neighbour is in one list at most. */
export class NeighborList<T extends NeighborRecord> {
  newest: T | null = null;
  oldest: T | null = null;
  size = 0;

  /** Takes the neighbour out of the list it is in and puts it in front of this one. */
  push(neighbor: T): void {
    neighbor.list?.remove(neighbor);
    neighbor.list = this as unknown as NeighborList<NeighborRecord>;
    neighbor.older = this.newest;
    if (this.newest === null) this.oldest = neighbor;
    else this.newest.newer = neighbor;
    this.newest = neighbor;
    this.size += 1;
  }

  /** @param neighbor one of this list. */
  remove(neighbor: T): void {
    const newer = neighbor.newer as T | null;
    const older = neighbor.older as T | null;
    if (newer === null) this.newest = older;
    else newer.older = older;
    if (older === null) this.oldest = newer;
    else older.newer = newer;
    neighbor.list = null;
    neighbor.newer = null;
    neighbor.older = null;
    this.size -= 1;
  }
}

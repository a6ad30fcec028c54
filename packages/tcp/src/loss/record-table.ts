/** What became of the octets of a record. */
export const RecordState = {
  /** On the way, as far as we know. */
  Flying: 0,
  /** The peer has them, but lacks something before them (RFC 2018). */
  Sacked: 1,
  /** Lost on the way, and not sent again yet. */
  Lost: 2,
} as const;
export type RecordState = (typeof RecordState)[keyof typeof RecordState];

/** Records of the smallest table: what a connection with little in flight needs. */
const SMALLEST = 32;
/** Most records of one connection, a power of two; see `SentRecords`. */
export const LARGEST_TABLE = 8192;
/** Tables of each size that are kept for the next connection. */
const SPARE_TABLES = 64;

/**
 * The memory of the records of one connection: arrays by slot number, 58 octets a slot. A slot stays where it is while it is in use; what
 * moves is its place in {@link RecordTable.order}.
 */
export class RecordTable {
  readonly capacity: number;
  /** Slots by sequence number: a ring. */
  readonly order: Int32Array;
  /** First sequence number, and one past the last. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** The segments of a record begin at `anchor` and every `segment` octets from there. */
  readonly anchor: Int32Array;
  readonly segment: Int32Array;
  /** When it was last sent, and which transmission of the connection that was. */
  readonly sentAt: Float64Array;
  readonly serial: Float64Array;
  readonly state: Uint8Array;
  /** 1 when it was sent more than once (Karn). */
  readonly again: Uint8Array;
  /** Neighbours in the order of transmission; -1 for none. `newer` also links the slots that are free. */
  readonly older: Int32Array;
  readonly newer: Int32Array;
  /** Slots of lost records, a heap; and where in it each slot is. */
  readonly heap: Int32Array;
  readonly heapAt: Int32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.order = new Int32Array(capacity);
    this.start = new Int32Array(capacity);
    this.end = new Int32Array(capacity);
    this.anchor = new Int32Array(capacity);
    this.segment = new Int32Array(capacity);
    this.sentAt = new Float64Array(capacity);
    this.serial = new Float64Array(capacity);
    this.state = new Uint8Array(capacity);
    this.again = new Uint8Array(capacity);
    this.older = new Int32Array(capacity);
    this.newer = new Int32Array(capacity);
    this.heap = new Int32Array(capacity);
    this.heapAt = new Int32Array(capacity);
  }

  /** Links all slots as free; the first one is slot 0. */
  free(): void {
    this.#link(0);
  }

  /** Takes over a full smaller table; the slots beyond it are free, the first of them is `from.capacity`. */
  takeOver(from: RecordTable, head: number): void {
    const { capacity } = from;
    this.order.set(from.order.subarray(head));
    this.order.set(from.order.subarray(0, head), capacity - head);
    this.start.set(from.start);
    this.end.set(from.end);
    this.anchor.set(from.anchor);
    this.segment.set(from.segment);
    this.sentAt.set(from.sentAt);
    this.serial.set(from.serial);
    this.state.set(from.state);
    this.again.set(from.again);
    this.older.set(from.older);
    this.newer.set(from.newer);
    this.heap.set(from.heap);
    this.heapAt.set(from.heapAt);
    this.#link(capacity);
  }

  /** Octets of `[start, end)` in the slot. */
  length(slot: number): number {
    return (this.end[slot]! - this.start[slot]!) | 0;
  }

  #link(from: number): void {
    const { newer, capacity } = this;
    for (let slot = from; slot < capacity - 1; slot++) newer[slot] = slot + 1;
    newer[capacity - 1] = -1;
  }
}

/** Where tables come from: a connection has one only while something is in flight. */
export class RecordTables {
  /** By the power of two of their size. */
  readonly #spare: RecordTable[][] = Array.from({ length: 32 }, () => []);

  /** A table with at least `capacity` slots; what is in it means nothing. */
  take(capacity: number = SMALLEST): RecordTable {
    const size = Math.max(SMALLEST, capacity);
    return this.#spare[31 - Math.clz32(size)]!.pop() ?? new RecordTable(size);
  }

  give(table: RecordTable): void {
    const spare = this.#spare[31 - Math.clz32(table.capacity)]!;
    if (spare.length < SPARE_TABLES && table.capacity <= 1024) spare.push(table);
  }
}

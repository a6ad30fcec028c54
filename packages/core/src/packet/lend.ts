import { Packet } from "./packet.ts";

const flag = Symbol.for("mnet.borrowDebug");
const registry = globalThis as unknown as Record<symbol, boolean | undefined>;

/** What a borrower finds in a packet that it kept. */
export const POISON = 0xdb;

/**
 * Turns the borrow rule's debug mode on or off for the whole process (every version of this package in it). When on,
 * {@link lend} hands out a private copy and {@link reclaim} checks and poisons it: a kept view turns to garbage at once, and a write
 * to tails, or on a downward loan to the payload, throws. For tests; it allocates for each packet.
 */
export function setBorrowDebug(on: boolean): void {
  registry[flag] = on;
}

export function borrowDebug(): boolean {
  return registry[flag] === true;
}

/**
 * What to pass to a borrower in place of `packet`: `packet` itself, or in debug mode a private copy of it. Pair every call with
 * {@link reclaim}.
 */
export function lend(packet: Packet): Packet {
  return borrowDebug() ? privateCopy(packet) : packet;
}

/**
 * Ends a loan begun by {@link lend}. In debug mode poisons the copy.
 * @throws Error (debug mode only) when the borrower wrote to read-only octets or left `start` moved on a downward loan.
 */
export function reclaim(lent: Packet, original: Packet, direction: "up" | "down"): void {
  if (lent === original) return;
  const fault = direction === "down" ? downwardFault(lent, original) : tailFault(lent, original);
  lent.bytes.fill(POISON);
  for (const slice of lent.tail) slice.bytes.fill(POISON);
  if (fault !== null) throw new Error(`borrow rule broken: ${fault}`);
}

function privateCopy(packet: Packet): Packet {
  const copy = new Packet(packet.bytes.slice());
  copy.reset(packet.start, packet.end);
  copy.network = packet.network;
  copy.transport = packet.transport;
  copy.payload = packet.payload;
  copy.rxChecksum = packet.rxChecksum;
  copy.checksumStart = packet.checksumStart;
  copy.checksumField = packet.checksumField;
  copy.segmentSize = packet.segmentSize;
  copy.tails = packet.tails;
  for (let i = 0; i < packet.tails; i++) {
    const bytes = packet.tail[i as 0 | 1].bytes.slice(
      packet.tail[i as 0 | 1].start,
      packet.tail[i as 0 | 1].end,
    );
    copy.tail[i as 0 | 1].aim(bytes, new DataView(bytes.buffer), 0, bytes.length);
  }
  return copy;
}

function downwardFault(lent: Packet, original: Packet): string | null {
  if (lent.start !== original.start) return `start was ${original.start} and came back as ${lent.start}`;
  if (lent.end !== original.end) return `end was ${original.end} and came back as ${lent.end}`;
  for (let at = Math.max(original.payload, original.start); at < original.end; at++) {
    if (lent.bytes[at] !== original.bytes[at]) return `payload octet ${at - original.payload} was written`;
  }
  return tailFault(lent, original);
}

function tailFault(lent: Packet, original: Packet): string | null {
  for (let i = 0; i < original.tails; i++) {
    const mine = original.tail[i as 0 | 1];
    const theirs = lent.tail[i as 0 | 1];
    for (let at = 0; at < mine.length; at++) {
      if (theirs.bytes[at] !== mine.bytes[mine.start + at]) return `octet ${at} of tail ${i} was written`;
    }
  }
  return null;
}

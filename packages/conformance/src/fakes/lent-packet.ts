import { lend, Packet, POISON, type RxChecksum, reclaim } from "@mnet/core";

/** What a device knows about a packet that it received. */
export interface ReceivedWith {
  /** Default unknown: the receiver verifies. */
  readonly rxChecksum?: RxChecksum;
  /** Payload octets per segment of a large segment. Default 0. */
  readonly segmentSize?: number;
}

/** Octets in front of and behind what is delivered, so that a parser which confuses offsets or ends reads rubbish. */
const MARGIN = 24;

/**
 * Lends `bytes` upwards as a packet whose `start` is `headerLength` octets in, calls `receive` with it and takes it back. The octets
 * around it are {@link POISON}, and so is the packet itself afterwards, whether the borrow debug mode is on or not.
 */
export function lendUp<T>(
  bytes: Uint8Array,
  headerLength: number,
  how: ReceivedWith,
  receive: (packet: Packet) => T,
): T {
  const buffer = new Uint8Array(bytes.length + 2 * MARGIN).fill(POISON);
  buffer.set(bytes, MARGIN);
  const packet = new Packet(buffer);
  packet.reset(MARGIN + headerLength, MARGIN + bytes.length);
  packet.network = MARGIN;
  packet.rxChecksum = how.rxChecksum ?? packet.rxChecksum;
  packet.segmentSize = how.segmentSize ?? 0;
  const lent = lend(packet);
  const result = receive(lent);
  reclaim(lent, packet, "up");
  buffer.fill(POISON);
  return result;
}

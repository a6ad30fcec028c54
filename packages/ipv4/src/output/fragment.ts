import { copyPacketRange, type Packet, requestedChecksum, ScratchPacket } from "@mnet/core";
import { Fragment, HEADER_OCTETS, type HeaderFields } from "../header/header.ts";

/**
 * Cuts a datagram into fragments (RFC 791 3.2), one after the other in a buffer of its own: the datagram's octets are lent and stay as
 * they are, and a piece leaves the same way whether it came from the packet or from its tails. A checksum request is carried out in the
 * copies, for nobody below could (it covers octets of other fragments).
 */
export class Fragmenter {
  readonly #scratch = new ScratchPacket();
  readonly #header: HeaderFields;
  #source: Packet | null = null;
  #checksum = 0;
  #checksumAt = -1;
  #octets = 0;
  #offset = 0;
  #pieceOctets = 0;
  #headroom = 0;

  /** @param header the sender's fields; total length, flags and offset are set for each piece. */
  constructor(header: HeaderFields) {
    this.#header = header;
  }

  /**
   * Begins with a datagram.
   * @param source starts at the transport header; borrowed until {@link Fragmenter.end}.
   * @param mtu at least 68.
   * @param headroom octets to leave free in front of each piece.
   */
  begin(source: Packet, mtu: number, headroom: number): void {
    this.#source = source;
    this.#octets = source.length;
    this.#offset = 0;
    this.#headroom = headroom;
    this.#pieceOctets = (mtu - HEADER_OCTETS) & ~7;
    this.#checksumAt = -1;
    if (source.checksumStart >= 0) {
      this.#checksum = requestedChecksum(source);
      this.#checksumAt = source.checksumField - source.start;
    }
  }

  /** The next fragment, ready for the link and valid until the one after it; `null` when the datagram is through. */
  next(): Packet | null {
    const from = this.#offset;
    if (this.#source === null || from >= this.#octets) return null;
    const to = Math.min(from + this.#pieceOctets, this.#octets);
    const packet = this.#scratch.prepare(this.#headroom, HEADER_OCTETS + to - from);
    const { start } = packet;
    const payload = start + HEADER_OCTETS;
    packet.transport = payload;
    packet.payload = payload;
    copyPacketRange(this.#source, from, to, packet.bytes, payload);
    const checksumAt = this.#checksumAt - from;
    for (let i = 0; i < 2; i++) {
      const at = checksumAt + i;
      if (this.#checksumAt < 0 || at < 0 || at >= to - from) continue;
      packet.bytes[payload + at] = i === 0 ? this.#checksum >>> 8 : this.#checksum;
    }
    this.#header.totalLength = HEADER_OCTETS + to - from;
    this.#header.flagsAndOffset = (from >>> 3) | (to < this.#octets ? Fragment.MoreFragments : 0);
    this.#header.write(packet.view, start);
    this.#offset = to;
    return packet;
  }

  /** Lets go of the datagram. */
  end(): void {
    this.#source = null;
  }
}

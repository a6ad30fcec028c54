import { copyPacketRange, IpProtocol, type Packet, requestedChecksum, ScratchPacket } from "@mnet/core";
import {
  FRAGMENT_OCTETS,
  FragmentBits,
  FragmentField,
  HEADER_OCTETS,
  type HeaderFields,
} from "../header/header.ts";

/** Octets in front of the payload of each fragment. */
const OVERHEAD = HEADER_OCTETS + FRAGMENT_OCTETS;

/**
 * Cuts a packet into fragments (RFC 8200 4.5), one after the other in a buffer of its own: the packet's octets are lent and stay as they
 * are, and a piece leaves the same way whether it came from the packet or from its tails. A checksum request is carried out in the
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
  #protocol = 0;
  #identification = 0;

  /** @param header the sender's fields; payload length and next header are set for each piece. */
  constructor(header: HeaderFields) {
    this.#header = header;
  }

  /**
   * Begins with a packet.
   * @param source starts at the transport header; borrowed until {@link Fragmenter.end}.
   * @param mtu at least 1280.
   * @param headroom octets to leave free in front of each piece.
   */
  begin(source: Packet, protocol: number, identification: number, mtu: number, headroom: number): void {
    this.#source = source;
    this.#protocol = protocol;
    this.#identification = identification;
    this.#octets = source.length;
    this.#offset = 0;
    this.#headroom = headroom;
    this.#pieceOctets = (mtu - OVERHEAD) & ~7;
    this.#checksumAt = -1;
    if (source.checksumStart >= 0) {
      this.#checksum = requestedChecksum(source);
      this.#checksumAt = source.checksumField - source.start;
    }
  }

  /** The next fragment, ready for the link and valid until the one after it; `null` when the packet is through. */
  next(): Packet | null {
    const from = this.#offset;
    if (this.#source === null || from >= this.#octets) return null;
    const to = Math.min(from + this.#pieceOctets, this.#octets);
    const packet = this.#scratch.prepare(this.#headroom, OVERHEAD + to - from);
    const { start, view } = packet;
    const payload = start + OVERHEAD;
    packet.transport = payload;
    packet.payload = payload;
    copyPacketRange(this.#source, from, to, packet.bytes, payload);
    const checksumAt = this.#checksumAt - from;
    for (let i = 0; i < 2; i++) {
      const at = checksumAt + i;
      if (this.#checksumAt < 0 || at < 0 || at >= to - from) continue;
      packet.bytes[payload + at] = i === 0 ? this.#checksum >>> 8 : this.#checksum;
    }
    this.#header.nextHeader = IpProtocol.Fragment;
    this.#header.payloadLength = FRAGMENT_OCTETS + to - from;
    this.#header.write(view, start);
    const fragment = start + HEADER_OCTETS;
    view.setUint16(fragment + FragmentField.NextHeader, this.#protocol << 8);
    view.setUint16(
      fragment + FragmentField.OffsetAndFlags,
      from | (to < this.#octets ? FragmentBits.MoreFragments : 0),
    );
    view.setUint32(fragment + FragmentField.Identification, this.#identification);
    this.#offset = to;
    return packet;
  }

  /** Lets go of the packet. */
  end(): void {
    this.#source = null;
  }
}

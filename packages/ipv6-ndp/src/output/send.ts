import {
  type AddressResolver,
  accepted,
  EtherType,
  type LinkLayer,
  type LoopbackQueue,
  MacAddress,
  type Millis,
  type Packet,
  type Random,
  type SendOptions,
  Verdict,
} from "@mnet/core";
import { HEADER_OCTETS, HeaderFields } from "../header/header.ts";
import type { Memberships } from "../input/accept.ts";
import { MAXIMUM_PAYLOAD } from "../params.ts";
import type { Ipv6Path } from "../route/path.ts";
import { Fragmenter } from "./fragment.ts";
import { IdentificationSource } from "./identification.ts";

/** What a sender hands packets to. */
export interface SenderWays {
  readonly link: LinkLayer;
  /** `null` on medium `ip`. */
  readonly resolver: AddressResolver | null;
  readonly loopback: LoopbackQueue;
  readonly groups: Memberships;
  /** The hop limit of packets that ask for none in particular (RFC 4861 6.3.4, CurHopLimit). */
  readonly currentHopLimit: () => number;
}

/** Puts the header in front of packets, cuts those that are too large, and passes them to the link or back to ourselves. */
export class Sender {
  readonly #link: LinkLayer;
  readonly #resolver: AddressResolver | null;
  readonly #loopback: LoopbackQueue;
  readonly #groups: Memberships;
  readonly #currentHopLimit: () => number;
  readonly #identifications: IdentificationSource;
  readonly #header = new HeaderFields();
  readonly #fragmenter: Fragmenter = new Fragmenter(this.#header);
  /** Packets of which some fragments left before the device refused one. */
  partlySent = 0;

  constructor({ link, resolver, loopback, groups, currentHopLimit }: SenderWays, random: Random) {
    this.#link = link;
    this.#resolver = resolver;
    this.#loopback = loopback;
    this.#groups = groups;
    this.#currentHopLimit = currentHopLimit;
    this.#identifications = new IdentificationSource(random);
  }

  /** @param packet starts at the transport header; borrowed. @param path of this epoch. */
  send(packet: Packet, path: Ipv6Path, how: SendOptions, now: Millis): Verdict {
    const { length } = packet;
    if (length > MAXIMUM_PAYLOAD) return Verdict.TooBig;
    const limit = how.dontFragment === "probe" ? path.linkMtu : path.mtu;
    const cut = octetsOnTheWire(packet, length) > limit;
    if (cut && how.dontFragment !== "no") return Verdict.TooBig;
    this.#fill(path, how);
    const verdict = cut
      ? this.#fragments(packet, path, how.protocol, now)
      : this.#whole(packet, path, length, now);
    if (path.cast === "multicast" && how.multicastLoop && !path.loopback && accepted(verdict))
      this.#loopCopy(packet, path, how.protocol, length);
    return verdict;
  }

  #fill(path: Ipv6Path, how: SendOptions): void {
    if (!(how.hopLimit >= 0 && how.hopLimit <= 255)) {
      throw new RangeError(`hopLimit must be an integer from 0 to 255, not ${how.hopLimit}`);
    }
    const header = this.#header;
    header.trafficClass = how.trafficClass & 255;
    header.flowLabel = how.flowLabel & 0xfffff;
    header.hopLimit = how.hopLimit === 0 ? this.#currentHopLimit() : how.hopLimit;
    header.nextHeader = how.protocol;
    header.source = path.source;
    header.destination = path.destination;
  }

  #whole(packet: Packet, path: Ipv6Path, length: number, now: Millis): Verdict {
    this.#header.payloadLength = length;
    const transport = packet.start;
    this.#prepend(packet);
    const verdict = path.loopback ? this.#toOurselves(packet) : this.#emit(packet, path, now);
    packet.start = transport;
    return verdict;
  }

  /**
   * A packet of which a later fragment is refused is lost, whatever became of the others: nobody can put it together. `NoBuffers`
   * says so. It is not `DeviceBusy`, which asks to try again when the device is writable: a device whose queue is shorter than the
   * packet has fragments would refuse it for ever.
   */
  #fragments(packet: Packet, path: Ipv6Path, protocol: number, now: Millis): Verdict {
    const fragmenter = this.#fragmenter;
    const identification = this.#identifications.next(path.source, path.destination);
    let verdict: Verdict = Verdict.Handled;
    let first = true;
    fragmenter.begin(packet, protocol, identification, path.mtu, path.capabilities.headroom);
    for (let fragment = fragmenter.next(); fragment !== null; fragment = fragmenter.next()) {
      const piece = this.#emit(fragment, path, now);
      if (!accepted(piece)) {
        verdict = first ? piece : Verdict.NoBuffers;
        if (!first) this.partlySent++;
        break;
      }
      if (piece === Verdict.Queued) verdict = piece;
      first = false;
    }
    fragmenter.end();
    return verdict;
  }

  #loopCopy(packet: Packet, path: Ipv6Path, protocol: number, length: number): void {
    if (!this.#groups.has(path.destination)) return;
    this.#header.nextHeader = protocol;
    this.#header.payloadLength = length;
    const transport = packet.start;
    this.#prepend(packet);
    // A full queue loses the copy, as a link loses a frame.
    this.#loopback.push(packet);
    packet.start = transport;
  }

  #prepend(packet: Packet): void {
    packet.transport = packet.start;
    packet.start -= HEADER_OCTETS;
    packet.network = packet.start;
    this.#header.write(packet.view, packet.start);
  }

  #toOurselves(packet: Packet): Verdict {
    return this.#loopback.push(packet) ? Verdict.Queued : Verdict.NoBuffers;
  }

  #emit(packet: Packet, path: Ipv6Path, now: Millis): Verdict {
    if (path.groupMac !== null) return this.#link.send(packet, path.groupMac, EtherType.Ipv6);
    if (this.#resolver !== null) return this.#resolver.sendVia(path.nextHop, packet, now);
    return this.#link.send(packet, MacAddress.zero, EtherType.Ipv6);
  }
}

/** Octets of the largest packet that this one is on the wire, with its header: a large segment is cut below us. */
function octetsOnTheWire(packet: Packet, length: number): number {
  if (packet.segmentSize === 0) return HEADER_OCTETS + length;
  return HEADER_OCTETS + Math.min(length, packet.payload - packet.start + packet.segmentSize);
}

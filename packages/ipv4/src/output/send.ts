import {
  type AddressResolver,
  accepted,
  DEFAULT_HOP_LIMIT,
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
import { Fragment, HEADER_OCTETS, HeaderFields } from "../header/header.ts";
import type { IgmpHost } from "../multicast/igmp-host.ts";
import { MAXIMUM_DATAGRAM } from "../params.ts";
import type { Ipv4Path } from "../route/path.ts";
import { Fragmenter } from "./fragment.ts";
import { IdentificationSource } from "./identification.ts";

/** Puts the header in front of datagrams, cuts those that are too large, and passes them to the link or back to ourselves. */
export class Sender {
  readonly #link: LinkLayer;
  readonly #resolver: AddressResolver | null;
  readonly #loopback: LoopbackQueue;
  readonly #groups: IgmpHost;
  readonly #identifications: IdentificationSource;
  readonly #header = new HeaderFields();
  readonly #fragmenter: Fragmenter = new Fragmenter(this.#header);
  /** Datagrams of which some fragments left before the device refused one. */
  partlySent = 0;

  constructor(
    link: LinkLayer,
    resolver: AddressResolver | null,
    loopback: LoopbackQueue,
    groups: IgmpHost,
    random: Random,
  ) {
    this.#link = link;
    this.#resolver = resolver;
    this.#loopback = loopback;
    this.#groups = groups;
    this.#identifications = new IdentificationSource(random);
  }

  /** @param packet starts at the transport header; borrowed. @param path of this epoch. */
  send(packet: Packet, path: Ipv4Path, how: SendOptions, now: Millis): Verdict {
    const octets = packet.length + HEADER_OCTETS;
    if (octets > MAXIMUM_DATAGRAM) return Verdict.TooBig;
    const limit = how.dontFragment === "probe" ? Math.min(path.capabilities.mtu, MAXIMUM_DATAGRAM) : path.mtu;
    const cut = octetsOnTheWire(packet, octets) > limit;
    if (cut && how.dontFragment !== "no") return Verdict.TooBig;
    this.#fill(path, how);
    const verdict = cut ? this.#fragments(packet, path, now) : this.#whole(packet, path, octets, how, now);
    if (path.cast === "multicast" && how.multicastLoop && accepted(verdict))
      this.#loopCopy(packet, path, octets);
    return verdict;
  }

  #fill(path: Ipv4Path, how: SendOptions): void {
    if (!(how.hopLimit >= 0 && how.hopLimit <= 255)) {
      throw new RangeError(`hopLimit must be an integer from 0 to 255, not ${how.hopLimit}`);
    }
    const header = this.#header;
    header.trafficClass = how.trafficClass & 255;
    header.timeToLive = how.hopLimit === 0 ? DEFAULT_HOP_LIMIT : how.hopLimit;
    header.protocol = how.protocol;
    header.source = path.source.w3;
    header.destination = path.destination.w3;
    // RFC 6864 4.1: an atomic datagram needs no identification.
    header.identification =
      how.dontFragment === "no" ? this.#identifications.next(path.source, path.destination, how.protocol) : 0;
  }

  #whole(packet: Packet, path: Ipv4Path, octets: number, how: SendOptions, now: Millis): Verdict {
    this.#header.totalLength = octets;
    this.#header.flagsAndOffset = how.dontFragment === "no" ? 0 : Fragment.DontFragment;
    const transport = packet.start;
    this.#prepend(packet);
    const verdict = path.loopback ? this.#toOurselves(packet) : this.#emit(packet, path, now);
    packet.start = transport;
    return verdict;
  }

  /**
   * A datagram of which a later fragment is refused is lost, whatever became of the others: nobody can put it together. `NoBuffers`
   * says so. It is not `DeviceBusy`, which asks to try again when the device is writable: a device whose queue is shorter than the
   * datagram has fragments would refuse it for ever.
   */
  #fragments(packet: Packet, path: Ipv4Path, now: Millis): Verdict {
    const fragmenter = this.#fragmenter;
    let verdict: Verdict = Verdict.Handled;
    let first = true;
    fragmenter.begin(packet, path.mtu, path.capabilities.headroom);
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

  #loopCopy(packet: Packet, path: Ipv4Path, octets: number): void {
    if (!this.#groups.has(path.destination)) return;
    this.#header.totalLength = octets;
    this.#header.flagsAndOffset = 0;
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

  #emit(packet: Packet, path: Ipv4Path, now: Millis): Verdict {
    if (path.groupMac !== null) return this.#link.send(packet, path.groupMac, EtherType.Ipv4);
    if (this.#resolver !== null) return this.#resolver.sendVia(path.nextHop, packet, now);
    return this.#link.send(packet, MacAddress.zero, EtherType.Ipv4);
  }
}

/** Octets of the largest datagram that this one is on the wire: a large segment is cut below us. */
function octetsOnTheWire(packet: Packet, octets: number): number {
  if (packet.segmentSize === 0) return octets;
  return Math.min(octets, HEADER_OCTETS + packet.payload - packet.start + packet.segmentSize);
}

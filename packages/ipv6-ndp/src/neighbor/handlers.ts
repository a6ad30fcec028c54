import {
  type FrameInfo,
  IpAddress,
  type IpInfo,
  isV6Group,
  isV6Unspecified,
  type MacAddress,
  type Millis,
  type Packet,
  Verdict,
  type Words,
} from "@mnet/core";
import type { AddressTable } from "../autoconfiguration/address-table.ts";
import type { DuplicateDetection } from "../autoconfiguration/duplicate-detection.ts";
import type { AdvertisementReader } from "../router/advertisement.ts";
import type { Redirects } from "../router/redirects.ts";
import type { NeighborCache } from "./cache.ts";
import { NdType, NeighborFlag, RouterAdvertisement } from "./message.ts";
import { NdMessage } from "./read.ts";
import { advertisementEvent } from "./transitions.ts";
import type { NdTransmitter } from "./transmitter.ts";

/** What messages change. */
export interface MessageTargets {
  /** Our link-layer address. */
  readonly mac: MacAddress;
  readonly addresses: AddressTable;
  readonly cache: NeighborCache;
  readonly transmitter: NdTransmitter;
  readonly detection: DuplicateDetection;
  readonly redirects: Redirects;
  /** `null` when advertisements of routers are not listened to. */
  readonly advertisements: AdvertisementReader | null;
  /** The first hop that packets to a destination take now. */
  readonly firstHop: (destination: IpAddress) => IpAddress | null;
  /** A default router has advertised itself. */
  readonly routerFound: () => void;
  /** A first hop has changed. */
  readonly onChange: () => void;
}

/** What a host does with each Neighbor Discovery message (RFC 4861 6.3.4, 7.2.3 to 7.2.5, 8.3; RFC 4862 5.4). */
export class MessageHandlers {
  readonly #to: MessageTargets;
  readonly #message = new NdMessage();

  constructor(targets: MessageTargets) {
    this.#to = targets;
  }

  /** @param packet starts at the ICMPv6 header, checksum verified. Borrowed. */
  input(
    type: number,
    packet: Packet,
    info: IpInfo,
    frame: FrameInfo,
    fragmented: boolean,
    now: Millis,
  ): Verdict {
    const verdict = this.#message.read(type, packet, info, fragmented);
    if (verdict !== Verdict.Handled) return verdict;
    // Who advertises an address of ours has it as the source: that is looked at first.
    if (type === NdType.NeighborAdvertisement) return this.#neighborAdvertisement(frame, now);
    if (this.#isOwn(info.source) || this.#hasOwnMac()) return Verdict.BadSource;
    const isProbe = type === NdType.NeighborSolicitation && isV6Unspecified(info.source);
    if (!isProbe && this.#isFromOwnMac(frame)) return Verdict.BadSource;
    switch (type) {
      case NdType.RouterAdvertisement:
        return this.#routerAdvertisement(packet, info, now);
      case NdType.NeighborSolicitation:
        return this.#neighborSolicitation(info, frame, now);
      case NdType.Redirect:
        return this.#redirect(info, now);
      default:
        // RFC 4861 6.2.6: solicitations of routers are not for hosts.
        return Verdict.Ignored;
    }
  }

  #isOwn(address: Readonly<Words>): boolean {
    return this.#to.addresses.find(address)?.usable === true;
  }

  /** Our own message come back, or a lie that would make us send to ourselves. */
  #hasOwnMac(): boolean {
    const { mac } = this.#to;
    const { hasLinkLayer, linkHigh, linkLow } = this.#message;
    return hasLinkLayer && linkHigh === mac.high && linkLow === mac.low;
  }

  /** A loop, or another host with our MAC address: of interest for our own addresses, never for a neighbour's. */
  #isFromOwnMac({ sourceHigh, sourceLow }: FrameInfo): boolean {
    const { mac } = this.#to;
    return sourceHigh === mac.high && sourceLow === mac.low;
  }

  /** RFC 4861 6.3.4. */
  #routerAdvertisement(packet: Packet, info: IpInfo, now: Millis): Verdict {
    const { advertisements, cache, routerFound } = this.#to;
    if (advertisements === null) return Verdict.Ignored;
    const { hasLinkLayer, linkHigh, linkLow, options } = this.#message;
    if (hasLinkLayer) cache.heard(info.source, linkHigh, linkLow, now);
    const neighbor = cache.table.find(info.source);
    if (neighbor !== null) neighbor.isRouter = true;
    const lifetime = packet.view.getUint16(packet.start + RouterAdvertisement.lifetime);
    advertisements.read(packet, options, IpAddress.fromWords(info.source), isV6Group(info.destination), now);
    if (lifetime > 0) routerFound();
    return Verdict.Handled;
  }

  /** RFC 4861 7.2.3 and 7.2.4; RFC 4862 5.4.3 for tentative addresses. */
  #neighborSolicitation(info: IpInfo, frame: FrameInfo, now: Millis): Verdict {
    const { addresses, detection, transmitter } = this.#to;
    const message = this.#message;
    const own = addresses.find(message.target);
    if (own === null || own.state === "duplicate") return Verdict.NotForUs;
    if (isV6Unspecified(info.source)) {
      const probed = detection.solicited(own, message, frame, now);
      if (probed === Verdict.Handled)
        transmitter.advertise(own.address, IpAddress.allNodesV6, NeighborFlag.Override, null, now);
      return probed;
    }
    if (own.state === "tentative") return Verdict.NotForUs;
    const flags = NeighborFlag.Solicited | NeighborFlag.Override;
    transmitter.advertise(
      own.address,
      IpAddress.fromWords(info.source),
      flags,
      this.#learn(info.source, now),
      now,
    );
    return Verdict.Handled;
  }

  /** RFC 4861 7.2.3. Where an answer goes: past the resolver when the address is known, so that being asked counts as no use of it. */
  #learn(source: Readonly<Words>, now: Millis): MacAddress | null {
    const { cache } = this.#to;
    const { hasLinkLayer, linkHigh, linkLow } = this.#message;
    if (hasLinkLayer) return cache.heard(source, linkHigh, linkLow, now).mac;
    return cache.table.find(source)?.mac ?? null;
  }

  /** RFC 4861 7.2.5; RFC 4862 5.4.4 for addresses of ours. */
  #neighborAdvertisement(frame: FrameInfo, now: Millis): Verdict {
    const { addresses, cache, detection } = this.#to;
    const message = this.#message;
    const own = addresses.find(message.target);
    if (own !== null && own.state !== "duplicate") {
      return detection.advertised(own, message, frame, this.#isFromOwnMac(frame), now);
    }
    if (this.#isFromOwnMac(frame) || this.#hasOwnMac()) return Verdict.BadSource;
    const neighbor = cache.table.find(message.target);
    if (neighbor === null || neighbor.fixed) return Verdict.Ignored;
    const { hasLinkLayer, linkHigh, linkLow, flags } = message;
    const same = neighbor.mac?.high === linkHigh && neighbor.mac.low === linkLow;
    const event = advertisementEvent(
      (flags & NeighborFlag.Solicited) !== 0,
      (flags & NeighborFlag.Override) !== 0,
      !hasLinkLayer ? 0 : same ? 1 : 2,
    );
    cache.apply(neighbor, event, now, linkHigh, linkLow, (flags & NeighborFlag.Router) !== 0);
    return Verdict.Handled;
  }

  /** RFC 4861 8.1, last check, and 8.3. */
  #redirect(info: IpInfo, now: Millis): Verdict {
    const { cache, redirects, firstHop, onChange } = this.#to;
    const { target, destination, hasLinkLayer, linkHigh, linkLow } = this.#message;
    if (this.#isOwn(destination) || this.#isOwn(target)) return Verdict.BadDestination;
    const to = IpAddress.fromWords(destination);
    // What is link-local is its own first hop, and only a router may redirect.
    if (to.isLinkLocal) return Verdict.BadDestination;
    if (firstHop(to)?.equals(info.source) !== true) return Verdict.BadSource;
    redirects.set(to, target);
    if (hasLinkLayer) cache.heard(target, linkHigh, linkLow, now);
    const neighbor = cache.table.find(target);
    if (neighbor !== null && !to.equals(target)) neighbor.isRouter = true;
    onChange();
    return Verdict.Handled;
  }
}

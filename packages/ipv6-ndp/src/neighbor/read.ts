import {
  AddressWords,
  type IpInfo,
  isV6Group,
  isV6LinkLocal,
  isV6Unspecified,
  macHigh,
  type Packet,
  sameWords,
  Verdict,
  type Words,
} from "@mnet/core";
import {
  ND_HOP_LIMIT,
  NdHeader,
  NdType,
  NeighborAdvertisement,
  NeighborFlag,
  NeighborSolicitation,
  Redirect,
  RouterAdvertisement,
  RouterSolicitation,
} from "./message.ts";
import { LinkLayerOption, NdOption, NonceOption, OptionHeader } from "./option.ts";

/** Where the options of a message of each type begin, counted from {@link NdType.RouterSolicitation}. */
const OPTIONS_AT: readonly number[] = [
  RouterSolicitation.options,
  RouterAdvertisement.options,
  NeighborSolicitation.options,
  NeighborAdvertisement.options,
  Redirect.options,
];

/**
 * What a Neighbor Discovery message says. One record, filled again for each message; everything in it was checked as RFC 4861 6.1, 7.1 and
 * 8.1 ask, as far as that needs no other knowledge than the message and its IP header.
 */
export class NdMessage {
  /** Of a neighbour solicitation, a neighbour advertisement or a redirect. */
  readonly target: AddressWords = new AddressWords();
  /** Of a redirect: the destination that is redirected. */
  readonly destination: AddressWords = new AddressWords();
  /** Of a neighbour advertisement: {@link NeighborFlag} bits. */
  flags = 0;
  /** Where the first option begins. */
  options = 0;
  /** Whether there was the link-layer address option that belongs to the type: of the source, or of the target. */
  hasLinkLayer = false;
  linkHigh = 0;
  linkLow = 0;
  /** Whether there was a nonce of six octets (RFC 7527). */
  hasNonce = false;
  nonceHigh = 0;
  nonceLow = 0;

  /**
   * Reads the message at `packet.start`, checksum already verified.
   * @param fragmented whether it came with a Fragment header (RFC 6980 5).
   * @returns `Handled`, or why it has to be dropped.
   */
  read(type: number, packet: Packet, info: IpInfo, fragmented: boolean): Verdict {
    const { bytes, view, start, end } = packet;
    const size = OPTIONS_AT[type - NdType.RouterSolicitation];
    if (size === undefined) return Verdict.UnknownType;
    if (fragmented) return Verdict.FragmentForbidden;
    if (info.hopLimit !== ND_HOP_LIMIT) return Verdict.BadHopLimit;
    if (end - start < size) return Verdict.TooShort;
    if (bytes[start + NdHeader.code] !== 0) return Verdict.UnknownType;
    this.options = start + size;
    this.flags = bytes[start + NeighborAdvertisement.flags]!;
    const verdict = this.#readOptions(linkLayerOptionOf(type), packet);
    if (verdict !== Verdict.Handled) return verdict;
    // The three of them have the target at one place.
    if (type >= NdType.NeighborSolicitation) this.target.readV6(view, start + NeighborSolicitation.target);
    if (type === NdType.Redirect) this.destination.readV6(view, start + Redirect.destination);
    return this.#check(type, info);
  }

  /** Checks every option's length and keeps those that are wanted; the first of a kind counts. */
  #readOptions(linkLayer: number, packet: Packet): Verdict {
    const { bytes, end } = packet;
    this.hasLinkLayer = false;
    this.hasNonce = false;
    for (let at = this.options; at < end; ) {
      if (end - at < OptionHeader.unit) return Verdict.BadOption;
      const size = bytes[at + OptionHeader.length]! * OptionHeader.unit;
      if (size === 0 || size > end - at) return Verdict.BadOption;
      const type = bytes[at + OptionHeader.type]!;
      if (type === linkLayer && !this.hasLinkLayer) {
        if (!this.#readLinkLayer(bytes, at, size)) return Verdict.BadOption;
      } else if (type === NdOption.Nonce && size === NonceOption.size && !this.hasNonce) {
        this.hasNonce = true;
        this.nonceHigh = macHigh(bytes, at + NonceOption.nonce);
        this.nonceLow = macHigh(bytes, at + NonceOption.nonce + 3);
      }
      at += size;
    }
    return Verdict.Handled;
  }

  /** A group address is no station's: who believes it floods the link. */
  #readLinkLayer(bytes: Uint8Array, at: number, size: number): boolean {
    if (size !== LinkLayerOption.size) return false;
    this.linkHigh = macHigh(bytes, at + LinkLayerOption.address);
    this.linkLow = macHigh(bytes, at + LinkLayerOption.address + 3);
    this.hasLinkLayer = true;
    return (this.linkHigh & 0x010000) === 0 && (this.linkHigh !== 0 || this.linkLow !== 0);
  }

  #check(type: number, info: IpInfo): Verdict {
    switch (type) {
      case NdType.RouterAdvertisement:
        return isV6LinkLocal(info.source) ? Verdict.Handled : Verdict.BadSource;
      case NdType.NeighborSolicitation:
        return this.#checkSolicitation(info);
      case NdType.NeighborAdvertisement:
        return this.#checkAdvertisement(info);
      case NdType.Redirect:
        return this.#checkRedirect(info);
      default:
        return Verdict.Handled;
    }
  }

  /** RFC 4861 7.1.1. */
  #checkSolicitation(info: IpInfo): Verdict {
    if (isV6Group(this.target)) return Verdict.BadDestination;
    if (!isV6Unspecified(info.source)) return Verdict.Handled;
    if (!isSolicitedNodeGroup(info.destination)) return Verdict.BadDestination;
    return this.hasLinkLayer ? Verdict.BadOption : Verdict.Handled;
  }

  /** RFC 4861 7.1.2. The source, which has to be somebody's, is not looked at: proxies send these too (7.2.8). */
  #checkAdvertisement(info: IpInfo): Verdict {
    if (isV6Group(this.target) || isV6Unspecified(this.target)) return Verdict.BadDestination;
    if (isV6Unspecified(info.source)) return Verdict.BadSource;
    const toGroup = isV6Group(info.destination);
    return toGroup && (this.flags & NeighborFlag.Solicited) !== 0 ? Verdict.BadFlags : Verdict.Handled;
  }

  /** RFC 4861 8.1, but for the check of the first hop. */
  #checkRedirect(info: IpInfo): Verdict {
    if (!isV6LinkLocal(info.source)) return Verdict.BadSource;
    if (isV6Group(this.destination) || isV6Unspecified(this.destination)) return Verdict.BadDestination;
    if (isV6LinkLocal(this.target) || sameWords(this.target, this.destination)) return Verdict.Handled;
    return Verdict.BadDestination;
  }
}

function linkLayerOptionOf(type: number): number {
  return type === NdType.NeighborAdvertisement || type === NdType.Redirect
    ? NdOption.TargetLinkLayerAddress
    : NdOption.SourceLinkLayerAddress;
}

/** ff02::1:ff00:0/104 (RFC 4291 2.7.1). */
function isSolicitedNodeGroup(words: Readonly<Words>): boolean {
  return (
    words.w0 === (0xff020000 | 0) &&
    words.w1 === 0 &&
    words.w2 === 1 &&
    (words.w3 & 0xff000000) >>> 0 === 0xff000000
  );
}

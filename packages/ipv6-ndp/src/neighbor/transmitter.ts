import {
  IpAddress,
  type MacAddress,
  type Millis,
  type Packet,
  type Verdict,
  VerdictCounters,
  writeV6Words,
} from "@mnet/core";
import type { ControlOptions, ControlOutput } from "../control-output.ts";
import {
  ND_HOP_LIMIT,
  NdHeader,
  NdType,
  NeighborAdvertisement,
  NeighborFlag,
  NeighborSolicitation,
  RouterSolicitation,
} from "./message.ts";
import { LinkLayerOption, NdOption, NonceOption, OptionHeader } from "./option.ts";

const HOW: ControlOptions = { hopLimit: ND_HOP_LIMIT, routerAlert: false };

/** Sends the Neighbor Discovery messages that a host has. None on a link without link-layer addresses. */
export class NdTransmitter {
  /** Messages by what became of them. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #mac: MacAddress;
  readonly #output: ControlOutput;

  /** @param mac our link-layer address. */
  constructor(mac: MacAddress, output: ControlOutput) {
    this.#mac = mac;
    this.#output = output;
  }

  /**
   * Neighbor Solicitation for a neighbour (RFC 4861 7.2.2), with our link-layer address.
   * @param to the neighbour's link-layer address to ask itself, `null` to ask its solicited-node group.
   */
  solicit(source: IpAddress, target: IpAddress, to: MacAddress | null, now: Millis): Verdict {
    const packet = this.#begin(
      NdType.NeighborSolicitation,
      NeighborSolicitation.options + LinkLayerOption.size,
    );
    writeV6Words(packet.view, packet.start + NeighborSolicitation.target, target);
    this.#linkLayer(packet, NeighborSolicitation.options, NdOption.SourceLinkLayerAddress);
    return this.#send(packet, source, to === null ? target.solicitedNodeGroup : target, to, now);
  }

  /** The probe of duplicate address detection: from `::`, without link-layer address, with a nonce (RFC 4862 5.4.2, RFC 7527 4.1). */
  probe(target: IpAddress, nonceHigh: number, nonceLow: number, now: Millis): Verdict {
    const packet = this.#begin(NdType.NeighborSolicitation, NeighborSolicitation.options + NonceOption.size);
    writeV6Words(packet.view, packet.start + NeighborSolicitation.target, target);
    const at = packet.start + NeighborSolicitation.options;
    packet.bytes[at + OptionHeader.type] = NdOption.Nonce;
    packet.bytes[at + OptionHeader.length] = NonceOption.size / OptionHeader.unit;
    packet.view.setUint16(at + NonceOption.nonce, nonceHigh >>> 8);
    packet.view.setUint32(at + NonceOption.nonce + 2, ((nonceHigh << 24) | nonceLow) >>> 0);
    return this.#send(packet, IpAddress.anyV6, target.solicitedNodeGroup, null, now);
  }

  /**
   * Neighbor Advertisement for an address of ours, with our link-layer address (RFC 4861 7.2.4). We are no router.
   * @param flags {@link NeighborFlag} bits.
   */
  advertise(
    target: IpAddress,
    destination: IpAddress,
    flags: number,
    to: MacAddress | null,
    now: Millis,
  ): Verdict {
    const packet = this.#begin(
      NdType.NeighborAdvertisement,
      NeighborAdvertisement.options + LinkLayerOption.size,
    );
    packet.bytes[packet.start + NeighborAdvertisement.flags] = flags & ~NeighborFlag.Router;
    writeV6Words(packet.view, packet.start + NeighborAdvertisement.target, target);
    this.#linkLayer(packet, NeighborAdvertisement.options, NdOption.TargetLinkLayerAddress);
    return this.#send(packet, target, destination, to, now);
  }

  /** Router Solicitation (RFC 4861 6.3.7), with our link-layer address unless it comes from `::` (4.1). */
  solicitRouters(source: IpAddress, now: Millis): Verdict {
    const options = source.isUnspecified ? 0 : LinkLayerOption.size;
    const packet = this.#begin(NdType.RouterSolicitation, RouterSolicitation.options + options);
    if (options > 0) this.#linkLayer(packet, RouterSolicitation.options, NdOption.SourceLinkLayerAddress);
    return this.#send(packet, source, IpAddress.allRoutersV6, null, now);
  }

  #begin(type: number, size: number): Packet {
    const packet = this.#output.scratch(size);
    packet.bytes.fill(0, packet.start, packet.start + size);
    packet.bytes[packet.start + NdHeader.type] = type;
    return packet;
  }

  #linkLayer(packet: Packet, offset: number, type: number): void {
    const at = packet.start + offset;
    packet.bytes[at + OptionHeader.type] = type;
    packet.bytes[at + OptionHeader.length] = LinkLayerOption.size / OptionHeader.unit;
    this.#mac.write(packet.bytes, at + LinkLayerOption.address);
  }

  #send(
    packet: Packet,
    source: IpAddress,
    destination: IpAddress,
    to: MacAddress | null,
    now: Millis,
  ): Verdict {
    return this.sent.count(this.#output.send(packet, source, destination, HOW, to, now));
  }
}

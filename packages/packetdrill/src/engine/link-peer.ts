import {
  arpPacket,
  ethernetFrame,
  IcmpV6Type,
  ipv6Packet,
  neighborAdvertisement,
  parseArp,
  parseEthernet,
  parseIpv6,
  parseNeighborDiscovery,
  targetLinkAddress,
} from "@mnet/conformance";
import { EtherType, IpProtocol } from "@mnet/core";
import { addressesV4, addressesV6, gatewayMac, localMac } from "./addresses.ts";

/** The other end of the cable: what sits between the script's IP packets and the host's frames. */
export interface LinkPeer {
  /** A packet of the script, as it arrives at the host. */
  wrap(packet: Uint8Array): Uint8Array<ArrayBuffer>;
  /** What the host sent: the IP packet that the script is to see, or `null` for the link's own affairs. */
  unwrap(octets: Uint8Array<ArrayBuffer>): Uint8Array | null;
}

/** A medium of bare IP packets, as packetdrill's TUN. */
export const barePeer: LinkPeer = {
  wrap: (packet) => new Uint8Array(packet),
  unwrap: (octets) => (ofTransport(octets) ? octets : null),
};

/** Ethernet: the gateway answers ARP and Neighbor Discovery itself. */
export class EthernetPeer implements LinkPeer {
  readonly #answer: (frame: Uint8Array<ArrayBuffer>) => void;

  /** @param answer takes frames to the host. */
  constructor(answer: (frame: Uint8Array<ArrayBuffer>) => void) {
    this.#answer = answer;
  }

  wrap(packet: Uint8Array): Uint8Array<ArrayBuffer> {
    const etherType = packet[0]! >>> 4 === 6 ? EtherType.Ipv6 : EtherType.Ipv4;
    return ethernetFrame({ source: gatewayMac, destination: localMac, etherType }, packet);
  }

  unwrap(octets: Uint8Array<ArrayBuffer>): Uint8Array | null {
    const { etherType, payload } = parseEthernet(octets);
    if (etherType === EtherType.Arp) this.#answerArp(payload);
    if (etherType === EtherType.Ipv6 && this.#answerSolicitation(payload)) return null;
    if (etherType !== EtherType.Ipv4 && etherType !== EtherType.Ipv6) return null;
    return ofTransport(payload) ? payload : null;
  }

  #answerArp(payload: Uint8Array): void {
    const request = parseArp(payload);
    if (request.operation !== "request" || request.targetAddress !== String(addressesV4.gateway)) return;
    const reply = arpPacket({
      operation: "reply",
      senderMac: gatewayMac,
      senderAddress: request.targetAddress,
      targetMac: localMac,
      targetAddress: request.senderAddress,
    });
    this.#answer(
      ethernetFrame({ source: gatewayMac, destination: localMac, etherType: EtherType.Arp }, reply),
    );
  }

  /** @returns whether it was a solicitation. */
  #answerSolicitation(packet: Uint8Array): boolean {
    const { nextHeader, source, payload } = parseIpv6(packet);
    if (nextHeader !== IpProtocol.Icmpv6 || payload[0] !== IcmpV6Type.NeighborSolicitation) return false;
    const question = parseNeighborDiscovery(payload);
    if (question?.message !== "neighbor solicitation") return true;
    const { target } = question;
    if (target !== String(addressesV6.gateway)) return true;
    const around = { source: target, destination: source };
    const options = [targetLinkAddress(gatewayMac)];
    const message = neighborAdvertisement({ ...around, target, solicited: true, override: true, options });
    this.#answer(this.wrap(ipv6Packet({ ...around, nextHeader: IpProtocol.Icmpv6, hopLimit: 255 }, message)));
    return true;
  }
}

/** Whether a script could speak of it: TCP, UDP, and ICMP errors, but not multicast listener reports and the like. */
function ofTransport(packet: Uint8Array): boolean {
  if (packet[0]! >>> 4 === 4) return packet[9] !== IpProtocol.Igmp;
  const next = packet[6];
  return (
    next === IpProtocol.Tcp || next === IpProtocol.Udp || (next === IpProtocol.Icmpv6 && packet[40]! < 128)
  );
}

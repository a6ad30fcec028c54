import { EtherType, type LinkLayer, MacAddress, Packet, type Verdict, VerdictCounters } from "@mnet/core";
import { ARP_FORMATS, ARP_LENGTHS, ArpHeader, ArpOperation } from "./message.ts";

/** Sends the kinds of ARP packets there are, all in one reused buffer. Addresses are int32 in network order. */
export class ArpTransmitter {
  /** Packets by what the link made of them. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #link: LinkLayer;
  readonly #mac: MacAddress;
  #packet: Packet;

  constructor(link: LinkLayer, mac: MacAddress) {
    this.#link = link;
    this.#mac = mac;
    this.#packet = Packet.allocate(link.capabilities.headroom + ArpHeader.size);
  }

  /** Asks who has `target`: everybody, or only the one believed to have it (the unicast poll of RFC 1122 2.3.2.1). */
  request(sender: number, target: number, to: MacAddress = MacAddress.broadcast): Verdict {
    return this.#send(ArpOperation.Request, sender, MacAddress.zero, target, to);
  }

  /** RFC 5227 1.1: a request with sender address 0, so that nobody caches it. */
  probe(target: number): Verdict {
    return this.#send(ArpOperation.Request, 0, MacAddress.zero, target, MacAddress.broadcast);
  }

  /** RFC 5227 1.1: a request whose sender and target are both the address we claim. */
  announce(address: number): Verdict {
    return this.#send(ArpOperation.Request, address, MacAddress.zero, address, MacAddress.broadcast);
  }

  /** Tells `target`, which may be 0, that `sender` is ours. */
  reply(sender: number, target: number, to: MacAddress): Verdict {
    return this.#send(ArpOperation.Reply, sender, to, target, to);
  }

  #send(operation: number, sender: number, targetMac: MacAddress, target: number, to: MacAddress): Verdict {
    const { headroom } = this.#link.capabilities;
    if (this.#packet.bytes.length < headroom + ArpHeader.size) {
      this.#packet = Packet.allocate(headroom + ArpHeader.size);
    }
    const packet = this.#packet;
    packet.reset(headroom, headroom + ArpHeader.size);
    packet.view.setUint32(headroom + ArpHeader.formats, ARP_FORMATS);
    packet.view.setUint16(headroom + ArpHeader.lengths, ARP_LENGTHS);
    packet.view.setUint16(headroom + ArpHeader.operation, operation);
    this.#mac.write(packet.bytes, headroom + ArpHeader.senderMac);
    packet.view.setInt32(headroom + ArpHeader.senderAddress, sender);
    targetMac.write(packet.bytes, headroom + ArpHeader.targetMac);
    packet.view.setInt32(headroom + ArpHeader.targetAddress, target);
    return this.sent.count(this.#link.send(packet, to, EtherType.Arp));
  }
}

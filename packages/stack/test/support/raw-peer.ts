import { arpPacket, ethernetFrame, type ParsedArp, parseArp, parseEthernet } from "@mnet/conformance";
import { type DeviceSink, type NetworkDevice, Packet } from "@mnet/core";

/**
 * A host made of a test: sees every frame, sends any. Answers ARP for its addresses so that tests can speak of IP alone.
 */
export class RawPeer implements DeviceSink {
  readonly mac: string;
  /** Frames received, ARP excluded. */
  readonly frames: Uint8Array[] = [];
  /** ARP packets received. */
  readonly arp: ParsedArp[] = [];
  readonly #device: NetworkDevice;
  readonly #addresses: readonly string[];

  constructor(device: NetworkDevice, addresses: readonly string[]) {
    this.#device = device;
    this.#addresses = addresses;
    this.mac = String(device.mac);
    device.start(this);
  }

  send(frame: Uint8Array): void {
    const packet = new Packet(frame.slice());
    packet.reset(0, frame.length);
    if (!this.#device.send(packet)) throw new Error("the device did not take the frame");
  }

  /** An IPv4 packet to the stack's MAC address. */
  sendIpv4(destination: string, ip: Uint8Array): void {
    this.send(ethernetFrame({ destination, source: this.mac, etherType: 0x0800 }, ip));
  }

  receive(packet: Packet): void {
    const bytes = packet.toBytes();
    const frame = parseEthernet(bytes);
    if (frame.etherType !== 0x0806) {
      this.frames.push(bytes);
      return;
    }
    const arp = parseArp(frame.payload);
    this.arp.push(arp);
    if (arp.operation !== "request" || !this.#addresses.includes(arp.targetAddress)) return;
    const answer = arpPacket({
      operation: "reply",
      senderMac: this.mac,
      senderAddress: arp.targetAddress,
      targetMac: arp.senderMac,
      targetAddress: arp.senderAddress,
    });
    this.send(ethernetFrame({ destination: arp.senderMac, source: this.mac, etherType: 0x0806 }, answer));
  }

  batchEnd(): void {}
  writable(): void {}
  linkChanged(): void {}
  capabilitiesChanged(): void {}
  failed(): void {}
}

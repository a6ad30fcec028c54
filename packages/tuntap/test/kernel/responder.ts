import {
  type DeviceSink,
  foldChecksum,
  type MacAddress,
  Packet,
  sumOctets,
  updateChecksum,
  viewOf,
} from "@mnet/core";
import type { TapDevice } from "../../src/index.ts";

/** Offsets of what the responder reads and changes, from the start of the Ethernet header. */
const Offset = {
  destination: 0,
  source: 6,
  etherType: 12,
  arpOperation: 20,
  arpSender: 22, // MAC, then IPv4
  arpTarget: 32,
  ipProtocol: 23,
  ipSource: 26,
  ipDestination: 30,
  icmp: 34,
} as const;

/**
 * The smallest thing that a kernel can talk to: answers ARP requests and echo requests for any address behind a device, in place. Not a
 * stack; it shows that frames go both ways.
 */
export class Responder implements DeviceSink {
  readonly #device: TapDevice;
  readonly #mac: MacAddress;
  /** Send answers as a header of 34 octets and two tails. */
  gather = false;
  answered = 0;
  batches = 0;
  /** What the device told besides frames. */
  readonly told: string[] = [];
  readonly #gathered: Packet = Packet.allocate(Offset.icmp);

  constructor(device: TapDevice) {
    this.#device = device;
    this.#mac = device.mac;
  }

  receive(packet: Packet): void {
    const at = packet.start;
    const etherType = packet.view.getUint16(at + Offset.etherType);
    const { bytes, view } = packet;
    if (etherType === 0x0806 && view.getUint16(at + Offset.arpOperation) === 1) this.#answerArp(packet);
    else if (etherType === 0x0800 && bytes[at + Offset.ipProtocol] === 1 && bytes[at + Offset.icmp] === 8) {
      this.#answerEcho(packet);
    }
  }

  batchEnd(): void {
    this.batches++;
  }
  writable(): void {
    this.told.push("writable");
  }
  linkChanged(up: boolean): void {
    this.told.push(up ? "up" : "down");
  }
  capabilitiesChanged(): void {
    this.told.push(`mtu ${this.#device.capabilities.mtu}`);
  }
  failed(error: Error): void {
    this.told.push(`failed: ${error.message}`);
  }

  #answerArp(packet: Packet): void {
    const { bytes, start, view } = packet;
    const asked = view.getUint32(start + Offset.arpTarget + 6);
    bytes.copyWithin(start + Offset.arpTarget, start + Offset.arpSender, start + Offset.arpSender + 10);
    this.#mac.write(bytes, start + Offset.arpSender);
    view.setUint32(start + Offset.arpSender + 6, asked);
    view.setUint16(start + Offset.arpOperation, 2);
    this.#reply(packet);
  }

  #answerEcho(packet: Packet): void {
    const { start, view } = packet;
    const from = view.getUint32(start + Offset.ipSource);
    view.setUint32(start + Offset.ipSource, view.getUint32(start + Offset.ipDestination));
    view.setUint32(start + Offset.ipDestination, from);
    const before = view.getUint16(start + Offset.icmp);
    view.setUint16(start + Offset.icmp, before & 0xff);
    const field = start + Offset.icmp + 2;
    view.setUint16(field, updateChecksum(view.getUint16(field), before, before & 0xff));
    this.answered++;
    this.#reply(packet);
  }

  #reply(packet: Packet): void {
    const { bytes, start } = packet;
    bytes.copyWithin(start + Offset.destination, start + Offset.source, start + Offset.source + 6);
    this.#mac.write(bytes, start + Offset.source);
    this.#device.send(this.gather ? this.#inThree(packet) : packet);
  }

  #inThree(packet: Packet): Packet {
    const parts = this.#gathered;
    const cut = packet.start + Offset.icmp;
    const second = Math.min(cut + 5, packet.end);
    parts.reset(0, Offset.icmp);
    parts.bytes.set(packet.bytes.subarray(packet.start, cut));
    parts.tail[0].aim(packet.bytes, packet.view, cut, second);
    parts.tail[1].aim(packet.bytes, packet.view, second, packet.end);
    parts.tails = 2;
    return parts;
  }
}

/** A UDP datagram to the host's `port` in a frame, its checksum left out (RFC 768). */
export function udpFrame(
  device: TapDevice,
  from: number,
  to: number,
  port: number,
  data: Uint8Array,
): Packet {
  const bytes = new Uint8Array(Offset.icmp + 8 + data.length);
  const view = viewOf(bytes);
  device.hostMac.write(bytes, Offset.destination);
  device.mac.write(bytes, Offset.source);
  view.setUint16(Offset.etherType, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, 28 + data.length);
  view.setUint8(22, 64);
  view.setUint8(Offset.ipProtocol, 17);
  view.setUint32(Offset.ipSource, from);
  view.setUint32(Offset.ipDestination, to);
  view.setUint16(24, foldChecksum(sumOctets(view, 14, Offset.icmp)));
  view.setUint16(Offset.icmp, 9);
  view.setUint16(Offset.icmp + 2, port);
  view.setUint16(Offset.icmp + 4, 8 + data.length);
  bytes.set(data, Offset.icmp + 8);
  return new Packet(bytes);
}

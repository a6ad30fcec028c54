import { completeChecksum, type LinkCapabilities, type NetworkDevice, Packet } from "@mnet/core";
import { DeviceWrapper } from "./device-wrapper.ts";

/**
 * A device that carries out checksum requests and takes gathered packets, over any device: in software what `device` does not do
 * itself. Layers above it have one path, whatever is below. Returns `device` when it does both.
 *
 * The packet is lent back exactly as it came, its request included: one that was refused is sent again as it is.
 */
export function completeOffload(device: NetworkDevice): NetworkDevice {
  const { txChecksum, gather } = device.capabilities;
  return txChecksum && gather >= 2 ? device : new SoftwareOffload(device);
}

class SoftwareOffload extends DeviceWrapper {
  #scratch: Packet;
  #offered: LinkCapabilities;
  #published: LinkCapabilities;

  constructor(device: NetworkDevice) {
    super(device);
    this.#scratch = Packet.allocate(0);
    this.#offered = device.capabilities;
    this.#published = withSoftware(device.capabilities);
  }

  /** As the device's, with `txChecksum: true` and `gather: 2`. */
  override get capabilities(): LinkCapabilities {
    // Capabilities are immutable: another record means that they changed.
    if (this.device.capabilities !== this.#offered) {
      this.#offered = this.device.capabilities;
      this.#published = withSoftware(this.#offered);
    }
    return this.#published;
  }

  override send(packet: Packet): boolean {
    const { gather, txChecksum } = this.device.capabilities;
    if (packet.tails > gather) return this.#sendLinear(packet, txChecksum);
    if (packet.checksumStart < 0 || txChecksum) return this.device.send(packet);
    const { checksumStart, checksumField } = packet;
    const pseudoHeader = packet.view.getUint16(checksumField);
    completeChecksum(packet);
    const taken = this.device.send(packet);
    packet.view.setUint16(checksumField, pseudoHeader);
    packet.checksumStart = checksumStart;
    return taken;
  }

  #sendLinear(packet: Packet, txChecksum: boolean): boolean {
    const { headroom } = this.device.capabilities;
    const needed = headroom + packet.length;
    if (this.#scratch.bytes.length < needed) this.#scratch = Packet.allocate(needed);
    const linear = this.#scratch;
    const shift = headroom - packet.start;
    linear.reset(headroom, headroom + packet.copyTo(linear.bytes, headroom));
    linear.network = packet.network + shift;
    linear.transport = packet.transport + shift;
    linear.payload = packet.payload + shift;
    linear.segmentSize = packet.segmentSize;
    if (packet.checksumStart >= 0) {
      linear.checksumStart = packet.checksumStart + shift;
      linear.checksumField = packet.checksumField + shift;
      if (!txChecksum) completeChecksum(linear);
    }
    return this.device.send(linear);
  }
}

function withSoftware(capabilities: LinkCapabilities): LinkCapabilities {
  return { ...capabilities, txChecksum: true, gather: 2 };
}

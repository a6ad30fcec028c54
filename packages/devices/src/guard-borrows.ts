import {
  borrowDebug,
  type DeviceSink,
  type LinkCapabilities,
  lend,
  type MacAddress,
  type NetworkDevice,
  type Packet,
  reclaim,
} from "@mnet/core";

/**
 * Applies the borrow rule's debug mode at the seam between a device and what is above it: both sides get private copies that are
 * checked and poisoned when the call returns. Returns `device` itself when the mode is off at the time of the call.
 */
export function guardBorrows(device: NetworkDevice): NetworkDevice {
  return borrowDebug() ? new GuardedDevice(device) : device;
}

class GuardedDevice implements NetworkDevice {
  readonly #device: NetworkDevice;

  constructor(device: NetworkDevice) {
    this.#device = device;
  }

  get mac(): MacAddress | null {
    return this.#device.mac;
  }

  get capabilities(): LinkCapabilities {
    return this.#device.capabilities;
  }

  start(sink: DeviceSink): void {
    this.#device.start({
      receive: (packet) => {
        const lent = lend(packet);
        const verdict = sink.receive(lent);
        reclaim(lent, packet, "up");
        return verdict;
      },
      batchEnd: () => sink.batchEnd(),
      writable: () => sink.writable(),
      linkChanged: (up) => sink.linkChanged(up),
      capabilitiesChanged: () => sink.capabilitiesChanged(),
      failed: (error) => sink.failed(error),
    });
  }

  send(packet: Packet): boolean {
    const lent = lend(packet);
    const taken = this.#device.send(lent);
    reclaim(lent, packet, "down");
    return taken;
  }

  pause(): void {
    this.#device.pause();
  }

  resume(): void {
    this.#device.resume();
  }

  ref(): void {
    this.#device.ref();
  }

  unref(): void {
    this.#device.unref();
  }

  close(): Promise<void> {
    return this.#device.close();
  }
}

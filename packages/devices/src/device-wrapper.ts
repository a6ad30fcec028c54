import type { DeviceSink, LinkCapabilities, MacAddress, NetworkDevice, Packet } from "@mnet/core";

/** A device over another one: everything passes, except what a wrapper says otherwise. */
export class DeviceWrapper implements NetworkDevice {
  protected readonly device: NetworkDevice;

  constructor(device: NetworkDevice) {
    this.device = device;
  }

  get mac(): MacAddress | null {
    return this.device.mac;
  }

  get capabilities(): LinkCapabilities {
    return this.device.capabilities;
  }

  start(sink: DeviceSink): void {
    this.device.start(sink);
  }

  send(packet: Packet): boolean {
    return this.device.send(packet);
  }

  pause(): void {
    this.device.pause();
  }

  resume(): void {
    this.device.resume();
  }

  ref(): void {
    this.device.ref();
  }

  unref(): void {
    this.device.unref();
  }

  close(): Promise<void> {
    return this.device.close();
  }
}

/** `sink` with another `receive` in front of it. */
export function intercept(sink: DeviceSink, receive: DeviceSink["receive"]): DeviceSink {
  return {
    receive,
    batchEnd: () => sink.batchEnd(),
    writable: () => sink.writable(),
    linkChanged: (up) => sink.linkChanged(up),
    capabilitiesChanged: () => sink.capabilitiesChanged(),
    failed: (error) => sink.failed(error),
  };
}

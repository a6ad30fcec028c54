import { borrowDebug, type DeviceSink, lend, type NetworkDevice, type Packet, reclaim } from "@mnet/core";
import { DeviceWrapper, intercept } from "./device-wrapper.ts";

/**
 * Applies the borrow rule's debug mode at the seam between a device and what is above it: both sides get private copies that are
 * checked and poisoned when the call returns. Returns `device` itself when the mode is off at the time of the call.
 */
export function guardBorrows(device: NetworkDevice): NetworkDevice {
  return borrowDebug() ? new GuardedDevice(device) : device;
}

class GuardedDevice extends DeviceWrapper {
  override start(sink: DeviceSink): void {
    const receive = (packet: Packet): ReturnType<DeviceSink["receive"]> => {
      const lent = lend(packet);
      const verdict = sink.receive(lent);
      reclaim(lent, packet, "up");
      return verdict;
    };
    this.device.start(intercept(sink, receive));
  }

  override send(packet: Packet): boolean {
    const lent = lend(packet);
    const taken = this.device.send(lent);
    reclaim(lent, packet, "down");
    return taken;
  }
}

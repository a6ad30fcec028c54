import type { LinkCapabilities } from "@mnet/core";
import { FrameHeader } from "./header.ts";
import { MIN_MTU } from "./params.ts";

/**
 * What the link offers above its header: the device's capabilities with the header added to the headroom.
 * @throws RangeError when the device does not carry Ethernet frames, or its MTU is too small for IP.
 */
export function linkCapabilities(device: LinkCapabilities): LinkCapabilities {
  if (device.medium !== "ethernet") {
    throw new RangeError(`device must have medium "ethernet", not ${JSON.stringify(device.medium)}`);
  }
  if (!(device.mtu >= MIN_MTU)) {
    throw new RangeError(`device must have an MTU of at least ${MIN_MTU} octets, not ${device.mtu}`);
  }
  return { ...device, headroom: device.headroom + FrameHeader.size };
}

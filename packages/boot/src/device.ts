import { closeSync, openSync, writeSync } from "node:fs";
import type { NetworkDevice } from "@mnet/core";
import { capture } from "@mnet/devices";
import { PcapngWriter } from "@mnet/pcap";
import { openTap } from "@mnet/tuntap";
import type { BootParameters } from "./parameters.ts";

/** An opened device and what has to be closed after it. */
export interface OpenedDevice {
  readonly device: NetworkDevice;
  close(): void;
}

/**
 * Opens the device that the parameters name, captured to a file when they say so.
 * @throws NetError EPERM, EBUSY, ENODEV; an error of the file system for the capture file.
 */
export function openDevice(parameters: BootParameters): OpenedDevice {
  const { net, mtu, hostIpv4, pcap } = parameters;
  const device = openTap({
    name: net.name,
    ...(mtu === null ? {} : { mtu }),
    ...(hostIpv4 === null ? {} : { host: { ipv4: String(hostIpv4) } }),
  });
  if (pcap === null) return { device, close: () => {} };
  const file = openSync(pcap, "w");
  const writer = new PcapngWriter({ write: (bytes) => void writeSync(file, bytes), application: "@mnet" });
  const clock = { now: () => performance.now() };
  const captured = capture(device, { writer, clock, origin: performance.timeOrigin });
  return { device: captured, close: () => closeSync(file) };
}

import { closeSync, openSync, writeSync } from "node:fs";
import type { NetworkDevice } from "@mnet/core";
import { capture } from "@mnet/devices";
import { PcapngWriter } from "@mnet/pcap";
import { openTap } from "@mnet/tuntap";
import type { BootParameters } from "./parameters.ts";
import { type ImportModule, openTuntap2 } from "./tuntap2.ts";

/** An opened device and what has to be closed after it. */
export interface OpenedDevice {
  readonly device: NetworkDevice;
  close(): void;
}

/** What a caller may replace. */
export interface OpenDeviceOptions {
  /** How packages that may be missing are imported. Default: `import()`. */
  readonly importModule?: ImportModule;
}

/**
 * Opens the device that the parameters name, captured to a file when they say so: every frame, and the name of the verdict as a comment
 * beside each that was dropped.
 * @throws NetError EPERM, EBUSY, ENODEV; an error of the file system for the capture file; an Error saying how to install a package
 *   that the device needs. All as rejections.
 */
export async function openDevice(
  parameters: BootParameters,
  options: OpenDeviceOptions = {},
): Promise<OpenedDevice> {
  const { net, mtu, hostIpv4, pcap } = parameters;
  const { importModule = (name) => import(name) } = options;
  const device =
    net.kind === "tuntap2"
      ? await openTuntap2(parameters, importModule)
      : openTap({
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

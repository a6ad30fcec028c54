import { closeSync, openSync, writeSync } from "node:fs";
import type { NetworkDevice } from "@mnet/core";
import { capture } from "@mnet/devices";
import { PcapngWriter } from "@mnet/pcap";
import { openTap } from "@mnet/tuntap";
import { openMemory } from "./memory.ts";
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
 * beside each that was dropped. Nothing is open when it rejects.
 * @throws NetError EPERM, EBUSY, ENODEV; an Error naming the capture file that cannot be written; an Error saying how to install a package
 *   that the device needs, or that `socket:` is none. All as rejections.
 */
export async function openDevice(
  parameters: BootParameters,
  options: OpenDeviceOptions = {},
): Promise<OpenedDevice> {
  const { importModule = (name) => import(name) } = options;
  const device = await open(parameters, importModule);
  const { pcap } = parameters;
  if (pcap === null) return { device, close: () => {} };
  try {
    return captured(device, pcap);
  } catch (error) {
    await device.close();
    throw error;
  }
}

/** Only once the device is open: a service that cannot have it must not overwrite the capture of the one that has. */
function captured(device: NetworkDevice, pcap: string): OpenedDevice {
  let file: number | null = null;
  try {
    const opened = openSync(pcap, "w");
    file = opened;
    const writer = new PcapngWriter({
      write: (bytes) => void writeSync(opened, bytes),
      application: "@mnet",
    });
    const clock = { now: () => performance.now() };
    const tapped = capture(device, { writer, clock, origin: performance.timeOrigin });
    return { device: tapped, close: () => closeSync(opened) };
  } catch (cause) {
    if (file !== null) closeSync(file);
    const reason = (cause as Error).message;
    throw new Error(`--pcap ${pcap}: must be a file that can be written (${reason})`, { cause });
  }
}

async function open(parameters: BootParameters, importModule: ImportModule): Promise<NetworkDevice> {
  const { net } = parameters;
  switch (net.kind) {
    case "tap":
      return openTapNamed(net.name, parameters);
    case "tuntap2":
      return openTuntap2(parameters, importModule);
    case "memory":
      return openMemory(net.name, parameters);
    case "socket":
      throw new Error("socket: is no device: the host's own network has no frames for us");
  }
}

function openTapNamed(name: string, { mtu, hostIpv4, hostIpv6 }: BootParameters): NetworkDevice {
  const host = {
    ...(hostIpv4 === null ? {} : { ipv4: hostIpv4 }),
    ...(hostIpv6 === null ? {} : { ipv6: hostIpv6 }),
  };
  return openTap({
    name,
    ...(mtu === null ? {} : { mtu }),
    ...(Object.keys(host).length === 0 ? {} : { host }),
  });
}

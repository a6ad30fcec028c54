import { closeSync, openSync, writeSync } from "node:fs";
import type { NetworkDevice } from "@mnet/core";
import { capture } from "@mnet/devices";
import { PcapngWriter } from "@mnet/pcap";

const PACKETS = 1000;

/** The device with its first packets recorded in a pcapng file. */
export function firstPackets(
  device: NetworkDevice,
  path: string,
): { device: NetworkDevice; close: () => void } {
  const file = openSync(path, "w");
  const writer = new PcapngWriter({ write: (bytes) => void writeSync(file, bytes), application: "@mnet" });
  const clock = { now: () => performance.now() };
  return {
    device: capture(device, { writer, clock, origin: performance.timeOrigin, limit: PACKETS }),
    close: () => closeSync(file),
  };
}

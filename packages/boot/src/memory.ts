import type { NetworkDevice } from "@mnet/core";
import { Hub } from "@mnet/devices";
import type { BootParameters } from "./parameters.ts";

/** The segments of this process that somebody is attached to, by name. */
const segments = new Map<string, Hub>();

/** A port of the in-memory segment of that name; whoever comes first makes it, with its MTU. */
export function openMemory(name: string, { mtu }: Pick<BootParameters, "mtu">): NetworkDevice {
  const present = segments.get(name);
  if (present !== undefined && present.ports.length > 0) {
    const device = present.attach();
    if (mtu === null || mtu === device.capabilities.mtu) return device;
    void device.close();
    throw new Error(`--mtu ${mtu}: memory:${name} has an MTU of ${device.capabilities.mtu}`);
  }
  const hub = new Hub(mtu === null ? {} : { mtu });
  segments.set(name, hub);
  return hub.attach();
}

import { runOk } from "./run.ts";

export interface HostTapOptions {
  readonly name: string;
  /** The kernel's address on the link, such as `10.0.0.1/24`. Default: none. */
  readonly address?: string;
  /** Octets. Default 1500. */
  readonly mtu?: number;
  /** The kernel's MAC address. Default: a random one. */
  readonly mac?: string;
  /**
   * Frames that the kernel queues towards whoever reads the TAP. Default 2000: the 1 365 fragments of the largest datagram at an MTU of 68
   * fit.
   */
  readonly queue?: number;
}

/** Makes a TAP in this namespace, up and waiting for a program to attach to it. Persistent: it goes away with the namespace. */
export async function hostTap(options: HostTapOptions): Promise<void> {
  const { name, address, mtu = 1500, mac, queue = 2000 } = options;
  await runOk("ip", ["tuntap", "add", "dev", name, "mode", "tap"]);
  const link = ["link", "set", name, "mtu", String(mtu), "txqueuelen", String(queue)];
  await runOk("ip", mac === undefined ? link : [...link, "address", mac]);
  if (address !== undefined) await runOk("ip", ["address", "add", address, "dev", name]);
  await runOk("ip", ["link", "set", name, "up"]);
}

import { MacAddress, type NetworkDevice } from "@mnet/core";
import { type FrameDuplex, fromFrameDuplex } from "@mnet/devices";
import type { BootParameters } from "./parameters.ts";

/** What is used of tuntap2's `Tap`. */
export interface Tuntap2Tap extends FrameDuplex {
  readonly name: string;
  isUp: boolean;
  mtu: number;
  ipv4: string;
  release(): void;
}

/** Imports a package that may not be there. */
export type ImportModule = (name: string) => Promise<unknown>;

/** The address of the device when nothing else is said; a stack with a name has one of its own. */
const MAC = new MacAddress(0x020000, 2);

/**
 * Opens a TAP with the tuntap2 package, which is no dependency of this one: it builds native code and is not in every registry.
 * @throws Error (as a rejection) saying how to install it where it is not; what its `Tap` throws, such as a lack of rights.
 */
export async function openTuntap2(
  { mtu, hostIpv4, hostIpv6, mac }: Pick<BootParameters, "mtu" | "hostIpv4" | "hostIpv6" | "mac">,
  importModule: ImportModule,
): Promise<NetworkDevice> {
  if (hostIpv6 !== null) throw new Error(`--host-ipv6 ${hostIpv6}: tuntap2 cannot set it; use tap:NAME`);
  const Tap = await loadTap(importModule);
  let opened: Tuntap2Tap | null = null;
  try {
    const tap = new Tap();
    opened = tap;
    if (mtu !== null) tap.mtu = mtu;
    // Before the first frame: one that is written while the interface is down kills the write side for good.
    tap.isUp = true;
    if (hostIpv4 !== null) tap.ipv4 = String(hostIpv4);
    return fromFrameDuplex(tap, { mac: mac ?? MAC, mtu: tap.mtu, release: () => tap.release() });
  } catch (thrown) {
    opened?.release();
    // Some of its errors are text.
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`tuntap2 cannot open a TAP: ${reason}`, { cause: thrown });
  }
}

async function loadTap(importModule: ImportModule): Promise<new () => Tuntap2Tap> {
  let loaded: unknown;
  try {
    loaded = await importModule("tuntap2");
  } catch (cause) {
    const reason =
      (cause as { code?: string }).code === "ERR_MODULE_NOT_FOUND" ? "is not installed" : "cannot be loaded";
    const advice = "npm install tuntap2, or npm install github:PupilTong/node-tuntap2, or use tap:NAME";
    throw new Error(`the package tuntap2 ${reason}: ${advice}`, { cause });
  }
  // A CommonJS module has its exports as `default` too, or only there.
  const { Tap, default: whole } = loaded as { Tap?: unknown; default?: { Tap?: unknown } };
  const found = Tap ?? whole?.Tap;
  if (typeof found !== "function")
    throw new Error("the package tuntap2 exports no Tap; this is not the one that is meant");
  return found as new () => Tuntap2Tap;
}

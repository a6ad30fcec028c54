import { RemoteNamespace, runOk } from "@mnet/kernel-tools";
import { onTestFinished } from "vitest";

/** Addresses on a path of {@link narrowPath}. */
export const GATEWAY6 = "fd00::1";
export const FAR6 = "fd02::2";

export interface NarrowPath {
  /** The router on the stack's link: {@link GATEWAY6}. */
  readonly near: RemoteNamespace;
  /** The one on the link of this namespace, which is {@link FAR6} there. */
  readonly far: RemoteNamespace;
  /** Changes what the link in the middle takes, octets, for both directions. */
  setMtu(mtu: number): Promise<void>;
}

let paths = 0;

/**
 * Two routers of Linux that forward IPv6 between a TAP and this namespace. Both ends have links of 1500, the link between the routers takes
 * less: neither end knows until a router tells.
 *
 * ```text
 *   stack fd00::2 ── TAP [ near fd00::1 | fd01::1 ] ── veth, `mtu` ── [ fd01::2 | fd02::1 far ] ── veth 1500 ── fd02::2 this namespace
 * ```
 */
export async function narrowPath(tap: string, mtu: number): Promise<NarrowPath> {
  const number = paths++;
  const [east, west, outside, host] = ["east", "west", "outside", "beyond"].map(
    (name) => `${name}${number}`,
  ) as [string, string, string, string];
  const [near, far] = await Promise.all([RemoteNamespace.create(), RemoteNamespace.create()]);
  onTestFinished(() => near.stop());
  onTestFinished(() => far.stop());
  await runOk("ip", ["link", "add", east, "type", "veth", "peer", "name", west]);
  await runOk("ip", ["link", "add", outside, "type", "veth", "peer", "name", host]);
  for (const name of [tap, east]) await near.adopt(name);
  for (const name of [west, outside]) await far.adopt(name);
  for (const router of [near, far])
    await router.runOk("sysctl", ["-q", "-w", "net.ipv6.conf.all.forwarding=1"]);

  const ours = { run: (command: string, parameters: readonly string[]) => runOk(command, parameters) };
  const others = (router: RemoteNamespace) => ({
    run: (command: string, parameters: readonly string[]) => router.runOk(command, parameters),
  });
  const addresses = [
    [others(near), tap, `${GATEWAY6}/64`],
    [others(near), east, "fd01::1/64"],
    [others(far), west, "fd01::2/64"],
    [others(far), outside, "fd02::1/64"],
    [ours, host, `${FAR6}/64`],
  ] as const;
  for (const [where, name, address] of addresses) {
    await where.run("ip", ["link", "set", name, "up"]);
    await where.run("ip", ["-6", "address", "add", address, "dev", name, "nodad"]);
  }
  await near.runOk("ip", ["-6", "route", "add", "fd02::/64", "via", "fd01::2"]);
  await far.runOk("ip", ["-6", "route", "add", "fd00::/64", "via", "fd01::1"]);
  await runOk("ip", ["-6", "route", "add", "default", "via", "fd02::1"]);
  const setMtu = async (octets: number): Promise<void> => {
    await near.runOk("ip", ["link", "set", east, "mtu", String(octets)]);
    await far.runOk("ip", ["link", "set", west, "mtu", String(octets)]);
  };
  await setMtu(mtu);
  return { near, far, setMtu };
}

import { runOk } from "./run.ts";

/** Octets of the longest name of an interface (IFNAMSIZ of linux/if.h, without its end). */
const LONGEST_NAME = 15;

/**
 * Joins interfaces of this namespace into one Ethernet, brought up: two TAPs on it are two ends of a cable. The kernel has no address on
 * it and stays silent. Goes away with the namespace.
 * @returns the bridge's name, which is made of the first interface's: processes that share the namespace take no name twice.
 */
export async function bridge(interfaces: readonly string[]): Promise<string> {
  const name = `br-${interfaces[0]}`.slice(0, LONGEST_NAME);
  await runOk("ip", ["link", "add", name, "type", "bridge", "stp_state", "0", "mcast_snooping", "0"]);
  // Without addresses of its own the kernel has nothing to say on the bridge: no router solicitations between the test's frames.
  for (const each of [name, ...interfaces]) {
    await runOk("sysctl", ["-q", "-w", `net.ipv6.conf.${each}.disable_ipv6=1`]);
  }
  for (const each of interfaces) await runOk("ip", ["link", "set", each, "master", name, "up"]);
  await runOk("ip", ["link", "set", name, "up"]);
  return name;
}

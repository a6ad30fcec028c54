import type { Stack } from "./api/stack.ts";
import { DirectStack } from "./direct-stack.ts";
import type { StackOptions } from "./engine/options.ts";
import { resolveOptions } from "./engine/resolve-options.ts";

/**
 * A whole stack on a device: Ethernet, ARP, IPv4, ICMP, UDP and TCP, ready for use when the promise resolves.
 *
 * ```ts
 * const stack = await createStack({ device, ipv4: "10.0.0.2/24", gateway: "10.0.0.1" });
 * const flow = await stack.tcp.connect({ host: "10.0.0.1", port: 80 });
 * ```
 *
 * @throws TypeError or RangeError, synchronously, naming the option that is wrong.
 */
export function createStack(options: StackOptions): Promise<Stack> {
  return new DirectStack(resolveOptions(options)).ready();
}

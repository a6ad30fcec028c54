import type { Stack } from "./api/stack.ts";
import { DirectStack } from "./direct-stack.ts";
import type { StackOptions } from "./engine/options.ts";
import { resolveOptions } from "./engine/resolve-options.ts";

/**
 * A whole stack on a device: Ethernet, ARP, IPv4, IPv6 with Neighbor Discovery, ICMP, UDP and TCP. Resolves once there is what `waitFor` asks
 * for: by default at once, when IPv6 addresses are still being checked for duplicates.
 *
 * ```ts
 * const stack = await createStack({ device, ipv4: "10.0.0.2/24", gateway: "10.0.0.1", ipv6: "fd00::2/64", waitFor: "dad" });
 * const flow = await stack.tcp.connect({ host: "10.0.0.1", port: 80 });
 * ```
 *
 * @throws TypeError or RangeError, synchronously, naming the option that is wrong. Rejects, with the stack killed, with NetError EADDRINUSE,
 *   ETIMEDOUT or ENETDOWN, or the signal's reason, when it will not have what it waits for.
 */
export function createStack(options: StackOptions): Promise<Stack> {
  return new DirectStack(resolveOptions(options)).ready();
}

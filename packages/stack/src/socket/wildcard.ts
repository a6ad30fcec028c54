import { type IpAddress, NetError } from "@mnet/core";
import type { AddressLike } from "../api/common.ts";
import type { StackContext } from "../engine/context.ts";

/** Where a listener or a datagram socket is bound, as the layers have it. */
export interface Where {
  readonly address?: IpAddress;
  /** One family only; both when absent. */
  readonly family?: 4 | 6;
}

/**
 * Reads `host` and `ipv6Only`: no host and `::` are both families, or IPv6 alone; `0.0.0.0` is IPv4 alone.
 * @throws TypeError or RangeError naming the option. NetError EAFNOSUPPORT.
 */
export function wildcardOf(
  context: StackContext,
  options: { readonly host?: AddressLike; readonly ipv6Only?: boolean },
  syscall: string,
): Where {
  const { host, ipv6Only = false } = options;
  const address = host === undefined ? null : context.addressOf(host, "host");
  if (address === null) return ipv6Only ? { family: 6 } : {};
  if (address.family === 4) {
    if (ipv6Only) throw new RangeError(`ipv6Only contradicts host ${address}`);
    return { address };
  }
  if (!address.isUnspecified || ipv6Only) return { address };
  if (context.layers.family(6) === null)
    throw new NetError("EAFNOSUPPORT", { syscall, address: address.toString() });
  return {};
}

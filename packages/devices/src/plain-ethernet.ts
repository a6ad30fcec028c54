import type { LinkCapabilities } from "@mnet/core";
import { LARGEST_MTU, SMALLEST_MTU } from "./params.ts";

/**
 * What an Ethernet without offloads can do: it takes gathered frames (it copies them anyway) with every checksum complete.
 * @throws RangeError when `mtu` is not an integer in 68..65535.
 */
export function plainEthernet(mtu: number): LinkCapabilities {
  if (!Number.isInteger(mtu) || mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
    throw new RangeError(`mtu must be an integer in ${SMALLEST_MTU}..${LARGEST_MTU}, not ${mtu}`);
  }
  return {
    medium: "ethernet",
    mtu,
    headroom: 0,
    txChecksum: false,
    rxTrusted: false,
    gather: 2,
    segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
  };
}

import type { LinkCapabilities } from "@mnet/core";

/** The capabilities that a test double starts from: what `completeOffload` makes of a plain device, with the given changes. */
export function fakeCapabilities(changes: Partial<LinkCapabilities> = {}): LinkCapabilities {
  return {
    medium: "ethernet",
    mtu: 1500,
    headroom: 0,
    txChecksum: true,
    rxTrusted: false,
    gather: 2,
    segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
    ...changes,
  };
}

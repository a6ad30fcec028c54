import type { IpAddress, IpPrefix, MacAddress, Millis } from "@mnet/core";
import type { AddressMode } from "@mnet/stack";
import type { DeviceName } from "./device-name.ts";

/** What a service is started with, independent of what it does. Names are MirageOS's and Mnet's. */
export interface BootParameters {
  /** What carries the service's network. */
  readonly net: DeviceName;
  /** Default: a locally administered address that depends on the service's name. */
  readonly mac: MacAddress | null;
  /** Octets; default: what the device has. */
  readonly mtu: number | null;
  /** The service's own addresses; empty for none. */
  readonly ipv4: readonly IpPrefix[];
  /** None by default: what is off-link is then unreachable at once. */
  readonly ipv4Gateway: IpAddress | null;
  /** How IPv6 addresses are made, addresses of one's own, or both; empty for the stack's default, `"none"` for no IPv6. */
  readonly ipv6: readonly (AddressMode | "none" | IpPrefix)[];
  /** The key of `stable` addresses (RFC 7217), 16 octets or more; `null`: the MAC address, from which everybody can compute them. */
  readonly ipv6StableSecret: Uint8Array | null;
  /** Besides the routers that announce themselves; none by default. */
  readonly ipv6Gateway: IpAddress | null;
  readonly ipv4Only: boolean;
  readonly ipv6Only: boolean;
  /** Whether routers that announce themselves configure IPv6. */
  readonly acceptRouterAdvertisement: boolean;
  /** What has to be there before the service runs: as `StackOptions.waitFor`. */
  readonly waitFor: "link" | "dad" | "global";
  /** How long that may take; `null` for as long as it takes. */
  readonly waitTimeout: Millis | null;
  /** The host's own addresses on the device, set when it is opened; default: left as they are. */
  readonly hostIpv4: IpPrefix | null;
  readonly hostIpv6: IpPrefix | null;
  /** A file that every frame is captured to. */
  readonly pcap: string | null;
  readonly verbose: boolean;
}

/** What holds where nobody says anything. */
export const defaultParameters: BootParameters = {
  net: { kind: "tap", name: "tap0" },
  mac: null,
  mtu: null,
  ipv4: [],
  ipv4Gateway: null,
  ipv6: [],
  ipv6StableSecret: null,
  ipv6Gateway: null,
  ipv4Only: false,
  ipv6Only: false,
  acceptRouterAdvertisement: true,
  waitFor: "link",
  waitTimeout: null,
  hostIpv4: null,
  hostIpv6: null,
  pcap: null,
  verbose: false,
};

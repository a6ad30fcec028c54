import type { LinkLayer, Random } from "@mnet/core";
import type { AddressMode } from "./autoconfiguration/interface-identifier.ts";
import type { Ipv6Parameters } from "./params.ts";

/** What an {@link Ipv6Layer} is made of. */
export interface Ipv6Options {
  readonly link: LinkLayer;
  /** Secrets of identifications and tables, interface identifiers, and delays. */
  readonly random: Random;
  /** Net_Iface of RFC 7217: what tells this interface from others of the host. Default empty. */
  readonly name?: string;
  /** How interface identifiers are made. Default `eui64`. `none`: no autoconfigured address but the link-local one. */
  readonly addressMode?: AddressMode;
  /** Whether temporary addresses are made besides (RFC 8981). Default `false`. */
  readonly temporaryAddresses?: boolean;
  /** Whether routers are solicited and listened to. Default `true`. */
  readonly acceptRouterAdvertisement?: boolean;
  /** Secret of the `stable` mode, 16 octets at least. Default: the MAC address, which is stable and no secret. */
  readonly stableSecret?: Uint8Array;
  readonly parameters?: Partial<Ipv6Parameters>;
}

import type { Host, IpPrefix, MacAddress, Millis, NetworkDevice, Random } from "@mnet/core";
import type { Abortable, AddressLike } from "../api/common.ts";
import type { Logger } from "../logger.ts";

/** How IPv6 makes its own addresses: of the MAC address (RFC 4291 appendix A), at random, or stable and opaque (RFC 7217). */
export type AddressMode = "eui64" | "random" | "stable";

/** What a stack is made of. Both families are on unless said otherwise. */
export interface StackOptions extends Abortable {
  /** The interface; the stack owns it from here on and closes it when killed. */
  device: NetworkDevice;
  /** For logs, and the source of a stable MAC address and of stable IPv6 addresses. Default `"mnet"`. */
  name?: string;
  /** What the interface is called: the zone of `fe80::1%zone`. Default: `name`. */
  interfaceName?: string;
  /** Default: the hash of `name` when that is given, else the device's, else the hash of the default name. */
  mac?: MacAddress | string;
  /**
   * One address with its prefix length or several, such as `"10.0.0.2/24"`. None: loopback only until one is added. `false`: IPv4 is off.
   */
  ipv4?: IpPrefix | string | false | readonly (IpPrefix | string)[];
  /**
   * How addresses are made, `"eui64"` (default), `"random"` or `"stable"`, for the link-local one and those of prefixes that routers announce;
   * an address with the length of its on-link prefix, such as `"2001:db8::42/64"`; or a list of these, at most one mode among them.
   * `false` or `"none"`: IPv6 is off. A link with an MTU under 1280 octets has no IPv6 (RFC 8200 5): asked for, it is a RangeError
   * there, else it is off and the logger is told.
   */
  ipv6?: AddressMode | "none" | false | IpPrefix | string | readonly (AddressMode | IpPrefix | string)[];
  /** The IPv4 default gateway; none by default, and then off-link destinations are unreachable at once. Must be on-link. */
  gateway?: AddressLike;
  /** The IPv6 default gateway, link-local or on-link, besides the routers that announce themselves. None by default. */
  gateway6?: AddressLike;
  /** IPv4 alone; what is said about IPv6 is ignored. Default false. */
  ipv4Only?: boolean;
  /** IPv6 alone; what is said about IPv4 is ignored. Default false. Both "only" at once are a RangeError. */
  ipv6Only?: boolean;
  /** Whether routers that announce themselves configure the stack: addresses, routes, parameters (RFC 4861 6.3, 4862 5.5). Default true. */
  acceptRouterAdvertisement?: boolean;
  /** Makes, beside each autoconfigured address, temporary ones that new connections leave by (RFC 8981). Default false. */
  temporaryAddresses?: boolean;
  /** At least 16 octets that `"stable"` addresses depend on. Default: the MAC address, with which they are stable but can be foreseen. */
  stableSecret?: Uint8Array;
  /**
   * `"announce"` (default): an IPv4 address is usable at once, announced and defended. `"probe"`: RFC 5227 probing first, four to seven
   * seconds, and the address stays off when it is taken. IPv6 addresses are always checked (RFC 4862 5.4), in about a second.
   */
  conflictDetection?: "announce" | "probe";
  /**
   * What {@link createStack} waits for. `"link"` (default): nothing but the device. `"dad"`: every address given, and the link-local one, is
   * usable. `"global"`: as `"dad"`, and IPv6, when it is on, has an address beyond the link. When that cannot come, because
   * an address turns out to be another host's (EADDRINUSE), or `waitTimeout` is over (ETIMEDOUT), or `signal` aborts, the stack is killed
   * and the promise rejects.
   */
  waitFor?: "link" | "dad" | "global";
  /** Milliseconds. Default: as long as it takes. */
  waitTimeout?: Millis;
  /** Entropy. Default: the platform's secure generator. */
  random?: Random;
  /** Clock and timer. Default: the platform's. */
  host?: Host;
  /** Default: silent. */
  logger?: Logger;
  /** Overrides of the layers' constants, for tests and special links. */
  parameters?: StackParameters;
}

/** By layer; each layer's own package documents its fields. */
export interface StackParameters {
  arp?: Partial<import("@mnet/arp").ArpParameters>;
  ipv4?: Partial<import("@mnet/ipv4").Ipv4Parameters>;
  ipv6?: Partial<import("@mnet/ipv6-ndp").Ipv6Parameters>;
  icmp?: Partial<import("@mnet/icmp").IcmpParameters>;
  udp?: Partial<import("@mnet/udp").UdpParameters>;
  tcp?: Partial<import("@mnet/tcp").TcpParameters>;
}

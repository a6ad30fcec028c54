import {
  IpAddress,
  IpPrefix,
  type LinkCapabilities,
  type Route,
  toIpAddress,
  toIpPrefix,
  type Words,
} from "@mnet/core";
import { fakeCapabilities } from "./capabilities.ts";
import type { FakeIpLayerOptions } from "./fake-ip-types.ts";

/** Addresses and routes of a `FakeIpLayer`: everything on one link. */
export class FakeRoutes {
  readonly prefixes: IpPrefix[];
  reachable: readonly IpPrefix[];
  mtu: number;
  epoch = 1;
  readonly #family: 4 | 6;
  readonly #gateway: IpAddress | null;
  readonly #headroom: number;
  readonly #changes: Partial<LinkCapabilities>;

  constructor(family: 4 | 6, options: FakeIpLayerOptions) {
    this.#family = family;
    const { gateway = null } = options;
    this.#gateway = gateway === null ? null : toIpAddress(gateway);
    this.prefixes = (options.addresses ?? [family === 4 ? "10.0.0.1" : "fd00::1"]).map(withLength);
    this.reachable = (options.routes ?? [family === 4 ? "0.0.0.0/0" : "::/0"]).map(toIpPrefix);
    this.mtu = options.mtu ?? 1500;
    this.#headroom = options.headroom ?? (family === 4 ? 34 : 54);
    this.#changes = options.capabilities ?? {};
  }

  /** Makes a change that every cached route has to notice. */
  change(make: () => void): void {
    make();
    this.epoch += 1;
  }

  isOurs(address: Readonly<Words>): boolean {
    if (IpAddress.fromWords(address).isLoopback) return true;
    return this.prefixes.some((prefix) => prefix.address.equals(address));
  }

  castOf(destination: IpAddress): Route["cast"] {
    if (destination.isMulticast) return "multicast";
    const broadcast =
      destination.isLimitedBroadcast ||
      this.prefixes.some((prefix) => prefix.broadcast?.equals(destination) ?? false);
    return broadcast ? "broadcast" : "unicast";
  }

  find(to: IpAddress, from?: IpAddress): Route | null {
    if (to.family !== this.#family || (from !== undefined && !this.isOurs(from))) return null;
    const loopback = this.isOurs(to);
    if (!loopback && !this.reachable.some((prefix) => prefix.contains(to))) return null;
    const onLink = this.prefixes.find((prefix) => prefix.contains(to));
    const source = from ?? (loopback ? to : (onLink ?? this.prefixes[0])?.address);
    if (source === undefined) return null;
    const cast = this.castOf(to);
    const viaGateway = !loopback && onLink === undefined && cast === "unicast" && this.#gateway !== null;
    return {
      source,
      destination: to,
      nextHop: viaGateway ? this.#gateway! : to,
      mtu: this.mtu,
      headroom: this.#headroom,
      capabilities: fakeCapabilities({ mtu: this.mtu, headroom: this.#headroom, ...this.#changes }),
      loopback,
      cast,
      interfaceIndex: 1,
      epoch: this.epoch,
    };
  }
}

/** A prefix as given, or an address on a /24 or /64. */
function withLength(prefix: IpPrefix | string): IpPrefix {
  if (typeof prefix !== "string" || prefix.includes("/")) return toIpPrefix(prefix);
  const address = IpAddress.parse(prefix);
  return new IpPrefix(address, address.family === 4 ? 24 : 64);
}

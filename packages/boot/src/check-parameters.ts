import { type IpAddress, IpPrefix } from "@mnet/core";
import { hostExample, whyNoHost } from "./host-address.ts";
import { describeName, describeValue, originOf, type ParameterOrigins } from "./origins.ts";
import type { BootParameters } from "./parameters.ts";
import { UsageError } from "./usage-error.ts";

/** Every link of IPv6 carries packets of 1280 octets (RFC 8200 5). */
const LEAST_IPV6_MTU = 1280;

/**
 * Checks what parameters mean together, on the target that they name, before anything is opened. What is said about a family that is off
 * does not matter, nor does what says nothing to the target.
 * @throws UsageError
 */
export function checkParameters(parameters: BootParameters, origins: ParameterOrigins = {}): void {
  new Check(parameters, origins).run();
}

class Check {
  readonly #parameters: BootParameters;
  readonly #origins: ParameterOrigins;
  /** Without modes. */
  readonly #ipv6: readonly IpPrefix[];

  constructor(parameters: BootParameters, origins: ParameterOrigins) {
    this.#parameters = parameters;
    this.#origins = origins;
    this.#ipv6 = parameters.ipv6.filter((item): item is IpPrefix => typeof item !== "string");
  }

  run(): void {
    const { ipv4Only, ipv6Only, net } = this.#parameters;
    if (ipv4Only && ipv6Only) {
      const both = `${this.#name("ipv4Only")} and ${this.#name("ipv6Only")}`;
      throw new UsageError(`${both} exclude each other: give one`);
    }
    if (!ipv6Only) this.#checkAddresses("ipv4", this.#parameters.ipv4);
    if (!ipv4Only) this.#checkIpv6();
    if (net.kind === "socket") return;
    if (!ipv6Only) this.#checkIpv4Gateway();
    if (!ipv4Only) this.#checkIpv6Gateway();
    this.#checkMtu();
    this.#checkWait();
    if (net.kind === "memory") return;
    this.#checkHost("hostIpv4");
    this.#checkHost("hostIpv6");
  }

  #checkIpv6(): void {
    const modes = this.#parameters.ipv6.filter((item) => typeof item === "string");
    if (modes.length > 1)
      this.#refuse("ipv6", modes.join(" and "), "give one of eui64, random, stable and none");
    if (this.#isNone && this.#ipv6.length > 0)
      this.#refuse("ipv6", "none", `contradicts ${this.#say("ipv6", this.#ipv6.join(", "))}`);
    if (this.#isNone && this.#parameters.ipv6Only)
      this.#refuse("ipv6", "none", `contradicts ${this.#name("ipv6Only")}`);
    this.#checkAddresses("ipv6", this.#ipv6);
  }

  /** On the host's own network every address of the host will do, and lengths do not matter: only a group is never one. */
  #checkAddresses(field: "ipv4" | "ipv6", prefixes: readonly IpPrefix[]): void {
    const ofSockets = this.#parameters.net.kind === "socket";
    for (const [at, prefix] of prefixes.entries()) {
      const why = ofSockets && !prefix.address.isMulticast ? null : whyNoHost(prefix);
      if (why !== null) this.#refuseHost(field, prefix, why);
      if (prefixes.findIndex(({ address }) => address.equals(prefix.address)) !== at)
        this.#refuse(field, prefix, "is given twice: give each address once");
    }
  }

  #checkIpv4Gateway(): void {
    const { ipv4, ipv4Gateway } = this.#parameters;
    if (ipv4Gateway === null) return;
    const links = ipv4.filter((prefix) => prefix.contains(ipv4Gateway));
    if (links.length === 0) {
      const link = this.#say("ipv4", ipv4.length === 0 ? "(not given)" : ipv4.join(", "));
      this.#refuse("ipv4Gateway", ipv4Gateway, `must be on the link of ${link}`);
    }
    this.#checkNotOwn("ipv4Gateway", ipv4Gateway, ipv4);
    for (const { length } of links) {
      const why = whyNoHost(new IpPrefix(ipv4Gateway, length));
      if (why !== null) this.#refuse("ipv4Gateway", ipv4Gateway, `${why}; must be the address of a router`);
    }
  }

  #checkIpv6Gateway(): void {
    const { ipv6Gateway } = this.#parameters;
    if (ipv6Gateway === null) return;
    if (this.#isNone) this.#refuse("ipv6Gateway", ipv6Gateway, `contradicts ${this.#say("ipv6", "none")}`);
    const onLink = ipv6Gateway.isLinkLocal || this.#ipv6.some((prefix) => prefix.contains(ipv6Gateway));
    if (!onLink || ipv6Gateway.isMulticast || ipv6Gateway.isUnspecified || ipv6Gateway.isLoopback) {
      const link = this.#say("ipv6", this.#ipv6.length === 0 ? "(no address given)" : this.#ipv6.join(", "));
      this.#refuse(
        "ipv6Gateway",
        ipv6Gateway,
        `must be the address of a router, link-local or on the link of ${link}`,
      );
    }
    this.#checkNotOwn("ipv6Gateway", ipv6Gateway, this.#ipv6);
  }

  #checkNotOwn(
    field: "ipv4Gateway" | "ipv6Gateway",
    gateway: IpAddress,
    prefixes: readonly IpPrefix[],
  ): void {
    if (!prefixes.some(({ address }) => address.equals(gateway))) return;
    this.#refuse(field, gateway, "is the service's own address; must be the address of a router");
  }

  #checkMtu(): void {
    const { mtu } = this.#parameters;
    const asked = this.#asksForIpv6();
    if (mtu === null || mtu >= LEAST_IPV6_MTU || asked === null) return;
    this.#refuse("mtu", mtu, `IPv6 needs an MTU of ${LEAST_IPV6_MTU} octets, and ${asked} asks for IPv6`);
  }

  /** Which parameter does. */
  #asksForIpv6(): string | null {
    const { ipv4Only, ipv6Only, ipv6, ipv6Gateway } = this.#parameters;
    if (ipv4Only || this.#isNone) return null;
    if (ipv6Only) return this.#name("ipv6Only");
    if (ipv6.length > 0) return this.#say("ipv6", ipv6.join(", "));
    return ipv6Gateway === null ? null : this.#say("ipv6Gateway", ipv6Gateway);
  }

  #checkWait(): void {
    const { waitFor, ipv4, ipv4Only, mtu, acceptRouterAdvertisement } = this.#parameters;
    if (waitFor !== "global") return;
    if (ipv4Only || this.#isNone || (mtu !== null && mtu < LEAST_IPV6_MTU)) {
      if (ipv4.length === 0)
        this.#refuse("waitFor", waitFor, "without IPv6 it needs an address such as --ipv4 10.0.0.2/24");
      return;
    }
    if (acceptRouterAdvertisement || this.#ipv6.some(({ address }) => !address.isLinkLocal)) return;
    const routers = this.#say("acceptRouterAdvertisement", "false");
    this.#refuse("waitFor", waitFor, `with ${routers} it needs an address such as --ipv6 fd00::2/64`);
  }

  #checkHost(field: "hostIpv4" | "hostIpv6"): void {
    const prefix = this.#parameters[field];
    const why = prefix === null ? null : whyNoHost(prefix);
    if (why !== null) this.#refuseHost(field, prefix!, why);
  }

  #refuseHost(field: keyof BootParameters, prefix: IpPrefix, why: string): never {
    this.#refuse(field, prefix, `${why}; must be the address of a host such as ${hostExample(prefix)}`);
  }

  get #isNone(): boolean {
    return this.#parameters.ipv6.includes("none");
  }

  #name(field: keyof BootParameters): string {
    return describeName(originOf(this.#origins, field));
  }

  #say(field: keyof BootParameters, value: unknown): string {
    return describeValue(originOf(this.#origins, field), value);
  }

  #refuse(field: keyof BootParameters, value: unknown, why: string): never {
    throw new UsageError(`${this.#say(field, value)}: ${why}`);
  }
}

import {
  type FrameInfo,
  type IpAddress,
  type IpInfo,
  type IpPrefix,
  type LinkLayer,
  type Millis,
  type Packet,
  type Random,
  randomFraction,
  type Timed,
  Verdict,
  VerdictCounters,
  type Words,
} from "@mnet/core";
import { AddressTable } from "./autoconfiguration/address-table.ts";
import { Autoconfiguration } from "./autoconfiguration/autoconfiguration.ts";
import { type ConflictOutcome, DuplicateDetection } from "./autoconfiguration/duplicate-detection.ts";
import { type AddressMode, InterfaceIdentifiers } from "./autoconfiguration/interface-identifier.ts";
import { type AddAddressOptions, staticAddress } from "./autoconfiguration/static-address.ts";
import type { FirstHops, GroupJoins, RouterChoice } from "./contracts.ts";
import type { ControlOutput } from "./control-output.ts";
import type { NdEvent } from "./event.ts";
import { Neighbors } from "./neighbor/neighbors.ts";
import { canBeNeighbor, type NeighborResolver } from "./neighbor/resolver.ts";
import {
  defaultNeighborDiscoveryParameters,
  type NeighborDiscoveryParameters,
} from "./params/neighbor-discovery.ts";
import { AdvertisementReader } from "./router/advertisement.ts";
import { Configuration, type RouterConfiguration } from "./router/configuration.ts";
import { LinkParameters } from "./router/link-parameters.ts";
import { PrefixList } from "./router/prefix-list.ts";
import { Redirects } from "./router/redirects.ts";
import type { RouterInfo } from "./router/router.ts";
import { RouterList } from "./router/router-list.ts";
import { RouterSolicitor } from "./router/solicitation.ts";

export interface NeighborDiscoveryOptions {
  readonly link: LinkLayer;
  readonly output: ControlOutput;
  readonly random: Random;
  /** Where the solicited-node groups of our addresses are joined. */
  readonly groups: GroupJoins;
  readonly parameters?: NeighborDiscoveryParameters;
  /** How interface identifiers are made. Default `eui64`. */
  readonly addressMode?: AddressMode;
  /** Net_Iface of RFC 7217. Default empty. */
  readonly name?: string;
  /** Secret of the `stable` mode, 16 octets at least. Default: the MAC address, which is stable and no secret. */
  readonly stableSecret?: Uint8Array;
  /** Whether temporary addresses are made besides (RFC 8981). Default `false`. */
  readonly temporaryAddresses?: boolean;
  /** Whether routers are solicited and listened to. Default `true`. */
  readonly acceptRouterAdvertisement?: boolean;
  /** The first hop of packets to a destination, for redirects (RFC 4861 8.1). Default: by what was learned here. */
  readonly firstHop?: (destination: IpAddress) => IpAddress | null;
}

/**
 * Neighbor Discovery and address autoconfiguration of one interface (RFC 4861, 4862, 4191, 5942, 6980, 7217, 7527, 7559, 8106, 8981, 9131): a
 * host. On a link without link-layer addresses it only keeps the addresses, which are assigned without asking.
 */
export class NeighborDiscovery implements FirstHops, Timed {
  /** Received messages, by what became of them. */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** Messages of ours, by what became of them. */
  readonly sent: VerdictCounters;
  readonly addresses: AddressTable;
  readonly prefixes: PrefixList;
  readonly routers: RouterList;
  readonly redirects: Redirects;
  /** What routers have set for the link. */
  readonly parametersOfLink: LinkParameters;
  /** Finds the neighbours; `null` on a link without link-layer addresses. */
  readonly resolver: NeighborResolver | null;
  readonly #neighbors: Neighbors | null;
  readonly #configuration: Configuration;
  readonly #detection: DuplicateDetection;
  readonly #autoconfiguration: Autoconfiguration;
  readonly #solicitor: RouterSolicitor | null;
  readonly #random: Random;
  readonly #parameters: NeighborDiscoveryParameters;
  #onChange: () => void = () => {};
  #onEvent: (event: NdEvent, now: Millis) => void = () => {};

  /** @throws RangeError when `stableSecret` is too short. */
  constructor(options: NeighborDiscoveryOptions) {
    const { link, output, random, groups, parameters = defaultNeighborDiscoveryParameters } = options;
    const { acceptRouterAdvertisement: accept = true, addressMode: mode = "eui64" } = options;
    const { mac } = link;
    const changed = (): void => this.#onChange();
    this.#random = random;
    this.#parameters = parameters;
    this.parametersOfLink = new LinkParameters(random, parameters);
    this.addresses = new AddressTable(groups);
    this.prefixes = new PrefixList(parameters.prefixCapacity);
    this.redirects = new Redirects(parameters.redirectCapacity, random);
    this.#configuration = new Configuration(this.parametersOfLink, parameters);
    this.routers = new RouterList(parameters, {
      isReachable: (address) => this.#neighbors?.cache.isReachable(address) === true,
      probe: (address, now) => this.#neighbors?.cache.probe(address, now),
      watch: (address) => this.#neighbors?.cache.watch(address),
    });
    const { parametersOfLink: linkParameters, addresses, routers, redirects } = this;
    this.#neighbors =
      mac === null
        ? null
        : new Neighbors({
            link,
            mac,
            output,
            random,
            parameters,
            linkParameters,
            addresses,
            routers,
            redirects,
            changed,
          });
    this.resolver = this.#neighbors?.resolver ?? null;
    const transmitter = this.#neighbors?.transmitter ?? null;
    this.sent = transmitter?.sent ?? new VerdictCounters();
    this.#detection = new DuplicateDetection(addresses, transmitter, random, parameters, linkParameters);
    const { name = "", stableSecret: secret = null, temporaryAddresses: temporary = false } = options;
    this.#autoconfiguration = new Autoconfiguration(
      addresses,
      this.#detection,
      new InterfaceIdentifiers({ mode, mac, name, secret, random }),
      random,
      parameters,
      linkParameters,
      { mode, temporary },
    );
    this.#solicitor =
      transmitter === null || !accept
        ? null
        : new RouterSolicitor(transmitter, () => addresses.linkLocal, random, parameters);
    this.#neighbors?.listen({
      detection: this.#detection,
      advertisements: accept ? this.#reader(link) : null,
      firstHop: options.firstHop ?? ((destination) => this.#firstHop(destination)),
      routerFound: () => this.#solicitor?.stop(),
    });
    this.#wire(changed);
  }

  #reader(link: LinkLayer): AdvertisementReader {
    return new AdvertisementReader({
      link,
      linkParameters: this.parametersOfLink,
      routers: this.routers,
      prefixes: this.prefixes,
      configuration: this.#configuration,
      autoconfiguration: this.#autoconfiguration,
      onChange: () => this.#onChange(),
    });
  }

  #wire(changed: () => void): void {
    this.addresses.onChange = changed;
    this.routers.onChange = changed;
    this.routers.onRouter = (change, router, now) => {
      if (change === "removed") this.redirects.forget(router.address);
      this.#onEvent({ kind: "router", change, router }, now);
    };
    this.#configuration.onConfiguration = (configuration, now) => {
      this.#onEvent({ kind: "configuration", configuration }, now);
    };
    this.#detection.onConflict = (own, mac, outcome: ConflictOutcome, now) => {
      // First what follows from it: whoever is told sees whether another identifier is being tried.
      if (outcome === "refused") this.#autoconfiguration.refused(own, now);
      this.#onEvent({ kind: "conflict", address: own.address, mac, outcome }, now);
    };
  }

  /** Told whenever something that routes depend on has changed. One sink, called from inside input: record and return. */
  onChange(sink: () => void): void {
    this.#onChange = sink;
  }

  /** Told of what applications may want to hear. One sink, called from inside input: record and return. */
  onEvent(sink: (event: NdEvent, now: Millis) => void): void {
    this.#onEvent = sink;
  }

  /** The interface comes up: makes the link-local address, begins duplicate address detection of all, solicits routers. Call once. */
  start(now: Millis): void {
    if (this.#neighbors !== null) this.#autoconfiguration.addLinkLocal(now);
    this.#begin(now);
  }

  /**
   * The link has gone, or is back: then tentative and duplicate addresses are probed again, routers solicited again (RFC 4861 6.3.7), and what
   * is known of neighbours is no longer taken for fresh.
   */
  linkChanged(up: boolean, now: Millis): void {
    if (!up) {
      this.#detection.pause();
      this.#solicitor?.stop();
      return;
    }
    this.#neighbors?.cache.age(now);
    this.#begin(now);
    this.#neighbors?.announce(now);
  }

  /** RFC 4862 5.4.2, RFC 4861 6.3.7: the first message of an interface waits a random time, so that hosts do not all talk at once. */
  #begin(now: Millis): void {
    const at = now + randomFraction(this.#random) * this.#parameters.solicitationDelay;
    this.#detection.resume(at, now);
    this.#solicitor?.start(at);
  }

  /**
   * Adds an address by hand. It is usable once {@link AddressTable.onAddressChange} says so; neighbours stay. An autoconfigured address that is
   * the same makes room for it, and if that is in use already nobody is asked again.
   * @throws RangeError when no host can have it, it is there already, there are too many, or the lifetimes cannot be.
   */
  addAddress(prefix: IpPrefix, now: Millis, how: AddAddressOptions = {}): void {
    const own = staticAddress(prefix, how, now);
    const known = this.addresses.find(own.address);
    const learned = known?.origin === "autoconfigured" || known?.origin === "temporary";
    if (known !== null && known.state !== "duplicate" && !learned)
      throw new RangeError(`${own.address} is an address already`);
    const { addressCapacity } = this.#parameters;
    if (this.addresses.count((other) => other.origin === "static" && other !== known) >= addressCapacity)
      throw new RangeError(`${prefix} is one more than the ${addressCapacity} addresses there may be`);
    if (known !== null) this.addresses.remove(known, now);
    // Nobody else has our address: what was cached for it is wrong.
    this.resolver?.remove(own.address);
    this.addresses.add(own);
    if (how.detectDuplicates === false || known?.usable) this.#detection.skip(own, now);
    else this.#detection.begin(own, now, 0);
  }

  /** Gives an address up, whatever its state. @throws RangeError when it is not there. */
  removeAddress(address: IpAddress, now: Millis): void {
    const own = this.addresses.find(address);
    if (own === null) throw new RangeError(`${address} is no address of this interface`);
    this.addresses.remove(own, now);
  }

  /**
   * Makes `gateway` the default router that goes before all learned ones, for ever; `null` for none.
   * @throws RangeError when it can be no neighbour.
   */
  setGateway(gateway: IpAddress | null, now: Millis): void {
    if (gateway !== null && (!canBeNeighbor(gateway) || this.addresses.isOwn(gateway)))
      throw new RangeError(`gateway must be the IPv6 address of a neighbour, not ${gateway}`);
    this.routers.fix(gateway, now);
  }

  /** The default routers, best first. */
  routerList(): readonly RouterInfo[] {
    return this.routers.list();
  }

  /** What routers say besides addresses and routes. */
  configuration(): RouterConfiguration {
    return this.#configuration.current;
  }

  onLinkLength(destination: Readonly<Words>): number {
    return this.prefixes.onLinkLength(destination);
  }

  routerFor(destination: Readonly<Words>): RouterChoice | null {
    return this.routers.routerFor(destination);
  }

  redirectFor(destination: Readonly<Words>): IpAddress | null {
    return this.redirects.get(destination);
  }

  #firstHop(destination: IpAddress): IpAddress | null {
    const redirected = this.redirects.get(destination);
    if (redirected !== null) return redirected;
    if (destination.isLinkLocal || this.onLinkLength(destination) >= 0) return destination;
    return this.routers.peek(destination);
  }

  /**
   * One Neighbor Discovery message.
   * @param type its ICMPv6 type, 133 to 137.
   * @param packet from the ICMPv6 header to the end of the message, checksum verified. Borrowed.
   * @param fragmented whether there was a Fragment header (RFC 6980 5).
   */
  input(
    type: number,
    packet: Packet,
    info: IpInfo,
    frame: FrameInfo,
    fragmented: boolean,
    now: Millis,
  ): Verdict {
    const verdict = this.#neighbors?.input(type, packet, info, frame, fragmented, now) ?? Verdict.Ignored;
    return this.counters.count(verdict);
  }

  /** Sizes of the tables. */
  statistics(): Record<string, number> {
    return {
      ...(this.resolver?.statistics() ?? {}),
      addresses: this.addresses.list().length,
      prefixes: this.prefixes.list().length,
      routers: this.routers.size,
      redirects: this.redirects.size,
    };
  }

  nextDeadline(): Millis {
    return Math.min(
      this.addresses.nextDeadline(),
      this.prefixes.nextDeadline(),
      this.routers.nextDeadline(),
      this.#configuration.nextDeadline(),
      this.#solicitor?.nextDeadline() ?? Number.POSITIVE_INFINITY,
      this.resolver?.nextDeadline() ?? Number.POSITIVE_INFINITY,
    );
  }

  onDeadline(now: Millis): void {
    if (now >= this.addresses.nextDeadline()) {
      this.addresses.expire(now);
      this.#autoconfiguration.onDeadline(now);
      this.#detection.onDeadline(now);
    }
    if (this.prefixes.expire(now)) this.#onChange();
    this.routers.onDeadline(now);
    this.#configuration.expire(now);
    this.#solicitor?.onDeadline(now);
    this.resolver?.onDeadline(now);
  }
}

import {
  FakeLink,
  type NeighborAdvertisementFields,
  type NeighborSolicitationFields,
  neighborAdvertisement,
  neighborSolicitation,
  parseIcmpV6,
  parseIpv6,
  parseNeighborDiscovery,
  type RedirectFields,
  type RouterAdvertisementFields,
  redirectMessage,
  routerAdvertisement,
  type SentFrame,
  sourceLinkAddress,
  targetLinkAddress,
} from "@mnet/conformance";
import {
  type Cast,
  EtherType,
  fromHex,
  IpAddress,
  IpPrefix,
  lend,
  MacAddress,
  type Millis,
  Packet,
  reclaim,
  SeededRandom,
  toHex,
  type Verdict,
} from "@mnet/core";
import { Ipv6Info } from "../../src/info.ts";
import {
  NeighborDiscovery as Nd,
  type NeighborDiscovery,
  type NeighborDiscoveryOptions,
} from "../../src/neighbor-discovery.ts";
import { ControlSender } from "../../src/output/control.ts";
import {
  defaultNeighborDiscoveryParameters,
  type NeighborDiscoveryParameters,
} from "../../src/params/neighbor-discovery.ts";

/** Our MAC address, and the link-local address that is made of it. */
export const OWN_MAC = "02:00:00:00:00:01";
export const OWN = "fe80::ff:fe00:1";
export const PEER = "fe80::2";
export const PEER_MAC = "02:00:00:00:00:02";
export const OTHER = "fe80::3";
export const OTHER_MAC = "02:00:00:00:00:03";
export const ROUTER = "fe80::a";
export const ROUTER_MAC = "02:00:00:00:00:0a";
export const ROUTER_B = "fe80::b";
export const ROUTER_B_MAC = "02:00:00:00:00:0b";
export const ALL_NODES = "ff02::1";

export interface BenchOptions extends Omit<Partial<NeighborDiscoveryOptions>, "parameters"> {
  readonly parameters?: Partial<NeighborDiscoveryParameters>;
  readonly seed?: number;
  /** Whether to leave out {@link Bench.settle}: the interface has not been started. */
  readonly unstarted?: boolean;
  readonly mac?: string | null;
  readonly mtu?: number;
  /** Whether router solicitations are part of the log. Default `false`. */
  readonly solicitations?: boolean;
}

/** How a message arrives. */
export interface Around {
  readonly source?: string;
  readonly destination?: string;
  /** Of the IP header. Default 255. */
  readonly ipHopLimit?: number;
  /** The frame's source. Default: a MAC address that nobody has. */
  readonly mac?: string;
  readonly fragmented?: boolean;
}

type Fields<T> = Omit<Partial<T>, "source" | "destination"> & Around;

/** Neighbor Discovery on a link that the test plays the rest of, on a clock that the test moves. */
export class Bench {
  readonly link: FakeLink;
  readonly nd: NeighborDiscovery;
  now: Millis = 0;
  /** When {@link Bench.settle} was done: times in the log are counted from here. */
  started: Millis = 0;
  /** The groups that are joined, each as often as it is. */
  readonly groups: string[] = [];
  /** The groups that are heard, likewise. */
  readonly heard: string[] = [];
  /** What applications are told, in order, as text. */
  readonly events: string[] = [];
  /** How often routes had to be decided anew. */
  changes = 0;
  readonly unreachable: string[] = [];
  readonly #log: string[] = [];
  readonly #info = new Ipv6Info();
  readonly #solicitations: boolean;

  constructor(options: BenchOptions = {}) {
    const {
      parameters,
      seed = 1,
      unstarted = false,
      mac = OWN_MAC,
      mtu = 1500,
      solicitations = false,
      ...rest
    } = options;
    this.#solicitations = solicitations;
    this.link = new FakeLink({ mac, mtu });
    const output = new ControlSender(this.link);
    this.nd = new Nd({
      link: this.link,
      output,
      random: new SeededRandom(seed),
      groups: {
        hear: (group) => this.heard.push(`${group}`),
        unhear: (group) => take(this.heard, `${group}`),
        join: (group) => this.groups.push(`${group}`),
        leave: (group) => take(this.groups, `${group}`),
      },
      parameters: { ...defaultNeighborDiscoveryParameters, ...parameters },
      ...rest,
    });
    output.resolver = this.nd.resolver;
    this.nd.onChange(() => {
      this.changes += 1;
    });
    this.nd.onEvent((event, now) => {
      const { kind } = event;
      const text =
        kind === "conflict"
          ? `${event.address} ${event.outcome} by ${event.mac}`
          : kind === "router"
            ? `${event.change} ${event.router.address} ${event.router.preference}${event.router.reachable ? "" : " unreachable"}`
            : JSON.stringify({
                ...event.configuration,
                nameServers: event.configuration.nameServers.map(({ address }) => `${address}`),
                searchDomains: event.configuration.searchDomains.map(({ name }) => name),
              });
      this.events.push(`${Math.round(now - this.started)} ${kind} ${text}`);
    });
    this.nd.addresses.onAddressChange(({ kind, prefix }) => {
      this.events.push(`${Math.round(this.now - this.started)} ${kind} ${prefix}`);
    });
    this.nd.resolver?.onUnreachable((nextHop, queued) => {
      this.unreachable.push(`${nextHop} ${toHex(queued.toBytes())}`);
    });
    if (!unstarted) this.settle();
  }

  /** Starts, lets duplicate address detection of the link-local address end, and begins to count from 0. */
  settle(): void {
    this.nd.start(0);
    this.advance(2500);
    this.log();
    this.events.length = 0;
    this.changes = 0;
    this.started = this.now;
  }

  addAddress(prefix: string, how?: Parameters<NeighborDiscovery["addAddress"]>[2]): void {
    this.nd.addAddress(IpPrefix.parse(prefix), this.now, how);
    this.#collect();
  }

  /** Sends the octets of `hex` to a neighbour, as the IP layer does. */
  send(nextHop: string, hex = "60"): Verdict {
    const { headroom } = this.link.capabilities;
    const octets = fromHex(hex);
    const packet = Packet.allocate(headroom + octets.length);
    packet.bytes.set(octets, headroom);
    packet.reset(headroom, headroom + octets.length);
    return this.sendPacket(nextHop, packet);
  }

  sendPacket(nextHop: string, packet: Packet): Verdict {
    this.#collect();
    const lent = lend(packet);
    const verdict = this.nd.resolver!.sendVia(IpAddress.parse(nextHop), lent, this.now);
    reclaim(lent, packet, "down");
    this.#collect();
    return verdict;
  }

  /** A neighbour advertisement by {@link PEER} to us, with its link-layer address unless there are other options. */
  na(fields: Fields<NeighborAdvertisementFields> = {}): Verdict {
    const target = fields.target ?? PEER;
    const { source = `${target}`, destination = OWN } = fields;
    const { options = [targetLinkAddress(PEER_MAC)] } = fields;
    return this.receive(
      neighborAdvertisement({ ...fields, target, source, destination, options }),
      fields,
      source,
      destination,
    );
  }

  /** A neighbour solicitation by {@link PEER} for our link-local address, with its link-layer address unless there are other options. */
  ns(fields: Fields<NeighborSolicitationFields> = {}): Verdict {
    const { target = OWN, source = PEER, options = [sourceLinkAddress(PEER_MAC)] } = fields;
    const { destination = `${IpAddress.parse(`${target}`).solicitedNodeGroup}` } = fields;
    return this.receive(
      neighborSolicitation({ ...fields, target, source, destination, options }),
      fields,
      source,
      destination,
    );
  }

  /** An advertisement by {@link ROUTER} to all nodes, without options. */
  ra(fields: Fields<RouterAdvertisementFields> = {}): Verdict {
    const { source = ROUTER, destination = ALL_NODES } = fields;
    return this.receive(routerAdvertisement({ ...fields, source, destination }), fields, source, destination);
  }

  /** A redirect by {@link ROUTER}. */
  redirect(fields: Fields<RedirectFields> & Pick<RedirectFields, "target" | "redirected">): Verdict {
    const { source = ROUTER, destination = OWN } = fields;
    return this.receive(redirectMessage({ ...fields, source, destination }), fields, source, destination);
  }

  /** Delivers the octets of an ICMPv6 message. */
  receive(octets: Uint8Array, around: Around, source: string, destination: string): Verdict {
    this.#collect();
    const info = this.#info;
    const to = IpAddress.parse(destination);
    const cast: Cast = to.isMulticast ? "multicast" : "unicast";
    info.source.copy(IpAddress.parse(source));
    info.destination.copy(to);
    info.hopLimit = around.ipHopLimit ?? 255;
    info.cast = cast;
    const from = MacAddress.parse(around.mac ?? "02:00:00:00:00:ff");
    const packet = Packet.allocate(octets.length + 40);
    packet.bytes.set(octets, 20);
    packet.reset(20, 20 + octets.length);
    const lent = lend(packet);
    const frame = { cast, sourceHigh: from.high, sourceLow: from.low };
    const verdict = this.nd.input(octets[0] ?? 0, lent, info, frame, around.fragmented ?? false, this.now);
    reclaim(lent, packet, "up");
    this.#collect();
    return verdict;
  }

  /** Moves the clock, running every deadline at its time. */
  advance(by: Millis): void {
    this.#collect();
    const end = this.now + by;
    for (let at = this.nd.nextDeadline(); at <= end; at = this.nd.nextDeadline()) {
      this.now = Math.max(this.now, at);
      this.nd.onDeadline(this.now);
      this.#collect();
      if (this.nd.nextDeadline() <= this.now) {
        throw new Error(`nextDeadline() is ${this.nd.nextDeadline()} after onDeadline(${this.now})`);
      }
    }
    this.now = end;
  }

  /** Moves the clock to the next deadline, and runs it. */
  step(): void {
    this.advance(this.nd.nextDeadline() - this.now);
  }

  /** What was sent since the last call, each line with its time. */
  log(): string[] {
    this.#collect();
    return this.#log.splice(0);
  }

  /** As {@link Bench.log}, without the times. */
  lines(): string[] {
    return this.log().map((line) => line.slice(line.indexOf(" ") + 1));
  }

  /** `address mac state` of each neighbour, `router` if it is one, and the packets that wait. */
  neighbors(): string[] {
    return this.nd
      .resolver!.table()
      .map(
        ({ address, mac, state, router, queued }) =>
          `${address} ${mac ?? "?"} ${state}${router ? " router" : ""}${queued > 0 ? ` +${queued}` : ""}`,
      );
  }

  /** `prefix state` of each address of ours. */
  addresses(): string[] {
    return this.nd.addresses.list().map(({ prefix, state }) => `${prefix} ${state}`);
  }

  /** The way to a destination, as the router of the layer above would choose. */
  route(destination: string): string | null {
    const to = IpAddress.parse(destination);
    const hop =
      this.nd.redirectFor(to) ?? (this.nd.onLinkLength(to) >= 0 ? to : this.nd.routerFor(to)?.router);
    return hop === undefined ? null : `${hop}`;
  }

  #collect(): void {
    for (const sent of this.link.take()) {
      const line = describe(sent, `${this.link.mac}`);
      if (this.#solicitations || !line.startsWith("RS "))
        this.#log.push(`${Math.round(this.now - this.started)} ${line}`);
    }
  }
}

function take(groups: string[], group: string): void {
  const at = groups.indexOf(group);
  if (at < 0) throw new Error(`${group} is ended and had not begun`);
  groups.splice(at, 1);
}

/** One line for a frame that we sent. */
function describe({ to, etherType, octets }: SentFrame, ownMac: string): string {
  if (etherType !== EtherType.Ipv6) throw new Error(`sent as EtherType ${etherType}`);
  if (octets.length < 48 || octets[6] !== 58) return `ip ${toHex(octets)} to ${to}`;
  const ip = parseIpv6(octets);
  if (ip.hopLimit !== 255) throw new Error(`sent with hop limit ${ip.hopLimit}`);
  if (parseIcmpV6(ip.payload, ip).checksumValid !== true) throw new Error("sent with a wrong checksum");
  const said = parseNeighborDiscovery(ip.payload);
  const { sourceLinkAddress: slla, targetLinkAddress: tlla, nonce, malformed } = said.options;
  if (malformed) throw new Error("sent with malformed options");
  for (const mac of [slla, tlla]) if (mac !== undefined && mac !== ownMac) throw new Error(`sent ${mac}`);
  const where = `${ip.source} > ${ip.destination} (${to})`;
  if (said.message === "router solicitation") return `RS ${where}${slla === undefined ? "" : " slla"}`;
  if (said.message === "neighbor solicitation") {
    const options = `${slla === undefined ? "" : " slla"}${nonce === undefined ? "" : " nonce"}`;
    return `NS ${said.target} ${where}${options}`;
  }
  if (said.message !== "neighbor advertisement") throw new Error(`sent a ${said.message}`);
  const flags = `${said.router ? "R" : ""}${said.solicited ? "S" : ""}${said.override ? "O" : ""}`;
  return `NA ${said.target} ${where} ${flags || "-"}${tlla === undefined ? "" : " tlla"}`;
}

import {
  type AddressResolver,
  DEFAULT_HOP_LIMIT,
  type FrameInfo,
  IcmpErrorKind,
  type IpAddress,
  isV6Loopback,
  type LinkLayer,
  LoopbackQueue,
  lend,
  type Millis,
  type Packet,
  ProtocolTable,
  type Random,
  RxChecksum,
  reclaim,
  type SendOptions,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import type { FirstHops, OwnAddresses } from "./contracts.ts";
import { ErrorDispatch } from "./error/quoted.ts";
import { AcceptFilter, type Memberships } from "./input/accept.ts";
import { ControlInput, type DiscoveryInput, type ListenerInput } from "./input/control.ts";
import { Receiver } from "./input/receiver.ts";
import { Sender } from "./output/send.ts";
import type { Ipv6Parameters } from "./params.ts";
import type { Ipv6Path } from "./route/path.ts";
import { Router } from "./route/router.ts";
import { StaticRoutes } from "./route/static-routes.ts";

/** Whom packets are exchanged with, and who knows what about the link. */
export interface InternetParts {
  readonly link: LinkLayer;
  /** `null` on medium `ip`. */
  readonly resolver: AddressResolver | null;
  readonly addresses: OwnAddresses;
  readonly hops: FirstHops;
  readonly groups: Memberships;
  readonly discovery: DiscoveryInput;
  readonly listener: ListenerInput;
  /** What routers say of the link (RFC 4861 6.3.4), `null` where they do not. */
  readonly advertised: { readonly mtu: number | null; readonly hopLimit: number | null };
  readonly random: Random;
}

/** What came from this stack itself came in no frame. */
const inside: FrameInfo = { cast: "unicast", sourceHigh: 0, sourceLow: 0 };

/** The way of packets through IPv6: in, out, back to ourselves, and the errors about them. Who administers it is the layer. */
export class Internet {
  readonly counters: VerdictCounters = new VerdictCounters();
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly protocols: ProtocolTable = new ProtocolTable();
  readonly routes: StaticRoutes;
  readonly router: Router;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #errors: ErrorDispatch;
  readonly #loopback: LoopbackQueue;
  readonly #burst: number;

  constructor(parts: InternetParts, parameters: Ipv6Parameters) {
    const { link, resolver, addresses, hops, groups, discovery, listener, advertised, random } = parts;
    const { protocols } = this;
    this.routes = new StaticRoutes(addresses);
    this.router = new Router({ link, addresses, hops, routes: this.routes, advertised }, parameters);
    const accept = new AcceptFilter(addresses, groups);
    const control = new ControlInput(protocols, discovery, listener, accept);
    this.#receiver = new Receiver({ accept, control, protocols }, parameters, random);
    this.#loopback = new LoopbackQueue(parameters);
    this.#sender = new Sender(
      {
        link,
        resolver,
        loopback: this.#loopback,
        groups,
        currentHopLimit: () => advertised.hopLimit ?? DEFAULT_HOP_LIMIT,
      },
      random,
    );
    const { chainHeaders } = parameters;
    this.#errors = new ErrorDispatch({ protocols, addresses, router: this.router, chainHeaders });
    this.#burst = parameters.loopbackBurst;
    resolver?.onUnreachable((_nextHop, queued, now) => {
      this.#errors.dispatch(IcmpErrorKind.HostUnreachable, 0, queued, now);
    });
  }

  input(packet: Packet, frame: FrameInfo, now: Millis): Verdict {
    return this.counters.count(this.#receiver.receive(packet, frame, false, now));
  }

  inputFromOwnMac(packet: Packet, frame: FrameInfo, now: Millis): Verdict {
    return this.counters.count(this.#receiver.receive(packet, frame, false, now, true));
  }

  send(packet: Packet, route: Ipv6Path, how: SendOptions, now: Millis): Verdict {
    const { router } = this;
    let path = route;
    if (route.epoch !== router.epoch) {
      const { source } = route;
      if (!router.isUsable(source) && !isV6Loopback(source)) return this.sent.count(Verdict.BadLocalAddress);
      const again = router.route(route.destination, source);
      if (again === null) return this.sent.count(Verdict.NoRoute);
      path = again;
    }
    return this.sent.count(this.#sender.send(packet, path, how, now));
  }

  route(to: IpAddress, from: IpAddress | null): Ipv6Path | null {
    return this.router.route(to, from);
  }

  /** @param quoted at the quoted IPv6 header; borrowed. */
  errorReceived(kind: IcmpErrorKind, mtu: number, quoted: Packet, now: Millis): Verdict {
    return this.#errors.dispatch(kind, mtu, quoted, now);
  }

  /** The earliest of: loopback packets waiting (in the past), unfinished packets, learned path MTUs. */
  nextDeadline(): Millis {
    return Math.min(
      this.#loopback.nextDeadline(),
      this.#receiver.reassembly.nextDeadline(),
      this.router.pathMtus.nextDeadline(),
    );
  }

  onDeadline(now: Millis): void {
    this.#receiver.reassembly.expire(now);
    if (this.router.pathMtus.expire(now)) this.router.changed();
    this.#deliverLoopback(now);
  }

  #deliverLoopback(now: Millis): void {
    const burst = Math.min(this.#loopback.size, this.#burst);
    for (let i = 0; i < burst; i++) {
      const packet = this.#loopback.peek()!;
      packet.rxChecksum = RxChecksum.Verified;
      const lent = lend(packet);
      try {
        this.counters.count(this.#receiver.receive(lent, inside, true, now));
      } finally {
        // Also when a handler throws, which it never should: the next turn must not meet the same packet again.
        this.#loopback.shift();
      }
      reclaim(lent, packet, "up");
    }
  }

  statistics(): Record<string, number> {
    const { reassembly } = this.#receiver;
    return {
      reassemblyQueues: reassembly.size,
      reassemblyOctets: reassembly.octets,
      reassemblyTimeouts: reassembly.expired,
      reassemblyEvictions: reassembly.evicted,
      partlySent: this.#sender.partlySent,
      loopbackQueued: this.#loopback.size,
      pathMtus: this.router.pathMtus.size,
    };
  }
}

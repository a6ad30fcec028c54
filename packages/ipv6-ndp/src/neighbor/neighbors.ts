import {
  type FrameInfo,
  IpAddress,
  type IpInfo,
  type LinkLayer,
  type MacAddress,
  type Millis,
  type Packet,
  type Random,
  Verdict,
} from "@mnet/core";
import type { AddressTable } from "../autoconfiguration/address-table.ts";
import type { ControlOutput } from "../control-output.ts";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";
import type { LinkParameters } from "../router/link-parameters.ts";
import type { Redirects } from "../router/redirects.ts";
import type { RouterList } from "../router/router-list.ts";
import { NeighborCache } from "./cache.ts";
import { MessageHandlers, type MessageTargets } from "./handlers.ts";
import { NeighborResolver } from "./resolver.ts";
import { NdTransmitter } from "./transmitter.ts";

export interface NeighborsOptions {
  readonly link: LinkLayer;
  readonly mac: MacAddress;
  readonly output: ControlOutput;
  readonly random: Random;
  readonly parameters: NeighborDiscoveryParameters;
  readonly linkParameters: LinkParameters;
  readonly addresses: AddressTable;
  readonly routers: RouterList;
  readonly redirects: Redirects;
  /** Something that routes depend on has changed. */
  readonly changed: () => void;
}

/** All of Neighbor Discovery that needs link-layer addresses: the cache, what it sends, and what messages do to it. */
export class Neighbors {
  readonly transmitter: NdTransmitter;
  readonly cache: NeighborCache;
  readonly resolver: NeighborResolver;
  readonly #options: NeighborsOptions;
  #handlers: MessageHandlers | null = null;

  constructor(options: NeighborsOptions) {
    const { link, mac, output, random, parameters, linkParameters, addresses, routers, redirects, changed } =
      options;
    this.#options = options;
    this.transmitter = new NdTransmitter(mac, output);
    this.cache = new NeighborCache(link, random, this.transmitter, parameters, linkParameters, {
      sourceFor: (target, preferred) => addresses.sourceFor(target, preferred),
      isRouter: (address) => routers.has(address),
      reachabilityChanged: (address, reachable, now) => {
        if (!reachable && redirects.forget(address)) changed();
        routers.reachabilityChanged(address, reachable, now);
      },
      noLongerRouter: (address, now) => {
        if (redirects.forget(address)) changed();
        routers.remove(address, now);
      },
    });
    this.resolver = new NeighborResolver(link, this.cache, {
      isOwn: (address) => addresses.isOwn(address),
      watchedUsed: (now) => routers.standInUsed(now),
    });
  }

  /** Begins to take messages. */
  listen(targets: Pick<MessageTargets, "detection" | "advertisements" | "firstHop" | "routerFound">): void {
    const { mac, addresses, redirects, changed } = this.#options;
    const { cache, transmitter } = this;
    this.#handlers = new MessageHandlers({
      ...targets,
      mac,
      addresses,
      cache,
      transmitter,
      redirects,
      onChange: changed,
    });
  }

  input(
    type: number,
    packet: Packet,
    info: IpInfo,
    frame: FrameInfo,
    fragmented: boolean,
    now: Millis,
  ): Verdict {
    return this.#handlers?.input(type, packet, info, frame, fragmented, now) ?? Verdict.Ignored;
  }

  /** Shows the link where our addresses are now (RFC 4861 7.2.6). Not overriding: who has another entry checks it. */
  announce(now: Millis): void {
    for (const own of this.#options.addresses.usable()) {
      own.advertisedAt = now;
      this.transmitter.advertise(own.address, IpAddress.allNodesV6, 0, null, now);
    }
  }
}

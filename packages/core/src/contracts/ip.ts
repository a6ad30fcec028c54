import type { IpAddress } from "../address/ip.ts";
import type { IpPrefix } from "../address/prefix.ts";
import type { Words } from "../address/words.ts";
import type { Packet } from "../packet/packet.ts";
import type { Millis, Timed } from "../time/host.ts";
import type { Verdict } from "../verdict.ts";
import type { LinkCapabilities } from "./device.ts";
import type { Cast } from "./link.ts";
import type { TransportHandler } from "./transport.ts";

/** A decision where packets to one destination go. Immutable; keep it and ask again once `epoch` differs from the layer's. */
export interface Route {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** The neighbour that takes the packets: the destination itself or a gateway. */
  readonly nextHop: IpAddress;
  /** Largest IP datagram of the path in octets. */
  readonly mtu: number;
  /** Octets a transport leaves free in front of its header. */
  readonly headroom: number;
  /** The capabilities of the link the route leaves by. */
  readonly capabilities: LinkCapabilities;
  /** Delivered inside this stack. */
  readonly loopback: boolean;
  readonly cast: Cast;
  readonly interfaceIndex: number;
  /** The layer's {@link IpLayer.epoch} when this was decided. */
  readonly epoch: number;
}

/** How to send; one long-lived record per socket. */
export interface SendOptions {
  /** Protocol number of the payload. */
  protocol: number;
  /** TTL or hop limit, 1..255; 0 for the layer's own: 64, or what routers advertise (RFC 4861 6.3.4). */
  hopLimit: number;
  /** DSCP in the upper six bits, ECN in the lower two. */
  trafficClass: number;
  /** `no`: fragment when needed. `yes`: TooBig above the path MTU. `probe`: as `yes`, but above the link MTU only. */
  dontFragment: "no" | "yes" | "probe";
  /** 20 bits; IPv6 only. */
  flowLabel: number;
  /** Whether multicasts are delivered to this stack as well when it is a member. */
  multicastLoop: boolean;
}

/** What the IP header said. One reused record per IP layer, borrowed with the packet; copy what must outlive the call. */
export interface IpInfo {
  family: 4 | 6;
  readonly source: Words;
  readonly destination: Words;
  protocol: number;
  hopLimit: number;
  trafficClass: number;
  flowLabel: number;
  /** How the datagram was addressed. */
  cast: Cast;
  /** How the frame was addressed. */
  linkCast: Cast;
  interfaceIndex: number;
  /** From this stack itself: source filters do not apply. */
  loopback: boolean;
  /** Put together from fragments. */
  reassembled: boolean;
  /** Offset of the IP header in the packet. */
  headerStart: number;
}

export interface AddressChange {
  readonly kind: "added" | "removed" | "conflict";
  readonly prefix: IpPrefix;
}

/** One IP family of a stack, as transports see it. */
export interface IpLayer extends Timed {
  readonly family: 4 | 6;
  /** Grows whenever addresses, routes, the link's capabilities or a path MTU change. */
  readonly epoch: number;
  /** The way to `to`, from `from` when given; `null` when there is none (ENETUNREACH) or `from` is not ours. Cached: cheap to ask. */
  route(to: IpAddress, from?: IpAddress): Route | null;
  /** Whether a socket may bind to this address now: ours, a loopback address, or a joined group. */
  isLocal(address: Readonly<Words>): boolean;
  /**
   * Writes the IP header into the headroom and sends. `start` is at the transport header and is restored. Borrowed. Anything but
   * `Handled` and `Queued` means that nothing was sent.
   */
  send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict;
  /** Registers the receiver of a protocol. @throws Error when it has one. */
  handle(protocol: number, upper: TransportHandler): void;
  unhandle(protocol: number): void;
  /** Receives datagrams to a group; counted. */
  joinGroup(group: IpAddress, now: Millis): void;
  leaveGroup(group: IpAddress, now: Millis): void;
  /** A transport made forward progress over the route: its neighbour is alive. */
  confirm(route: Route, now: Millis): void;
  /** A transport retransmitted R1 times over the route (RFC 9293 3.8.3 MUST-20). */
  doubt(route: Route, now: Millis): void;
  onAddressChange(sink: (change: AddressChange) => void): void;
}

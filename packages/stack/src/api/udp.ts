import type { Endpoint } from "@mnet/core";
import type { Abortable, AddressLike } from "./common.ts";

export interface UdpBindOptions {
  /** 0 or absent chooses one (RFC 6056). */
  port?: number;
  /** As {@link TcpListenOptions.host}, a group or a broadcast address. */
  host?: AddressLike;
  /** As {@link TcpListenOptions.ipv6Only}. */
  ipv6Only?: boolean;
  /** Octets, overhead included, that may wait to be received; the newest is dropped beyond. */
  receiveBuffer?: number;
  /** Allows sending to broadcast addresses. Default false. */
  broadcast?: boolean;
  /** Allows several sockets on one port. Default false. */
  reuse?: boolean;
  /** TTL or hop limit of everything sent. Default 64, and 1 for what goes to a group (RFC 1112 6.1). */
  hopLimit?: number;
  trafficClass?: number;
  /** Forbids fragmentation: a datagram larger than the path MTU, as far as it is known, is EMSGSIZE (RFC 1191, RFC 8201). Default false. */
  dontFragment?: boolean;
}

export interface UdpModule {
  /** @throws NetError EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, ENETDOWN. */
  bind(options?: UdpBindOptions): UdpSocket;
}

/** One received datagram; `data` is the caller's. */
export interface UdpDatagram {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly truncated: boolean;
}

export interface UdpDestination {
  readonly host: AddressLike;
  readonly port: number;
}

export interface UdpSocket extends AsyncIterable<UdpDatagram>, AsyncDisposable {
  /** Where it is bound; `::` when that is both families, or IPv6 alone. */
  readonly local: Endpoint;
  readonly remote: Endpoint | null;
  /**
   * Sends one datagram; `data` may be reused at once. Rejects with EMSGSIZE, ENETUNREACH, EHOSTUNREACH, ENOBUFS, ENOTCONN, EAFNOSUPPORT, or
   * ECONNREFUSED left behind by an earlier one on a connected socket.
   */
  send(data: Uint8Array | string, to?: UdpDestination | Endpoint): Promise<void>;
  /** The next datagram. Rejects with an ICMP error on a connected socket, ECONNABORTED once closed, ENETDOWN once killed. */
  recv(options?: Abortable): Promise<UdpDatagram>;
  /** Fixes the peer: others are not heard, its ICMP errors are. */
  connect(to: UdpDestination | Endpoint): void;
  disconnect(): void;
  /** Receives what is sent to a group, of either family, and tells the routers and switches of the link (IGMP, MLD). */
  joinGroup(group: AddressLike): void;
  leaveGroup(group: AddressLike): void;
  close(): Promise<void>;
}

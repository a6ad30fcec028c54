import { checkPort, type Endpoint, IpAddress, NetError, type NetErrorCode } from "@mnet/core";
import type { UdpBindOptions, UdpDatagram } from "@mnet/stack";
import type { DatagramEvents, DatagramPort } from "@mnet/stack/socket-kit";
import { bindAtPort } from "../choose-port.ts";
import type { HostContext } from "../host-context.ts";
import { DATAGRAM_BUFFER } from "../params.ts";
import { unsupported } from "../tcp/options.ts";
import { Groups } from "./groups.ts";
import { HostSocket, type HostSocketSink } from "./host-socket.ts";
import { ReceivedDatagrams } from "./received-datagrams.ts";

/** The largest UDP payload of each family: 65 535 octets without the headers that count (RFC 768, RFC 8200 4.5). */
const LARGEST = { 4: 65_507, 6: 65_527 } as const;

/** UDP sockets of the host, one per family or address, at one port. */
export class HostDatagramPort implements DatagramPort, HostSocketSink {
  readonly #context: HostContext;
  readonly #events: DatagramEvents;
  readonly #queue: ReceivedDatagrams;
  readonly #sockets: readonly HostSocket[];
  readonly #groups: Groups;
  readonly #bound: Endpoint;
  #connected: { readonly socket: HostSocket; readonly remote: Endpoint; readonly local: Endpoint } | null =
    null;
  #error: NetErrorCode | null = null;
  #closed = false;

  /** @throws RangeError. NetError EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EPERM, ENOTSUP. */
  constructor(context: HostContext, options: UdpBindOptions, events: DatagramEvents) {
    const { port = 0, host, ipv6Only = false, receiveBuffer = DATAGRAM_BUFFER } = options;
    const { reuse = false, broadcast = false } = options;
    checkPort(port);
    if (!Number.isInteger(receiveBuffer) || receiveBuffer < 1)
      throw new RangeError(`receiveBuffer must be a positive integer, not ${receiveBuffer}`);
    for (const option of ["hopLimit", "trafficClass"] as const) {
      if (options[option] !== undefined) throw unsupported(option, "bind");
    }
    if (options.dontFragment === true) throw unsupported("dontFragment", "bind");
    const address = host === undefined ? undefined : context.addressOf(host, "host");
    const addresses = context.addresses.toBind(address, ipv6Only, "bind");
    this.#context = context;
    this.#events = events;
    this.#queue = new ReceivedDatagrams(receiveBuffer);
    this.#sockets = bindAtPort(port, "bind", (at) => this.#bind(addresses, { port: at, reuse, broadcast }));
    this.#groups = new Groups(this.#sockets, this);
    const any = addresses.every(({ family }) => family === 4) ? IpAddress.anyV4 : IpAddress.anyV6;
    const shown = address === undefined || address.isUnspecified ? any : address;
    this.#bound = { address: shown, port: this.#sockets[0]!.port };
  }

  get local(): Endpoint {
    return this.#connected?.local ?? this.#bound;
  }

  get remote(): Endpoint | null {
    return this.#connected?.remote ?? null;
  }

  send(data: Uint8Array, to: Endpoint | null): Promise<void> {
    const connected = this.#connected;
    if (to === null && connected === null) throw new NetError("ENOTCONN", { syscall: "send" });
    const { address } = (to ?? connected!.remote) as Endpoint;
    if (data.length > LARGEST[address.family]) {
      throw new NetError("EMSGSIZE", { syscall: "send", address: address.toString() });
    }
    if (to === null) return connected!.socket.send(data, null);
    this.#context.addresses.checkDestination(address, "send");
    const socket = this.#socketTo(address, "send");
    if (socket !== connected?.socket) return socket.send(data, to);
    // A connected socket of Node's sends to its peer alone: for the time of one call it has none.
    socket.disconnect();
    try {
      return socket.send(data, to);
    } finally {
      socket.connect(connected.remote);
    }
  }

  receive(): UdpDatagram | null {
    return this.#queue.shift();
  }

  takeError(): NetErrorCode | null {
    const error = this.#error;
    this.#error = null;
    return error;
  }

  connect(to: Endpoint): void {
    this.#context.addresses.checkDestination(to.address, "connect");
    const socket = this.#socketTo(to.address, "connect");
    const before = this.#connected;
    this.disconnect();
    try {
      this.#connectTo(socket, to);
    } catch (error) {
      if (before !== null) this.#connectTo(before.socket, before.remote);
      throw error;
    }
  }

  disconnect(): void {
    this.#connected?.socket.disconnect();
    this.#connected = null;
  }

  joinGroup(group: IpAddress): void {
    if (!group.isMulticast) throw new RangeError(`group must be a multicast address, not ${group}`);
    this.#groups.join(group, this.#socketTo(group, "joinGroup"));
  }

  leaveGroup(group: IpAddress): void {
    this.#groups.leave(group);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#groups.close();
    for (const socket of this.#sockets) socket.close();
    this.#queue.clear();
  }

  /** For {@link HostSocket}. */
  received(data: Uint8Array<ArrayBuffer>, remote: Endpoint, socket: HostSocket): void {
    const peer = this.#connected?.remote;
    // The host filters on the socket that has the peer, from the moment it has one; there may be others, and there was a moment before.
    if (peer !== undefined && !(peer.port === remote.port && peer.address.equals(remote.address))) return;
    const local = this.#connected?.local ?? { address: socket.address, port: socket.port };
    if (this.#queue.push({ data, remote, local, truncated: false })) this.#events.readable();
    else this.#context.dropped++;
  }

  /** For {@link HostSocket}. */
  failed(code: NetErrorCode): void {
    this.#error = code;
    this.#events.failed();
  }

  #bind(
    addresses: readonly IpAddress[],
    how: { readonly port: number; readonly reuse: boolean; readonly broadcast: boolean },
  ): readonly HostSocket[] {
    const sockets: HostSocket[] = [];
    try {
      for (const address of addresses) sockets.push(new HostSocket({ address, ...how }, this));
    } catch (error) {
      for (const socket of sockets) socket.close();
      throw error;
    }
    return sockets;
  }

  #connectTo(socket: HostSocket, remote: Endpoint): void {
    socket.connect(remote);
    const { address } = socket.local();
    this.#connected = { socket, remote, local: { address, port: this.#bound.port } };
  }

  /**
   * The socket at the address that the stack prefers for this destination; where the port is bound to another one, that.
   * @throws NetError EAFNOSUPPORT when this port has no socket of the address' family.
   */
  #socketTo(address: IpAddress, syscall: string): HostSocket {
    const source = this.#context.addresses.sourceTo(address);
    let first: HostSocket | null = null;
    for (const socket of this.#sockets) {
      if (socket.address === source) return socket;
      if (socket.address.family === address.family) first ??= socket;
    }
    if (first !== null) return first;
    throw new NetError("EAFNOSUPPORT", { syscall, address: address.toString() });
  }
}

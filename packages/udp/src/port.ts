import {
  checkPort,
  type Endpoint,
  type IpAddress,
  IpProtocol,
  type Millis,
  NetError,
  type NetErrorCode,
  RouteCache,
  type SendOptions,
  type Verdict,
} from "@mnet/core";
import type { Binding } from "./binding.ts";
import type { Datagram } from "./datagram.ts";
import type { UdpParameters } from "./params.ts";
import type { Sender, Transmitter } from "./transmitter.ts";

/** What a port needs from its layer. */
export interface PortOwner {
  readonly transmitter: Transmitter;
  readonly parameters: UdpParameters;
  /** The last time the layer heard of. */
  readonly latest: Millis;
  release(binding: Binding): void;
  noteTime(now: Millis): void;
}

/** A bound UDP port. Made by {@link UdpLayer.bind}. */
export class UdpPort {
  readonly #owner: PortOwner;
  readonly #binding: Binding;
  readonly #sender: Sender;
  readonly #how: SendOptions;
  readonly #any: IpAddress;
  #hopLimit: number;
  #multicastHopLimit: number;
  #closed: NetErrorCode | null = null;

  /** Use {@link UdpLayer.bind}. @param any how "every address" reads in {@link UdpPort.local}. */
  constructor(owner: PortOwner, binding: Binding, broadcast: boolean, any: IpAddress) {
    this.#owner = owner;
    this.#binding = binding;
    this.#any = any;
    this.#hopLimit = owner.parameters.hopLimit;
    this.#multicastHopLimit = owner.parameters.multicastHopLimit;
    this.#how = {
      protocol: IpProtocol.Udp,
      hopLimit: this.#hopLimit,
      trafficClass: 0,
      dontFragment: "no",
      flowLabel: 0,
      multicastLoop: true,
    };
    this.#sender = {
      binding,
      routes: new RouteCache(),
      broadcast,
      how: this.#how,
      labelled: null,
      labelledPort: 0,
    };
  }

  /** Where it is bound; once connected, with the address that datagrams leave from. */
  get local(): Endpoint {
    const { source, address, port } = this.#binding;
    return { address: source ?? address ?? this.#any, port };
  }

  /** The peer it is connected to. */
  get remote(): Endpoint | null {
    return this.#binding.remote;
  }

  /** Datagrams that wait to be received. */
  get pending(): number {
    return this.#binding.queue.length;
  }

  /** Datagrams dropped because the receive buffer was full. */
  get dropped(): number {
    return this.#binding.dropped;
  }

  /** TTL or hop limit of unicast and broadcast datagrams, 1..255; 0 while it was not set: the IP layer's own. */
  get hopLimit(): number {
    return this.#hopLimit;
  }

  set hopLimit(value: number) {
    this.#hopLimit = checkInteger("hopLimit", value, 1, 255);
  }

  /** TTL or hop limit of multicast datagrams, 1..255; 1 by default (RFC 1112 6.1). */
  get multicastHopLimit(): number {
    return this.#multicastHopLimit;
  }

  set multicastHopLimit(value: number) {
    this.#multicastHopLimit = checkInteger("multicastHopLimit", value, 1, 255);
  }

  /** Whether multicasts that are sent come back to the members in this stack; `true` by default (RFC 1112 6.1). */
  get multicastLoop(): boolean {
    return this.#how.multicastLoop;
  }

  set multicastLoop(value: boolean) {
    this.#how.multicastLoop = value;
  }

  /** DSCP in the upper six bits, ECN in the lower two; 0 by default. */
  get trafficClass(): number {
    return this.#how.trafficClass;
  }

  set trafficClass(value: number) {
    this.#how.trafficClass = checkInteger("trafficClass", value, 0, 255);
  }

  /** Forbids fragmentation: larger than the path MTU is then EMSGSIZE. `false` by default. */
  get dontFragment(): boolean {
    return this.#binding.dontFragment;
  }

  set dontFragment(value: boolean) {
    this.#binding.dontFragment = value;
    this.#how.dontFragment = value ? "yes" : "no";
  }

  /**
   * Fixes the peer: only its datagrams are received from now on (those already waiting stay), ICMP errors are reported, and the source
   * address is the one the route has now. May be called again.
   * @throws RangeError for port 0.
   * @throws NetError ENETUNREACH, EAFNOSUPPORT, EADDRNOTAVAIL, EPERM.
   */
  connect(to: Endpoint): void {
    this.#checkOpen("connect");
    checkPort(to.port, "port", 1);
    const before = this.#binding.remote;
    const source = this.#binding.source;
    this.#binding.disconnect();
    try {
      const route = this.#owner.transmitter.route(this.#sender, to.address, "connect");
      this.#binding.connect(to, route.source);
    } catch (error) {
      if (before !== null && source !== null) this.#binding.connect(before, source);
      throw error;
    }
  }

  /** Undoes {@link UdpPort.connect}: receives from everyone again. Harmless when not connected. */
  disconnect(): void {
    this.#binding.disconnect();
  }

  /**
   * Sends one datagram. `data` is borrowed for the call.
   * @param to the destination, or `null` for the peer of {@link UdpPort.connect}.
   * @returns `Handled` or `Queued` when it is on its way; `DeviceBusy` or `NoBuffers` when there was no room (ENOBUFS).
   * @throws RangeError for port 0.
   * @throws NetError ENOTCONN, EMSGSIZE, EAFNOSUPPORT, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL (the bound address was removed), EPERM
   * (broadcast is not enabled), ENETDOWN (the layer is closed), EINVAL (the port is closed).
   */
  send(data: Uint8Array, to: Endpoint | null, now: Millis): Verdict {
    this.#checkOpen("send");
    const destination = to ?? this.#binding.remote;
    if (destination === null) throw new NetError("ENOTCONN", { syscall: "send" });
    if (to !== null) checkPort(to.port, "port", 1);
    this.#how.hopLimit = destination.address.isMulticast ? this.#multicastHopLimit : this.#hopLimit;
    this.#owner.noteTime(now);
    return this.#owner.transmitter.send(this.#sender, data, destination, now);
  }

  /** The datagram that waits longest, the caller's from now on; `null` when none waits. */
  receive(): Datagram | null {
    return this.#binding.queue.shift();
  }

  /** The last error that {@link UdpEvents.failed} reported and nobody took; taken by this call. */
  takeError(): NetErrorCode | null {
    const { error } = this.#binding;
    this.#binding.error = null;
    return error;
  }

  /**
   * Receives what is sent to a group, at this port and from now on.
   * @throws RangeError when it is no multicast address.
   * @throws NetError EAFNOSUPPORT, EADDRINUSE (already a member), ENOBUFS (too many groups).
   */
  joinGroup(group: IpAddress, now: Millis): void {
    this.#checkOpen("joinGroup");
    if (!group.isMulticast) throw new RangeError(`group must be a multicast address, not ${group}`);
    const { family, groups } = this.#binding;
    const address = group.toString();
    if (family !== null && family !== group.family) {
      throw new NetError("EAFNOSUPPORT", { syscall: "joinGroup", address });
    }
    if (this.#binding.memberIndex(group) >= 0)
      throw new NetError("EADDRINUSE", { syscall: "joinGroup", address });
    if (groups.length >= this.#owner.parameters.groupsPerPort) {
      throw new NetError("ENOBUFS", { syscall: "joinGroup", address });
    }
    this.#owner.transmitter.network(group.family, "joinGroup", group).joinGroup(group, now);
    groups.push(group);
    this.#owner.noteTime(now);
  }

  /** Undoes {@link UdpPort.joinGroup}. @throws NetError EADDRNOTAVAIL when it is not a member. */
  leaveGroup(group: IpAddress, now: Millis): void {
    this.#checkOpen("leaveGroup");
    const index = this.#binding.memberIndex(group);
    if (index < 0) throw new NetError("EADDRNOTAVAIL", { syscall: "leaveGroup", address: group.toString() });
    this.#binding.groups.splice(index, 1);
    this.#owner.transmitter.network(group.family, "leaveGroup", group).leaveGroup(group, now);
    this.#owner.noteTime(now);
  }

  /**
   * Frees the port; what waits is discarded, groups are left, no event follows. Idempotent.
   * @param now defaults to the last time the layer heard of.
   */
  close(now: Millis = this.#owner.latest): void {
    if (this.#closed !== null) return;
    this.#end("EINVAL", now);
  }

  /** The layer is gone: as {@link UdpPort.close}, reported as ENETDOWN. For {@link UdpLayer} only. */
  shutDown(now: Millis): void {
    if (this.#closed !== null) return;
    this.#end("ENETDOWN", now);
    this.#binding.fail("ENETDOWN");
  }

  #end(code: NetErrorCode, now: Millis): void {
    this.#closed = code;
    for (const group of this.#binding.groups.splice(0)) {
      this.#owner.transmitter.network(group.family, "close", group).leaveGroup(group, now);
    }
    this.#binding.queue.clear();
    this.#owner.release(this.#binding);
  }

  #checkOpen(syscall: string): void {
    if (this.#closed === null) return;
    const reason = this.#closed === "EINVAL" ? { reason: "the port is closed" } : {};
    throw new NetError(this.#closed, { syscall, ...reason });
  }
}

function checkInteger(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
}

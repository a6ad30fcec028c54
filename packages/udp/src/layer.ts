import {
  checkPort,
  FlowLabels,
  foldSum,
  type IcmpErrorKind,
  IpAddress,
  type IpInfo,
  type IpLayer,
  IpProtocol,
  icmpErrorCode,
  IcmpErrorKind as Kind,
  type Millis,
  NetError,
  type Packet,
  pseudoHeaderSum,
  type Random,
  RxChecksum,
  sumOctets,
  type TransportHandler,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import { Binding, type UdpEvents } from "./binding.ts";
import { Udp } from "./header.ts";
import { defaultUdpParameters, type UdpParameters } from "./params.ts";
import { type PortOwner, UdpPort } from "./port.ts";
import { PortTable } from "./port-table.ts";
import { Transmitter } from "./transmitter.ts";

/** How to bind a port. */
export interface BindOptions {
  /** One of ours, a group or a broadcast address; every address when absent. 0.0.0.0 and `::` are every one of their family. */
  readonly address?: IpAddress;
  /** 0 or absent: a random free one is chosen. */
  readonly port?: number;
  /** With no address: 4 or 6 only; both when absent. */
  readonly family?: 4 | 6;
  /** Octets that may wait to be received, 256 for each datagram included. 256 KiB by default. */
  readonly receiveBuffer?: number;
  /** Allows sending to broadcast addresses. `false` by default. */
  readonly broadcast?: boolean;
  /** Shares the port with others that say so too: multicasts go to all of them, unicasts to the best match bound last. */
  readonly reuse?: boolean;
}

/** UDP (RFC 768, RFC 1122 4.1) over one or two IP layers. */
export class UdpLayer implements TransportHandler {
  /** Datagrams received, by what became of them. */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** Datagrams handed to IP, by its verdict. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #networks: readonly IpLayer[];
  readonly #random: Random;
  readonly #parameters: UdpParameters;
  readonly #table = new PortTable();
  readonly #ports = new Map<Binding, UdpPort>();
  readonly #transmitter: Transmitter;
  readonly #owner: PortOwner;
  #latest: Millis = 0;
  #closed = false;

  /**
   * Registers itself for protocol 17 with each network.
   * @param options.networks at most one IP layer per family.
   * @param options.random for ephemeral ports and flow labels.
   * @param options.parameters what differs from {@link defaultUdpParameters}.
   */
  constructor(options: {
    networks: readonly IpLayer[];
    random: Random;
    parameters?: Partial<UdpParameters>;
  }) {
    this.#networks = options.networks;
    this.#random = options.random;
    this.#parameters = { ...defaultUdpParameters, ...options.parameters };
    this.#transmitter = new Transmitter(this.#networks, new FlowLabels(this.#random), this.sent);
    this.#owner = this.#makeOwner();
    for (const network of this.#networks) network.handle(IpProtocol.Udp, this);
  }

  /**
   * Binds a port.
   * @param events told when a datagram is there, and of errors.
   * @throws RangeError naming the argument.
   * @throws NetError EADDRINUSE, EADDRNOTAVAIL (not our address), EAFNOSUPPORT, ENETDOWN.
   */
  bind(options: BindOptions, events: UdpEvents): UdpPort {
    if (this.#closed) throw new NetError("ENETDOWN", { syscall: "bind" });
    const { port = 0, reuse = false, broadcast = false } = options;
    checkPort(port);
    const receiveBuffer = options.receiveBuffer ?? this.#parameters.receiveBuffer;
    if (!(receiveBuffer > 0)) throw new RangeError(`receiveBuffer must be more than 0, not ${receiveBuffer}`);
    const family = this.#familyOf(options);
    const given = options.address;
    const address = given === undefined || given.isUnspecified ? null : given;
    const source = address === null ? null : this.#sourceOf(address);
    const wanted = { address, family, reuse };
    if (port !== 0 && this.#table.conflicts(port, wanted)) {
      throw new NetError("EADDRINUSE", {
        syscall: "bind",
        ...(given && { address: given.toString() }),
        port,
      });
    }
    const number = port === 0 ? this.#table.choose(wanted, this.#random, this.#parameters) : port;
    const v6 = family === 6 || (family === null && this.#networks.some((network) => network.family === 6));
    const binding = new Binding({ ...wanted, port: number, source, receiveBuffer }, events);
    // `::` also stands for every address of both families, as it does in POSIX.
    const bound = new UdpPort(this.#owner, binding, broadcast, v6 ? IpAddress.anyV6 : IpAddress.anyV4);
    this.#table.add(binding);
    this.#ports.set(binding, bound);
    return bound;
  }

  input(packet: Packet, info: IpInfo, now: Millis): Verdict {
    this.#latest = now;
    return this.counters.count(this.#receive(packet, info));
  }

  #receive(packet: Packet, info: IpInfo): Verdict {
    if (this.#closed) return Verdict.Closed;
    const { start, view } = packet;
    const available = packet.end - start;
    if (available < Udp.HeaderLength) return Verdict.TooShort;
    const length = view.getUint16(start + Udp.Length);
    // What IP carries beyond the UDP length is not part of the datagram (RFC 768; what RFC 9868 makes of it is optional).
    if (length < Udp.HeaderLength || length > available) return Verdict.BadLength;
    if (!checksumHolds(packet, info, length)) return Verdict.BadChecksum;
    const sourcePort = view.getUint16(start + Udp.SourcePort);
    const port = view.getUint16(start + Udp.DestinationPort);
    const end = start + length;
    if (info.cast !== "unicast") return this.#deliverToGroup(packet, end, info, sourcePort, port);
    const binding = this.#table.find(port, info, sourcePort);
    if (binding === null) return Verdict.PortUnreachable;
    return deliver(binding, packet, end, info, sourcePort);
  }

  /** A copy to every port it is for (RFC 1122 4.1.3.3 and 3.3.6), and never an error when there is none (3.2.2). */
  #deliverToGroup(packet: Packet, end: number, info: IpInfo, sourcePort: number, port: number): Verdict {
    let verdict: Verdict = Verdict.NotForUs;
    const bindings = this.#table.at(port);
    for (let at = 0; at < bindings.length; at++) {
      const binding = bindings[at]!;
      if (!binding.takesGroup(info, sourcePort)) continue;
      const delivered = deliver(binding, packet, end, info, sourcePort);
      if (verdict !== Verdict.Handled) verdict = delivered;
    }
    return verdict;
  }

  /** An ICMP error about a datagram of ours: told to the connected port that sent it (RFC 1122 4.1.3.3). */
  error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, _mtu: number, now: Millis): boolean {
    this.#latest = now;
    if (quoted.end - quoted.start < Udp.HeaderLength) return false;
    const port = quoted.view.getUint16(quoted.start + Udp.SourcePort);
    const peerPort = quoted.view.getUint16(quoted.start + Udp.DestinationPort);
    const bindings = this.#table.at(port);
    let live = false;
    for (let at = 0; at < bindings.length; at++) {
      const binding = bindings[at]!;
      if (!binding.maySend(info, peerPort)) continue;
      live = true;
      // Who lets IP fragment need not know that it will.
      const silent = binding.remote === null || (kind === Kind.PacketTooBig && !binding.dontFragment);
      if (!silent) binding.fail(icmpErrorCode(kind));
    }
    return live;
  }

  /** Datagrams leave at once: there is nothing to flush. */
  flush(_now: Millis): void {}

  /** Ends: every port fails with ENETDOWN and is freed, nothing is received any more. Idempotent. */
  close(now: Millis = this.#latest): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const port of [...this.#ports.values()]) port.shutDown(now);
  }

  #familyOf({ address, family }: BindOptions): 4 | 6 | null {
    if (address !== undefined && family !== undefined && address.family !== family) {
      throw new NetError("EAFNOSUPPORT", { syscall: "bind", address: address.toString() });
    }
    const wanted = address?.family ?? family ?? null;
    if (wanted !== null) this.#transmitter.network(wanted, "bind", address);
    return wanted;
  }

  /** The source address that binding to `address` fixes: none when it is a group or a broadcast address, which nothing comes from. */
  #sourceOf(address: IpAddress): IpAddress | null {
    if (address.isMulticast) return null;
    const network = this.#transmitter.network(address.family, "bind", address);
    if (network.isLocal(address)) return address;
    if (network.route(address)?.cast === "broadcast") return null;
    throw new NetError("EADDRNOTAVAIL", { syscall: "bind", address: address.toString() });
  }

  #makeOwner(): PortOwner {
    const layer = this;
    return {
      transmitter: this.#transmitter,
      parameters: this.#parameters,
      get latest() {
        return layer.#latest;
      },
      noteTime(now) {
        layer.#latest = now;
      },
      release(binding) {
        layer.#table.remove(binding);
        layer.#ports.delete(binding);
      },
    };
  }
}

/** RFC 768; over IPv6 a checksum is required (RFC 8200 8.1), whatever a device thinks of one that is not there. */
function checksumHolds(packet: Packet, info: IpInfo, length: number): boolean {
  const { start, view } = packet;
  if (view.getUint16(start + Udp.Checksum) === 0) return info.family === 4;
  if (packet.rxChecksum !== RxChecksum.Unknown) return true;
  const pseudo = pseudoHeaderSum(info.source, info.destination, IpProtocol.Udp, length);
  return foldSum(pseudo + sumOctets(view, start, start + length)) === 0xffff;
}

/** Queues the data, or each segment of it when the device received several datagrams as one. */
function deliver(binding: Binding, packet: Packet, end: number, info: IpInfo, sourcePort: number): Verdict {
  const step = packet.segmentSize === 0 ? end : packet.segmentSize;
  let at = packet.start + Udp.HeaderLength;
  let verdict: Verdict;
  do {
    verdict = binding.deliver(packet.bytes, at, Math.min(at + step, end), info, sourcePort);
    at += step;
  } while (at < end);
  return verdict;
}

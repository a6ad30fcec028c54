import {
  accepted,
  type Endpoint,
  type FlowLabels,
  foldSum,
  type IpAddress,
  type IpLayer,
  IpProtocol,
  type Millis,
  NetError,
  type NetErrorCode,
  type Packet,
  pseudoHeaderSum,
  type Route,
  type RouteCache,
  ScratchPacket,
  type SendOptions,
  sendErrorCode,
  Verdict,
  type VerdictCounters,
} from "@mnet/core";
import type { Binding } from "./binding.ts";
import { maxData, Udp } from "./header.ts";

/** What a port brings to a send. */
export interface Sender {
  readonly binding: Binding;
  readonly routes: RouteCache;
  /** Sending to broadcast addresses is allowed. */
  readonly broadcast: boolean;
  readonly how: SendOptions;
  /** Where the last datagram went, with the flow label that `how` has. */
  labelled: Route | null;
  labelledPort: number;
}

/** Builds datagrams and hands them to IP: one for all ports of a layer. */
export class Transmitter {
  readonly #networks: readonly IpLayer[];
  readonly #labels: FlowLabels;
  readonly #sent: VerdictCounters;
  readonly #scratch = new ScratchPacket();

  constructor(networks: readonly IpLayer[], labels: FlowLabels, sent: VerdictCounters) {
    this.#networks = networks;
    this.#labels = labels;
    this.#sent = sent;
  }

  /** The IP layer of a family. @throws NetError EAFNOSUPPORT when the stack has none. */
  network(family: 4 | 6, syscall: string, address?: IpAddress): IpLayer {
    for (const network of this.#networks) if (network.family === family) return network;
    throw failure("EAFNOSUPPORT", syscall, address);
  }

  /**
   * The way of `sender` to an address.
   * @throws NetError EAFNOSUPPORT, ENETUNREACH, EADDRNOTAVAIL (the source is no longer ours), EPERM (broadcast not enabled).
   */
  route(sender: Sender, to: IpAddress, syscall: string): Route {
    const { family, source } = sender.binding;
    if (family !== null && family !== to.family) throw failure("EAFNOSUPPORT", syscall, to);
    const network = this.network(to.family, syscall, to);
    const route = sender.routes.find(network, to, source);
    if (route === null) {
      const lost = source !== null && !network.isLocal(source);
      throw lost ? failure("EADDRNOTAVAIL", syscall, source) : failure("ENETUNREACH", syscall, to);
    }
    if (route.cast === "broadcast" && !sender.broadcast) {
      throw failure("EPERM", syscall, to, "sending to a broadcast address needs the broadcast option");
    }
    return route;
  }

  /** As {@link UdpPort.send}, with the destination known. */
  send(sender: Sender, data: Uint8Array, to: Endpoint, now: Millis): Verdict {
    if (data.length > maxData(to.address.family)) throw failure("EMSGSIZE", "send", to.address);
    const route = this.route(sender, to.address, "send");
    if (route !== sender.labelled || to.port !== sender.labelledPort) this.#label(sender, route, to.port);
    const packet = this.#scratch.prepare(route.headroom, Udp.HeaderLength + data.length);
    writeDatagram(packet, sender.binding.port, to.port, data, route);
    const network = this.network(to.address.family, "send", to.address);
    const verdict = this.#sent.count(network.send(packet, route, sender.how, now));
    if (!accepted(verdict) && verdict !== Verdict.DeviceBusy && verdict !== Verdict.NoBuffers) {
      throw failure(sendErrorCode(verdict), "send", to.address);
    }
    return verdict;
  }

  /** One flow label for each pair of addresses and ports (RFC 6437 3); the addresses of a route do not change. */
  #label(sender: Sender, route: Route, port: number): void {
    const { source, destination } = route;
    sender.how.flowLabel = this.#labels.of(
      destination.family,
      source,
      sender.binding.port,
      destination,
      port,
    );
    sender.labelled = route;
    sender.labelledPort = port;
  }
}

function writeDatagram(
  packet: Packet,
  sourcePort: number,
  destinationPort: number,
  data: Uint8Array,
  route: Route,
): void {
  const { start, view } = packet;
  const length = Udp.HeaderLength + data.length;
  packet.payload = start + Udp.HeaderLength;
  view.setUint16(start + Udp.SourcePort, sourcePort);
  view.setUint16(start + Udp.DestinationPort, destinationPort);
  view.setUint16(start + Udp.Length, length);
  // The bottom of the stack or the device finishes it, and writes 0xffff for 0 (RFC 768).
  const sum = pseudoHeaderSum(route.source, route.destination, IpProtocol.Udp, length);
  view.setUint16(start + Udp.Checksum, foldSum(sum));
  packet.checksumStart = start;
  packet.checksumField = start + Udp.Checksum;
  packet.bytes.set(data, packet.payload);
}

function failure(code: NetErrorCode, syscall: string, address?: IpAddress, reason?: string): NetError {
  return new NetError(code, {
    syscall,
    ...(address === undefined ? {} : { address: address.toString() }),
    ...(reason === undefined ? {} : { reason }),
  });
}

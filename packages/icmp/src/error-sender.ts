import {
  accepted,
  type FlowLabels,
  type IcmpErrorKind,
  type IpInfo,
  type IpLayer,
  type Millis,
  type Packet,
  type Random,
  RouteCache,
  ScratchPacket,
  type SendOptions,
  Verdict,
} from "@mnet/core";
import { ErrorLimiter } from "./error-limiter.ts";
import { Icmp } from "./message.ts";
import type { IcmpParameters } from "./params.ts";
import type { IcmpVersion } from "./version.ts";

/** Sends the errors that this host has to say about datagrams it received. */
export class ErrorSender {
  readonly #version: IcmpVersion;
  readonly #ip: IpLayer;
  readonly #labels: FlowLabels;
  readonly #limiter: ErrorLimiter;
  readonly #routes = new RouteCache();
  readonly #scratch = new ScratchPacket();
  readonly #how: SendOptions;

  constructor(
    version: IcmpVersion,
    ip: IpLayer,
    random: Random,
    labels: FlowLabels,
    parameters: IcmpParameters,
  ) {
    this.#version = version;
    this.#ip = ip;
    this.#labels = labels;
    this.#limiter = new ErrorLimiter(parameters, random);
    this.#how = {
      protocol: version.protocol,
      hopLimit: parameters.hopLimit,
      trafficClass: parameters.errorTrafficClass,
      dontFragment: "no",
      flowLabel: 0,
      multicastLoop: false,
    };
  }

  /** As {@link IcmpErrors.send}. */
  send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo, now: Millis): Verdict {
    const version = this.#version;
    const verdict = version.answerable(kind, pointerOrMtu, offending, info);
    if (!accepted(verdict)) return verdict;
    // The address the datagram was sent to is the source (RFC 1122 3.2.2; RFC 4443 2.2 a) unless it is a group's (2.2 b).
    const from = info.cast === "unicast" ? info.destination : null;
    const route = this.#routes.find(this.#ip, info.source, from);
    if (route === null) return Verdict.NoRoute;
    if (route.cast !== "unicast") return Verdict.BadSource;
    if (!this.#limiter.allow(info.source, now)) return Verdict.RateLimited;

    const room = Math.min(version.largestError, route.mtu) - version.ipHeader - Icmp.HeaderLength;
    const quoted = Math.min(offending.end - info.headerStart, room);
    const packet = this.#scratch.prepare(route.headroom, Icmp.HeaderLength + quoted);
    const { start, view, bytes } = packet;
    packet.payload = start + Icmp.HeaderLength;
    view.setUint16(start + Icmp.Type, version.messageOf(kind));
    view.setUint16(start + Icmp.Checksum, 0);
    view.setUint32(start + Icmp.Rest, version.restOf(kind, pointerOrMtu));
    const quote = info.headerStart;
    bytes.set(offending.bytes.subarray(quote, quote + quoted), packet.payload);
    version.finish(packet, route);
    this.#how.flowLabel = this.#labels.of(version.family, route.source, 0, route.destination, 0);
    return this.#ip.send(packet, route, this.#how, now);
  }
}

import {
  accepted,
  type FlowLabels,
  type IpAddress,
  type IpLayer,
  type Millis,
  NetError,
  type Packet,
  type Random,
  type Route,
  ScratchPacket,
  sendErrorCode,
  type VerdictCounters,
} from "@mnet/core";
import { Icmp } from "./message.ts";
import { DEFAULT_ECHO_DATA, type IcmpParameters } from "./params.ts";
import type { EchoEvents, PendingEcho, PendingEchoes } from "./pending-echoes.ts";
import type { IcmpVersion } from "./version.ts";

/** An echo request to send. */
export interface EchoRequest {
  readonly to: IpAddress;
  /** Source address, one of ours. Chosen by the route when absent. */
  readonly from?: IpAddress;
  /** Data to send, copied. 56 random octets when neither it nor `size` is given. */
  readonly data?: Uint8Array;
  /** Octets of random data instead of `data`: 0..65507 over IPv4, 0..65527 over IPv6. */
  readonly size?: number;
  /** Sequence number, 0..65535. 1 by default. */
  readonly sequence?: number;
  /** TTL or hop limit, 1..255. The layer's when absent. */
  readonly hopLimit?: number;
  /** How long to wait for the answer, more than 0. */
  readonly timeout: Millis;
  /** Forbids fragmentation: EMSGSIZE when the request exceeds the path MTU. `false` by default. */
  readonly dontFragment?: boolean;
}

/** Sends echo requests (RFC 792, RFC 1122 3.2.2.6; RFC 4443 4.1). */
export class EchoClient {
  readonly #version: IcmpVersion;
  readonly #ip: IpLayer;
  readonly #random: Random;
  readonly #labels: FlowLabels;
  readonly #parameters: IcmpParameters;
  readonly #pending: PendingEchoes;
  readonly #sent: VerdictCounters;
  readonly #scratch = new ScratchPacket();

  constructor(
    version: IcmpVersion,
    ip: IpLayer,
    random: Random,
    labels: FlowLabels,
    parameters: IcmpParameters,
    pending: PendingEchoes,
    sent: VerdictCounters,
  ) {
    this.#version = version;
    this.#ip = ip;
    this.#sent = sent;
    this.#random = random;
    this.#labels = labels;
    this.#parameters = parameters;
    this.#pending = pending;
  }

  /** As {@link IcmpLayer.echo}. */
  send(request: EchoRequest, events: EchoEvents, now: Millis): PendingEcho {
    check(request, this.#version.longestMessage - Icmp.HeaderLength);
    const { to, from, timeout, sequence = 1, dontFragment = false } = request;
    const { family, protocol, echoRequest } = this.#version;
    const route = this.#routeTo(to, from);
    const pending = this.#pending.add(
      {
        to,
        anySource: route.cast !== "unicast",
        sequence,
        data: this.#dataOf(request),
        dontFragment,
        sentAt: now,
        deadline: now + timeout,
      },
      events,
    );
    const how = {
      protocol,
      hopLimit: request.hopLimit ?? this.#parameters.hopLimit,
      trafficClass: 0,
      dontFragment: dontFragment ? "yes" : "no",
      flowLabel: this.#labels.of(family, route.source, echoRequest, route.destination, pending.identifier),
      multicastLoop: true,
    } as const;
    const verdict = this.#sent.count(this.#ip.send(this.#messageOf(pending, route), route, how, now));
    if (!accepted(verdict)) {
      pending.cancel();
      throw new NetError(sendErrorCode(verdict), { syscall: "ping", address: to.toString() });
    }
    return pending;
  }

  #routeTo(to: IpAddress, from: IpAddress | undefined): Route {
    const { family } = this.#version;
    if (to.family !== family || (from !== undefined && from.family !== family)) {
      throw new NetError("EAFNOSUPPORT", { syscall: "ping", address: to.toString() });
    }
    if (from !== undefined && !this.#ip.isLocal(from)) {
      throw new NetError("EADDRNOTAVAIL", { syscall: "ping", address: from.toString() });
    }
    const route = from === undefined ? this.#ip.route(to) : this.#ip.route(to, from);
    if (route === null) throw new NetError("ENETUNREACH", { syscall: "ping", address: to.toString() });
    return route;
  }

  #dataOf(request: EchoRequest): Uint8Array {
    if (request.data !== undefined) return request.data.slice();
    const data = new Uint8Array(request.size ?? DEFAULT_ECHO_DATA);
    this.#random.fill(data);
    return data;
  }

  #messageOf(pending: PendingEcho, route: Route): Packet {
    const { data, sequence } = pending.request;
    const packet = this.#scratch.prepare(route.headroom, Icmp.HeaderLength + data.length);
    const { start, view } = packet;
    packet.payload = start + Icmp.HeaderLength;
    view.setUint16(start + Icmp.Type, this.#version.echoRequest << 8);
    view.setUint16(start + Icmp.Checksum, 0);
    view.setUint16(start + Icmp.Identifier, pending.identifier);
    view.setUint16(start + Icmp.Sequence, sequence);
    packet.bytes.set(data, packet.payload);
    this.#version.finish(packet, route);
    return packet;
  }
}

function check({ data, size, sequence, hopLimit, timeout }: EchoRequest, most: number): void {
  if (data !== undefined && size !== undefined) throw new TypeError("give data or size, not both");
  if (data !== undefined && data.length > most) {
    throw new RangeError(`data must be at most ${most} octets, not ${data.length}`);
  }
  checkInteger("size", size, 0, most);
  checkInteger("sequence", sequence, 0, 0xffff);
  checkInteger("hopLimit", hopLimit, 1, 255);
  if (!(timeout > 0)) throw new RangeError(`timeout must be more than 0 milliseconds, not ${timeout}`);
}

function checkInteger(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
}

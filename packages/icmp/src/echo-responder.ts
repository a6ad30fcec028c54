import {
  type FlowLabels,
  type IpInfo,
  type IpLayer,
  type Millis,
  type Packet,
  RouteCache,
  ScratchPacket,
  type SendOptions,
  TokenBucket,
  Verdict,
} from "@mnet/core";
import { Icmp } from "./message.ts";
import type { IcmpParameters } from "./params.ts";
import type { IcmpVersion } from "./version.ts";

/** The DSCP of a traffic class. An answer is no ECN-capable transport of its own, so the other two bits are not reflected. */
const DSCP_MASK = 0xfc;

/** Answers echo requests (RFC 792, RFC 1122 3.2.2.6; RFC 4443 4.2). */
export class EchoResponder {
  readonly #version: IcmpVersion;
  readonly #ip: IpLayer;
  readonly #labels: FlowLabels;
  readonly #limiter: TokenBucket;
  readonly #groupLimiter: TokenBucket;
  readonly #routes = new RouteCache();
  readonly #scratch = new ScratchPacket();
  readonly #how: SendOptions;

  constructor(version: IcmpVersion, ip: IpLayer, labels: FlowLabels, parameters: IcmpParameters) {
    this.#version = version;
    this.#ip = ip;
    this.#labels = labels;
    this.#limiter = new TokenBucket(parameters.echoReplyRate, parameters.echoReplyBurst);
    this.#groupLimiter = new TokenBucket(parameters.groupEchoReplyRate, parameters.groupEchoReplyBurst);
    this.#how = {
      protocol: version.protocol,
      hopLimit: parameters.hopLimit,
      trafficClass: 0,
      dontFragment: "no",
      flowLabel: 0,
      multicastLoop: false,
    };
  }

  /**
   * Sends the reply to a request whose checksum is verified: the same identifier, sequence number and data, from the address that was
   * asked. A group that was asked is nobody's source: IP selects one for the way back (RFC 4443 2.2, 4.2).
   */
  answer(request: Packet, info: IpInfo, now: Millis): Verdict {
    const version = this.#version;
    const toGroup = info.cast === "multicast" && version.answersGroups;
    if (!toGroup && (info.cast !== "unicast" || info.linkCast !== "unicast")) return Verdict.BadDestination;
    if (!version.isSingleHost(info)) return Verdict.BadSource;
    if (request.end - request.start > version.longestMessage) return Verdict.BadLength;
    const route = this.#routes.find(this.#ip, info.source, toGroup ? null : info.destination);
    if (route === null) return Verdict.NoRoute;
    if (route.cast !== "unicast") return Verdict.BadSource;
    if (!(toGroup ? this.#groupLimiter : this.#limiter).take(now)) return Verdict.RateLimited;

    const reply = this.#scratch.prepare(route.headroom, request.end - request.start);
    const { start, view, bytes } = reply;
    bytes.set(request.bytes.subarray(request.start, request.end), start);
    reply.payload = start + Icmp.HeaderLength;
    bytes[start + Icmp.Type] = version.echoReply;
    view.setUint16(start + Icmp.Checksum, 0);
    version.finish(reply, route);
    // RFC 1349 5.1: a reply has the type of service of its request.
    this.#how.trafficClass = info.trafficClass & DSCP_MASK;
    const identifier = view.getUint16(start + Icmp.Identifier);
    const { source, destination } = route;
    this.#how.flowLabel = this.#labels.of(version.family, source, version.echoReply, destination, identifier);
    return this.#ip.send(reply, route, this.#how, now);
  }
}

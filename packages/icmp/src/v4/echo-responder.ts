import {
  foldChecksum,
  type IpInfo,
  type IpLayer,
  IpProtocol,
  type Millis,
  type Packet,
  RouteCache,
  ScratchPacket,
  type SendOptions,
  sumOctets,
  TokenBucket,
  Verdict,
} from "@mnet/core";
import type { IcmpParameters } from "../params.ts";
import { isSingleHost } from "./answerable.ts";
import { Icmp, IcmpType, MAX_MESSAGE } from "./header.ts";

/** The DSCP of a traffic class. An answer is no ECN-capable transport of its own, so the other two bits are not reflected. */
const DSCP_MASK = 0xfc;

/** Answers echo requests (RFC 792; RFC 1122 3.2.2.6). */
export class EchoResponder {
  readonly #ip: IpLayer;
  readonly #limiter: TokenBucket;
  readonly #routes = new RouteCache();
  readonly #scratch = new ScratchPacket();
  readonly #how: SendOptions;

  constructor(ip: IpLayer, parameters: IcmpParameters) {
    this.#ip = ip;
    this.#limiter = new TokenBucket(parameters.echoReplyRate, parameters.echoReplyBurst);
    this.#how = {
      protocol: IpProtocol.Icmp,
      hopLimit: parameters.hopLimit,
      trafficClass: 0,
      dontFragment: "no",
      flowLabel: 0,
      multicastLoop: false,
    };
  }

  /**
   * Sends the reply to a request whose checksum is verified: the same identifier, sequence number and data, from the address
   * that was asked. Requests to broadcast and multicast addresses are not answered (RFC 1122 3.2.2.6 allows it), so
   * that the stack amplifies nothing.
   */
  answer(request: Packet, info: IpInfo, now: Millis): Verdict {
    if (info.cast !== "unicast" || info.linkCast !== "unicast") return Verdict.BadDestination;
    if (!isSingleHost(info)) return Verdict.BadSource;
    if (request.end - request.start > MAX_MESSAGE) return Verdict.BadLength;
    const route = this.#routes.find(this.#ip, info.source, info.destination);
    if (route === null) return Verdict.NoRoute;
    if (route.cast !== "unicast") return Verdict.BadSource;
    if (!this.#limiter.take(now)) return Verdict.RateLimited;

    const reply = this.#scratch.prepare(route.headroom, request.end - request.start);
    const { start, view, bytes } = reply;
    bytes.set(request.bytes.subarray(request.start, request.end), start);
    reply.payload = start + Icmp.HeaderLength;
    bytes[start + Icmp.Type] = IcmpType.EchoReply;
    view.setUint16(start + Icmp.Checksum, 0);
    view.setUint16(start + Icmp.Checksum, foldChecksum(sumOctets(view, start, reply.end)));
    // RFC 1349 5.1: a reply has the type of service of its request.
    this.#how.trafficClass = info.trafficClass & DSCP_MASK;
    return this.#ip.send(reply, route, this.#how, now);
  }
}

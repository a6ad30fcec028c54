import {
  accepted,
  foldChecksum,
  type IcmpErrorKind,
  type IpInfo,
  type IpLayer,
  IpProtocol,
  IcmpErrorKind as Kind,
  type Millis,
  type Packet,
  type Random,
  RouteCache,
  ScratchPacket,
  type SendOptions,
  sumOctets,
  Verdict,
} from "@mnet/core";
import { ErrorLimiter } from "../error-limiter.ts";
import type { IcmpParameters } from "../params.ts";
import { answerable } from "./answerable.ts";
import { Icmp, Ipv4 } from "./header.ts";
import { messageOf } from "./kinds.ts";

/** Largest error datagram, and so how much is quoted: "as much as possible" up to 576 octets (RFC 1812 4.3.2.3). */
const LARGEST_ERROR = 576;

/** Sends the errors that this host has to say about datagrams it received. */
export class ErrorSender {
  readonly #ip: IpLayer;
  readonly #limiter: ErrorLimiter;
  readonly #routes = new RouteCache();
  readonly #scratch = new ScratchPacket();
  readonly #how: SendOptions;

  constructor(ip: IpLayer, random: Random, parameters: IcmpParameters) {
    this.#ip = ip;
    this.#limiter = new ErrorLimiter(parameters, random);
    this.#how = {
      protocol: IpProtocol.Icmp,
      hopLimit: parameters.hopLimit,
      trafficClass: parameters.errorTrafficClass,
      dontFragment: "no",
      flowLabel: 0,
      multicastLoop: false,
    };
  }

  /** As {@link IcmpErrors.send}. */
  send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo, now: Millis): Verdict {
    const verdict = answerable(offending, info);
    if (!accepted(verdict)) return verdict;
    // RFC 1122 3.2.2 asks for the address the datagram was sent to as the source; cast is unicast, so it is ours.
    const route = this.#routes.find(this.#ip, info.source, info.destination);
    if (route === null) return Verdict.NoRoute;
    if (route.cast !== "unicast") return Verdict.BadSource;
    if (!this.#limiter.allow(info.source, now)) return Verdict.RateLimited;

    const room = Math.min(LARGEST_ERROR, route.mtu) - Ipv4.HeaderLength - Icmp.HeaderLength;
    const quoted = Math.min(offending.end - info.headerStart, room);
    const packet = this.#scratch.prepare(route.headroom, Icmp.HeaderLength + quoted);
    const { start, view, bytes } = packet;
    packet.payload = start + Icmp.HeaderLength;
    view.setUint16(start + Icmp.Type, messageOf(kind));
    view.setUint16(start + Icmp.Checksum, 0);
    view.setUint32(start + Icmp.Pointer, restOf(kind, pointerOrMtu));
    const from = info.headerStart;
    bytes.set(offending.bytes.subarray(from, from + quoted), packet.payload);
    view.setUint16(start + Icmp.Checksum, foldChecksum(sumOctets(view, start, packet.end)));
    return this.#ip.send(packet, route, this.#how, now);
  }
}

/** The second 32 bits of the header: the pointer in the first octet (RFC 792), the MTU in the last two (RFC 1191 4), else 0. */
function restOf(kind: IcmpErrorKind, pointerOrMtu: number): number {
  if (kind === Kind.ParameterProblem) return (pointerOrMtu & 0xff) << 24;
  return kind === Kind.PacketTooBig ? Math.min(pointerOrMtu, 0xffff) : 0;
}

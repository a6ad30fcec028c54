import {
  accepted,
  foldSum,
  type IcmpErrorKind,
  type IcmpErrorReceiver,
  type IcmpErrors,
  type IpInfo,
  type IpLayer,
  IpProtocol,
  icmpErrorCode,
  IcmpErrorKind as Kind,
  type Millis,
  NetError,
  Packet,
  type Random,
  RxChecksum,
  sumOctets,
  type Timed,
  type TransportHandler,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import { defaultIcmpParameters, type IcmpParameters } from "../params.ts";
import { type Echo, type EchoEvents, PendingEchoes } from "../pending-echoes.ts";
import { EchoClient, type EchoRequest } from "./echo-client.ts";
import { EchoResponder } from "./echo-responder.ts";
import { ErrorSender } from "./error-sender.ts";
import { Icmp, IcmpType } from "./header.ts";
import { errorKindOf } from "./kinds.ts";

/** Quotes with extensions behind them are at least this long (RFC 4884 5.3); a smaller length is no length. */
const LEAST_EXTENDED_QUOTE = 128;

/** ICMP for IPv4 (RFC 792, RFC 1122 3.2.2): answers echo requests, sends and receives errors, asks for echoes. */
export class IcmpV4Layer implements TransportHandler, IcmpErrors, Timed {
  /** Messages received, by what became of them. */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** Messages of ours, errors and replies and requests, by what became of them; suppressed and rate limited ones too. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #ip: IpLayer & IcmpErrorReceiver;
  readonly #responder: EchoResponder;
  readonly #errors: ErrorSender;
  readonly #pending: PendingEchoes;
  readonly #client: EchoClient;
  /** The quote of a received error, re-aimed for each. */
  readonly #quoted = new Packet(new Uint8Array(0));
  #closed = false;

  /**
   * Registers itself for protocol 1. Give the layer to IP as its {@link IcmpErrors} as well.
   * @param options.ip the IPv4 layer below, which also takes the errors that arrive.
   * @param options.random identifiers and data of echo requests, and the jitter of the rate limit.
   * @param options.parameters what differs from {@link defaultIcmpParameters}.
   */
  constructor(options: {
    ip: IpLayer & IcmpErrorReceiver;
    random: Random;
    parameters?: Partial<IcmpParameters>;
  }) {
    const { ip, random } = options;
    const parameters = { ...defaultIcmpParameters, ...options.parameters };
    this.#ip = ip;
    this.#responder = new EchoResponder(ip, parameters);
    this.#errors = new ErrorSender(ip, random, parameters);
    this.#pending = new PendingEchoes(random, parameters.pendingEchoes);
    this.#client = new EchoClient(ip, random, parameters, this.#pending, this.sent);
    ip.handle(IpProtocol.Icmp, this);
  }

  input(packet: Packet, info: IpInfo, now: Millis): Verdict {
    return this.counters.count(this.#receive(packet, info, now));
  }

  #receive(packet: Packet, info: IpInfo, now: Millis): Verdict {
    const { start, end, bytes, view } = packet;
    if (end - start < Icmp.HeaderLength) return Verdict.TooShort;
    if (packet.rxChecksum === RxChecksum.Unknown && foldSum(sumOctets(view, start, end)) !== 0xffff) {
      return Verdict.BadChecksum;
    }
    switch (bytes[start + Icmp.Type]) {
      case IcmpType.EchoRequest:
        return this.#answerEcho(packet, info, now);
      case IcmpType.EchoReply:
        return this.#takeReply(packet, info, now);
      case IcmpType.DestinationUnreachable:
      case IcmpType.TimeExceeded:
      case IcmpType.ParameterProblem:
        return this.#takeError(packet, info, now);
      // Deprecated (RFC 6633), or taken from anyone on the path without proof (RFC 1122 3.2.2.2 and 5927 leave it to us).
      case IcmpType.SourceQuench:
      case IcmpType.Redirect:
      // Optional or obsolete, and of use to nobody but those who map hosts (RFC 1122 3.2.2.7-9, RFC 6918).
      case IcmpType.RouterAdvertisement:
      case IcmpType.RouterSolicitation:
      case IcmpType.Timestamp:
      case IcmpType.TimestampReply:
      case IcmpType.InformationRequest:
      case IcmpType.InformationReply:
      case IcmpType.AddressMaskRequest:
      case IcmpType.AddressMaskReply:
        return Verdict.Ignored;
      default:
        return Verdict.UnknownType;
    }
  }

  #answerEcho(packet: Packet, info: IpInfo, now: Millis): Verdict {
    if (this.#closed) return Verdict.Closed;
    const verdict = this.#responder.answer(packet, info, now);
    this.sent.count(verdict);
    return accepted(verdict) ? Verdict.Handled : verdict;
  }

  #takeReply(packet: Packet, info: IpInfo, now: Millis): Verdict {
    if (info.cast !== "unicast") return Verdict.BadDestination;
    const { start, view } = packet;
    return this.#pending.replied(
      view.getUint16(start + Icmp.Identifier),
      view.getUint16(start + Icmp.Sequence),
      packet,
      start + Icmp.HeaderLength,
      info,
      now,
    );
  }

  #takeError(packet: Packet, info: IpInfo, now: Millis): Verdict {
    const { start, end, bytes, view } = packet;
    const kind = errorKindOf(bytes[start + Icmp.Type]!, bytes[start + Icmp.Code]!);
    if (kind === null) return Verdict.UnknownType;
    if (info.cast !== "unicast") return Verdict.BadDestination;
    // RFC 4884 5.4: with a length attribute the quote ends there and extensions follow, which mean nothing to us.
    const quoteLength = 4 * bytes[start + Icmp.QuoteWords]!;
    const from = start + Icmp.HeaderLength;
    const extended = quoteLength >= LEAST_EXTENDED_QUOTE && from + quoteLength <= end;
    this.#quoted.aim(bytes, view, from, extended ? from + quoteLength : end);
    const mtu = kind === Kind.PacketTooBig ? view.getUint16(start + Icmp.NextHopMtu) : 0;
    return this.#ip.errorReceived(kind, mtu, this.#quoted, now);
  }

  /** An error about a message of ours; only echo requests that are pending are live. */
  error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, _mtu: number, _now: Millis): boolean {
    const { start, end, bytes, view } = quoted;
    if (end - start < Icmp.HeaderLength || bytes[start + Icmp.Type] !== IcmpType.EchoRequest) return false;
    const echo = this.#pending.find(
      view.getUint16(start + Icmp.Identifier),
      view.getUint16(start + Icmp.Sequence),
      info,
    );
    if (echo === null) return false;
    // Without DF the request is fragmented on the way, whatever this message claims.
    if (kind === Kind.PacketTooBig && !echo.request.dontFragment) return true;
    this.#pending.fail(echo, icmpErrorCode(kind));
    return true;
  }

  send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo, now: Millis): Verdict {
    if (this.#closed) return Verdict.Closed;
    return this.sent.count(this.#errors.send(kind, pointerOrMtu, offending, info, now));
  }

  /**
   * Asks a host for an echo. The identifier is random and no other pending request's; answers count when address, numbers and all data
   * are those of the request. Nothing is sent again.
   * @param events told of the answer or the failure, once.
   * @throws TypeError, RangeError naming the argument.
   * @throws NetError ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT, EMSGSIZE, EHOSTUNREACH, ENOBUFS, ENETDOWN when it was not sent.
   */
  echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo {
    if (this.#closed) throw new NetError("ENETDOWN", { syscall: "ping", address: request.to.toString() });
    return this.#client.send(request, events, now);
  }

  nextDeadline(): Millis {
    return this.#pending.nextDeadline();
  }

  onDeadline(now: Millis): void {
    this.#pending.onDeadline(now);
  }

  /** Everything leaves at once: there is nothing to flush. */
  flush(_now: Millis): void {}

  /** Ends: pending echoes fail with ENETDOWN, nothing is answered or sent any more. Idempotent. */
  close(_now: Millis): void {
    this.#closed = true;
    this.#pending.failAll("ENETDOWN");
  }
}

import {
  accepted,
  FlowLabels,
  type IcmpErrorKind,
  type IcmpErrorReceiver,
  type IcmpErrors,
  type IpInfo,
  type IpLayer,
  icmpErrorCode,
  IcmpErrorKind as Kind,
  type Millis,
  NetError,
  Packet,
  type Random,
  RxChecksum,
  type Timed,
  type TransportHandler,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import { EchoClient, type EchoRequest } from "./echo-client.ts";
import { EchoResponder } from "./echo-responder.ts";
import { ErrorSender } from "./error-sender.ts";
import { Icmp } from "./message.ts";
import { defaultIcmpParameters, type IcmpParameters } from "./params.ts";
import { type Echo, type EchoEvents, PendingEchoes } from "./pending-echoes.ts";
import type { IcmpVersion } from "./version.ts";

/** Quotes with extensions behind them are at least this long (RFC 4884 5.3); a smaller length is no length. */
const LEAST_EXTENDED_QUOTE = 128;

/** What an ICMP layer is made of. */
export interface IcmpOptions {
  /** The IP layer below, which also takes the errors that arrive. */
  readonly ip: IpLayer & IcmpErrorReceiver;
  /** Identifiers and data of echo requests, the jitter of the rate limit, and flow labels. */
  readonly random: Random;
  /** What differs from {@link defaultIcmpParameters}. */
  readonly parameters?: Partial<IcmpParameters>;
}

/** ICMP of either family: answers echo requests, sends and receives errors, asks for echoes. */
export abstract class IcmpLayer implements TransportHandler, IcmpErrors, Timed {
  /** Messages received, by what became of them. */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** Messages of ours, errors and replies and requests, by what became of them; suppressed and rate limited ones too. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #version: IcmpVersion;
  readonly #ip: IpLayer & IcmpErrorReceiver;
  readonly #responder: EchoResponder;
  readonly #errors: ErrorSender;
  readonly #pending: PendingEchoes;
  readonly #client: EchoClient;
  /** The quote of a received error, re-aimed for each. */
  readonly #quoted = new Packet(new Uint8Array(0));
  #closed = false;

  /** Registers itself for its protocol with `ip`. */
  protected constructor(version: IcmpVersion, options: IcmpOptions) {
    const { ip, random } = options;
    const parameters = { ...defaultIcmpParameters, ...options.parameters };
    this.#version = version;
    this.#ip = ip;
    const labels = new FlowLabels(random);
    this.#responder = new EchoResponder(version, ip, labels, parameters);
    this.#errors = new ErrorSender(version, ip, random, labels, parameters);
    this.#pending = new PendingEchoes(random, parameters.pendingEchoes);
    this.#client = new EchoClient(version, ip, random, labels, parameters, this.#pending, this.sent);
    ip.handle(version.protocol, this);
  }

  input(packet: Packet, info: IpInfo, now: Millis): Verdict {
    return this.counters.count(this.#receive(packet, info, now));
  }

  #receive(packet: Packet, info: IpInfo, now: Millis): Verdict {
    const version = this.#version;
    if (packet.end - packet.start < Icmp.HeaderLength) return Verdict.TooShort;
    if (packet.rxChecksum === RxChecksum.Unknown && !version.checksumHolds(packet, info)) {
      return Verdict.BadChecksum;
    }
    switch (version.classify(packet.bytes[packet.start + Icmp.Type]!)) {
      case "echo request":
        return this.#answerEcho(packet, info, now);
      case "echo reply":
        return this.#takeReply(packet, info, now);
      case "error":
        return this.#takeError(packet, info, now);
      case "ignored":
        return Verdict.Ignored;
      case "unknown":
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
    const version = this.#version;
    const { start, end, bytes, view } = packet;
    const kind = version.errorKindOf(bytes[start + Icmp.Type]!, bytes[start + Icmp.Code]!);
    if (kind === null) return Verdict.UnknownType;
    if (info.cast !== "unicast") return Verdict.BadDestination;
    // RFC 4884 5.4: with a length attribute the quote ends there and extensions follow, which mean nothing to us.
    const quoteLength = version.quoteLength(bytes, start);
    const from = start + Icmp.HeaderLength;
    const extended = quoteLength >= LEAST_EXTENDED_QUOTE && from + quoteLength <= end;
    this.#quoted.aim(bytes, view, from, extended ? from + quoteLength : end);
    const mtu = kind === Kind.PacketTooBig ? version.mtuOf(view, start) : 0;
    return this.#ip.errorReceived(kind, mtu, this.#quoted, now);
  }

  /** An error about a message of ours; only echo requests that are pending are live. */
  error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, _mtu: number, _now: Millis): boolean {
    const { start, end, bytes, view } = quoted;
    if (end - start < Icmp.HeaderLength) return false;
    if (bytes[start + Icmp.Type] !== this.#version.echoRequest) return false;
    const echo = this.#pending.find(
      view.getUint16(start + Icmp.Identifier),
      view.getUint16(start + Icmp.Sequence),
      info,
    );
    if (echo === null) return false;
    // Who lets IP fragment need not know that it will.
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

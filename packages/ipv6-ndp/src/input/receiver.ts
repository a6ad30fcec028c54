import {
  type FrameInfo,
  IcmpErrorKind,
  IpProtocol,
  lend,
  type Millis,
  type Packet,
  type ProtocolTable,
  type Random,
  ReassemblyTable,
  reclaim,
  Verdict,
} from "@mnet/core";
import { hasCompleteChain } from "../fragment/complete-chain.ts";
import { sealWhole } from "../fragment/seal.ts";
import { isExtension } from "../header/extension.ts";
import { FragmentField, HeaderField } from "../header/header.ts";
import { Ipv6Info } from "../info.ts";
import type { InternetParameters } from "../params.ts";
import type { AcceptFilter } from "./accept.ts";
import { arrive } from "./arrive.ts";
import { ChainWalker } from "./chain.ts";
import type { ControlInput } from "./control.ts";

/** Whom a receiver works with. */
export interface ReceiverParts {
  readonly accept: AcceptFilter;
  readonly control: ControlInput;
  readonly protocols: ProtocolTable;
}

/** Takes packets in: header, acceptance, extension headers, fragments, and up. */
export class Receiver {
  readonly #accept: AcceptFilter;
  readonly #control: ControlInput;
  readonly #protocols: ProtocolTable;
  readonly #chain: ChainWalker;
  readonly #chainHeaders: number;
  readonly reassembly: ReassemblyTable;
  readonly #info = new Ipv6Info();
  readonly #timedOutInfo = new Ipv6Info();

  constructor({ accept, control, protocols }: ReceiverParts, parameters: InternetParameters, random: Random) {
    this.#accept = accept;
    this.#control = control;
    this.#protocols = protocols;
    this.#chain = new ChainWalker(parameters);
    this.#chainHeaders = parameters.chainHeaders;
    this.reassembly = new ReassemblyTable(parameters, random, (packet, now) => this.#timedOut(packet, now));
  }

  /**
   * @param packet starts at the IPv6 header and may end in padding; borrowed.
   * @param loopback from this stack itself.
   * @param fromOwnMac in a frame from our own MAC address: of these only what duplicate address detection needs comes in.
   */
  receive(
    packet: Packet,
    frame: FrameInfo,
    loopback: boolean,
    now: Millis,
    fromOwnMac: boolean = false,
  ): Verdict {
    const info = this.#info;
    info.linkCast = frame.cast;
    info.loopback = loopback;
    info.fromOwnMac = fromOwnMac;
    info.reassembled = false;
    const arrived = arrive(packet, info);
    if (arrived !== Verdict.Handled) return arrived;
    const accepted = this.#accept.check(info);
    if (accepted !== Verdict.Handled) return accepted;
    if (isExtension(info.protocol)) {
      const walked = this.#walk(packet, now);
      if (walked !== Verdict.Handled) return walked;
      if (info.fragmentHeaderAt !== 0) return this.#reassemble(packet, frame, now);
    }
    return this.#deliver(packet, frame, now);
  }

  #deliver(packet: Packet, frame: FrameInfo, now: Millis): Verdict {
    const info = this.#info;
    packet.transport = packet.start;
    packet.payload = packet.start;
    if (info.protocol === IpProtocol.Icmpv6) return this.#control.input(packet, info, frame, now);
    if (info.controlOnly) return this.#accept.refusal(info);
    return this.#protocols.deliver(packet, info, info.nextHeaderAt, now);
  }

  #walk(packet: Packet, now: Millis): Verdict {
    const info = this.#info;
    const verdict = this.#chain.walk(packet, info, info.reassembled);
    const { kind, pointer } = this.#chain.problem;
    if (verdict !== Verdict.Handled && kind !== null) this.#report(kind, pointer, packet, now);
    return verdict;
  }

  /** Tells the sender, if it may be told: nobody can be told at `::`, and our own address is nobody else's. */
  #report(kind: IcmpErrorKind, pointer: number, packet: Packet, now: Millis): void {
    const info = this.#info;
    if (!info.controlOnly) this.#protocols.errors?.send(kind, pointer, packet, info, now);
  }

  /** RFC 8200 4.5. */
  #reassemble(packet: Packet, frame: FrameInfo, now: Millis): Verdict {
    const info = this.#info;
    const octets = packet.end - packet.start;
    if (info.controlOnly) return this.#accept.refusal(info);
    if (info.moreFragments && (octets & 7) !== 0) {
      this.#report(IcmpErrorKind.ParameterProblem, HeaderField.PayloadLength, packet, now);
      return Verdict.FragmentMalformed;
    }
    if (info.fragmentOffset === 0 && !hasCompleteChain(packet, info, this.#chainHeaders)) {
      this.#report(IcmpErrorKind.IncompleteHeaderChain, 0, packet, now);
      return Verdict.HeaderChainTooLong;
    }
    const verdict = this.reassembly.add(packet, info, now);
    if (verdict === Verdict.FragmentTooBig) {
      const pointer = info.fragmentHeaderAt + FragmentField.OffsetAndFlags - info.headerStart;
      this.#report(IcmpErrorKind.ParameterProblem, pointer, packet, now);
    }
    return verdict === Verdict.Handled ? this.#deliverWhole(frame, now) : verdict;
  }

  #deliverWhole(frame: FrameInfo, now: Millis): Verdict {
    const info = this.#info;
    const { whole, wholeHeaderOctets, wholeIsMarked } = this.reassembly;
    sealWhole(whole, wholeHeaderOctets, wholeIsMarked);
    const lent = lend(whole);
    arrive(lent, info);
    info.reassembled = true;
    info.fragmented = true;
    let verdict: Verdict = Verdict.Handled;
    if (isExtension(info.protocol)) verdict = this.#walk(lent, now);
    if (verdict === Verdict.Handled) verdict = this.#deliver(lent, frame, now);
    reclaim(lent, whole, "up");
    return verdict;
  }

  /** RFC 8200 4.5: the sender learns of it, if the first fragment is there to be quoted. */
  #timedOut(firstFragment: Packet, now: Millis): void {
    const info = this.#timedOutInfo;
    arrive(firstFragment, info);
    info.cast = this.#accept.castOf(info.destination) ?? "unicast";
    info.linkCast = info.cast;
    this.#protocols.errors?.send(IcmpErrorKind.ReassemblyTimeExceeded, 0, firstFragment, info, now);
  }
}

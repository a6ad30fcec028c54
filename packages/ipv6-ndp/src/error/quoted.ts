import {
  IcmpErrorKind,
  IpProtocol,
  isV6Loopback,
  type Millis,
  type Packet,
  type ProtocolTable,
  Verdict,
} from "@mnet/core";
import type { OwnAddresses } from "../contracts.ts";
import { extensionOctets, isExtension } from "../header/extension.ts";
import { FRAGMENT_OCTETS, FragmentBits, FragmentField, HEADER_OCTETS } from "../header/header.ts";
import { readHeader } from "../header/read.ts";
import { Ipv6Info } from "../info.ts";
import { estimatePathMtu, isCredible } from "../path-mtu/estimate.ts";
import type { Router } from "../route/router.ts";

/** Octets of a transport header that a quote must hold: the ports and what follows them, as in RFC 792. */
const QUOTED_TRANSPORT = 8;

/** What an error dispatch needs to know. */
export interface ErrorSources {
  readonly protocols: ProtocolTable;
  readonly addresses: OwnAddresses;
  readonly router: Router;
  /** Extension headers walked at most. */
  readonly chainHeaders: number;
}

/** Finds out whom an error about one of our packets concerns, and lowers the path MTU if its flow says that the error is real. */
export class ErrorDispatch {
  readonly #from: ErrorSources;
  readonly #info = new Ipv6Info();

  constructor(from: ErrorSources) {
    this.#from = from;
  }

  /**
   * RFC 4443 2.4 (d): an error goes to the upper-layer protocol of the quoted packet. The quote may be cut anywhere behind the first eight
   * transport octets, so its lengths are not compared.
   * @param quoted at the quoted IPv6 header; borrowed, left as it is.
   */
  dispatch(kind: IcmpErrorKind, reportedMtu: number, quoted: Packet, now: Millis): Verdict {
    const info = this.#info;
    const { protocols, addresses, router } = this.#from;
    const readable = readHeader(quoted, info);
    if (readable !== Verdict.Handled) return readable;
    const { start } = quoted;
    const transport = this.#transportOf(quoted, info);
    if (transport < 0) return Verdict.UnknownFlow;
    if (quoted.end - transport < QUOTED_TRANSPORT) return Verdict.TooShort;
    const fromUs = addresses.stateOf(info.source) !== null || isV6Loopback(info.source);
    if (!fromUs) return Verdict.UnknownFlow;
    const tooBig = kind === IcmpErrorKind.PacketTooBig;
    if (tooBig && !isCredible(reportedMtu)) return Verdict.Ignored;
    const handler = protocols.get(info.protocol);
    if (handler === null) return Verdict.UnknownFlow;
    info.loopback = router.isUsable(info.destination) || isV6Loopback(info.source);
    const mtu = tooBig ? this.#estimate(reportedMtu) : 0;
    quoted.network = start;
    quoted.transport = transport;
    quoted.start = transport;
    const live = handler.error(kind, quoted, info, mtu, now);
    quoted.start = start;
    if (!live) return Verdict.UnknownFlow;
    if (tooBig) this.#lower(mtu, now);
    return Verdict.Handled;
  }

  /**
   * Where the transport header of a quote is; `info.protocol` becomes its protocol.
   * @returns -1 when it cannot be found: the quote ends before, or it is of a fragment other than the first.
   */
  #transportOf(quoted: Packet, info: Ipv6Info): number {
    const { view, end } = quoted;
    let at = quoted.start + HEADER_OCTETS;
    for (let headers = 0; isExtension(info.protocol); headers++) {
      if (headers >= this.#from.chainHeaders || info.protocol === IpProtocol.NoNextHeader) return -1;
      if (end - at < FRAGMENT_OCTETS) return -1;
      const fragment = info.protocol === IpProtocol.Fragment;
      if (fragment && (view.getUint16(at + FragmentField.OffsetAndFlags) & FragmentBits.Offset) !== 0)
        return -1;
      info.protocol = view.getUint8(at);
      at += fragment ? FRAGMENT_OCTETS : extensionOctets(view, at);
    }
    return at;
  }

  #estimate(reported: number): number {
    const { destination, payloadLength } = this.#info;
    const { pathMtus, linkMtu } = this.#from.router;
    return estimatePathMtu(pathMtus.mtuOf(destination, linkMtu), reported, HEADER_OCTETS + payloadLength);
  }

  #lower(mtu: number, now: Millis): void {
    const { destination, loopback } = this.#info;
    const { router } = this.#from;
    if (loopback || mtu >= router.pathMtus.mtuOf(destination, router.linkMtu)) return;
    router.pathMtus.lower(destination, mtu, now);
    router.changed();
  }
}

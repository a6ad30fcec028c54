import { IcmpErrorKind, type Millis, type Packet, type ProtocolTable, Verdict } from "@mnet/core";
import { Fragment } from "../header/header.ts";
import { headerLengthAt, readHeader } from "../header/read.ts";
import { Ipv4Info } from "../info.ts";
import type { InterfaceAddresses } from "../route/interface-addresses.ts";
import { estimatePathMtu } from "../route/path-mtu.ts";
import type { Router } from "../route/router.ts";

/** Octets of a transport header that a quote holds at least (RFC 792: 64 bits of the datagram's data). */
const QUOTED_TRANSPORT = 8;

/** Finds out whom an error about one of our datagrams concerns, and lowers the path MTU if its flow says that the error is real. */
export class ErrorDispatch {
  readonly #protocols: ProtocolTable;
  readonly #addresses: InterfaceAddresses;
  readonly #router: Router;
  readonly #minimumPathMtu: number;
  readonly #info = new Ipv4Info();

  /** @param minimumPathMtu the least path MTU that is believed. */
  constructor(
    protocols: ProtocolTable,
    addresses: InterfaceAddresses,
    router: Router,
    minimumPathMtu: number,
  ) {
    this.#protocols = protocols;
    this.#addresses = addresses;
    this.#router = router;
    this.#minimumPathMtu = minimumPathMtu;
  }

  /**
   * RFC 1122 3.2.2: an error goes to the transport whose protocol number is in the quote. The quote may be cut anywhere behind the first
   * eight transport octets, so its lengths and checksum are not compared.
   * @param quoted at the quoted IP header; borrowed, left as it is.
   */
  dispatch(kind: IcmpErrorKind, reportedMtu: number, quoted: Packet, now: Millis): Verdict {
    const info = this.#info;
    const readable = readHeader(quoted, info);
    if (readable !== Verdict.Handled) return readable;
    const { start } = quoted;
    const transport = start + headerLengthAt(quoted.view, start);
    if (quoted.end - transport < QUOTED_TRANSPORT) return Verdict.TooShort;
    // Without the start of the transport header nobody can tell whose it was.
    if ((info.flagsAndOffset & Fragment.Offset) !== 0) return Verdict.UnknownFlow;
    const source = info.source.w3;
    const destination = info.destination.w3;
    if (!this.#addresses.isOwn(source) && source >>> 24 !== 127) return Verdict.UnknownFlow;
    info.loopback = destination >>> 24 === 127 || this.#addresses.isOwn(destination);
    const handler = this.#protocols.get(info.protocol);
    if (handler === null) return Verdict.UnknownFlow;

    const tooBig = kind === IcmpErrorKind.PacketTooBig;
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

  #estimate(reported: number): number {
    const { destination, totalLength } = this.#info;
    const current = this.#router.pathMtus.mtuOf(destination, this.#router.linkMtu);
    return estimatePathMtu(current, reported, totalLength, this.#minimumPathMtu);
  }

  #lower(mtu: number, now: Millis): void {
    const { destination } = this.#info;
    const { pathMtus, linkMtu } = this.#router;
    if (this.#info.loopback || mtu >= pathMtus.mtuOf(destination, linkMtu)) return;
    pathMtus.lower(destination, mtu, now);
    this.#router.changed();
  }
}

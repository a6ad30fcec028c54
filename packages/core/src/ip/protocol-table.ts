import type { IcmpErrors } from "../contracts/icmp.ts";
import type { IpInfo } from "../contracts/ip.ts";
import type { TransportHandler } from "../contracts/transport.ts";
import type { Packet } from "../packet/packet.ts";
import type { Millis } from "../time/host.ts";
import { Verdict } from "../verdict.ts";
import { IcmpErrorKind } from "../wire/icmp-error-kind.ts";

/** Hands datagrams to the protocol above by its number, and answers for it when there is none. */
export class ProtocolTable {
  readonly #handlers: (TransportHandler | null)[] = new Array<TransportHandler | null>(256).fill(null);
  /** Who sends our errors; `null` leaves senders without an answer. */
  errors: IcmpErrors | null = null;

  /** @throws RangeError for a number that is none. @throws Error when the protocol has a handler. */
  handle(protocol: number, upper: TransportHandler): void {
    checkProtocol(protocol);
    if (this.#handlers[protocol] !== null) throw new Error(`protocol ${protocol} has a handler already`);
    this.#handlers[protocol] = upper;
  }

  unhandle(protocol: number): void {
    checkProtocol(protocol);
    this.#handlers[protocol] = null;
  }

  get(protocol: number): TransportHandler | null {
    return this.#handlers[protocol]!;
  }

  /**
   * @param packet starts at the transport header; borrowed.
   * @param pointer where the IP header names the protocol, for the error that there is nobody for it (RFC 4443 3.4); 0 in IPv4.
   */
  deliver(packet: Packet, info: IpInfo, pointer: number, now: Millis): Verdict {
    const handler = this.#handlers[info.protocol]!;
    if (handler === null) {
      // RFC 1122 3.2.2.1: protocol unreachable SHOULD be sent. RFC 8200 4: the packet should be answered.
      this.errors?.send(IcmpErrorKind.ProtocolUnreachable, pointer, packet, info, now);
      return Verdict.ProtocolUnreachable;
    }
    const { start, end } = packet;
    const verdict = handler.input(packet, info, now);
    if (verdict === Verdict.PortUnreachable && this.errors !== null) {
      // The handler may have stepped over its header; an error quotes the datagram as it came.
      packet.start = start;
      packet.end = end;
      this.errors.send(IcmpErrorKind.PortUnreachable, 0, packet, info, now);
    }
    return verdict;
  }
}

function checkProtocol(protocol: number): void {
  if (!Number.isInteger(protocol) || protocol < 0 || protocol > 255) {
    throw new RangeError(`protocol must be an integer from 0 to 255, not ${protocol}`);
  }
}

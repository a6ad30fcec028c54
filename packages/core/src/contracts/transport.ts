import type { Packet } from "../packet/packet.ts";
import type { Millis } from "../time/host.ts";
import type { Verdict } from "../verdict.ts";
import type { IcmpErrorKind } from "../wire/icmp-error-kind.ts";
import type { IpInfo } from "./ip.ts";

/** A protocol above IP. */
export interface TransportHandler {
  /**
   * One whole datagram; `packet.start` is at the transport header, `packet.end` where the IP length says. Borrowed. Never throws.
   * `PortUnreachable` makes IP send that error.
   */
  input(packet: Packet, info: IpInfo, now: Millis): Verdict;
  /**
   * A datagram of ours met an error, on the way (ICMP) or at once (neighbour silent).
   * @param quoted `quoted.start` is at the quoted transport header, of which at least 8 octets are there. Borrowed.
   * @param info describes the quoted header: `source` is ours, `destination` the peer's.
   * @param mtu the next-hop MTU of a packet too big, else 0.
   * @returns whether it belongs to a live flow; only then does IP lower the path MTU.
   */
  error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, mtu: number, now: Millis): boolean;
  /** Sends what input, application calls and deadlines made ready. Once per batch and turn; cheap when nothing is. */
  flush(now: Millis): void;
}

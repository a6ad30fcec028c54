import type { MacAddress } from "../address/mac.ts";
import type { Packet } from "../packet/packet.ts";
import type { Millis } from "../time/host.ts";
import type { Verdict } from "../verdict.ts";
import type { LinkCapabilities } from "./device.ts";

/** How a packet was addressed, at the link or at the IP level. */
export type Cast = "unicast" | "broadcast" | "multicast";

/** What the link header said. One reused record, borrowed with the packet. */
export interface FrameInfo {
  cast: Cast;
  /** The sender's MAC address in two 24-bit halves; 0 on medium `ip`. */
  sourceHigh: number;
  sourceLow: number;
}

/** Receives the frames of one EtherType. */
export interface FrameHandler {
  /** The packet starts behind the link header and may end in padding. Borrowed. */
  input(packet: Packet, frame: FrameInfo, now: Millis): Verdict;
  /**
   * The same for a frame whose source is our own MAC address: a loop brought one of ours back, or another station has our address too
   * (RFC 4862 appendix A). The link drops these as `BadSource` unless their handler has this method, which must tell the two apart.
   */
  inputFromOwnMac?(packet: Packet, frame: FrameInfo, now: Millis): Verdict;
}

/** The link as ARP, Neighbor Discovery and IP see it. */
export interface LinkLayer {
  /** Our address; `null` on medium `ip`. */
  readonly mac: MacAddress | null;
  /** As the device's, with `headroom` grown by the link header. */
  readonly capabilities: LinkCapabilities;
  /**
   * Writes the link header into the headroom and sends. The packet is borrowed; `start` is restored. On medium `ip` `to` and
   * `etherType` do not matter.
   */
  send(packet: Packet, to: MacAddress, etherType: number): Verdict;
  /** Registers the receiver of an EtherType. @throws Error when it has one. */
  handle(etherType: number, upper: FrameHandler): void;
  /** Accepts frames to a group address; counted, so every join needs its leave. */
  joinGroup(group: MacAddress): void;
  leaveGroup(group: MacAddress): void;
}

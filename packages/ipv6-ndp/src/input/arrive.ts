import { type Packet, Verdict } from "@mnet/core";
import { HEADER_OCTETS } from "../header/header.ts";
import { readHeader } from "../header/read.ts";
import type { Ipv6Info } from "../info.ts";

/**
 * Reads the fixed header and cuts off what the link added (RFC 8200 3). A payload length of 0 with a hop-by-hop header would be a
 * jumbogram (RFC 2675); its option is unknown here and its action bits see to it.
 * @returns `Handled` with `packet.start` behind the fixed header and `packet.end` where the payload length says.
 */
export function arrive(packet: Packet, info: Ipv6Info): Verdict {
  const readable = readHeader(packet, info);
  if (readable !== Verdict.Handled) return readable;
  const start = packet.start + HEADER_OCTETS;
  const end = start + info.payloadLength;
  if (end > packet.end) return Verdict.BadLength;
  packet.network = packet.start;
  packet.end = end;
  packet.start = start;
  return Verdict.Handled;
}

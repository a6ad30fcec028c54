import { type Packet, Verdict } from "@mnet/core";
import { HEADER_OCTETS } from "../header/header.ts";
import { checkOptions } from "../header/options.ts";
import { headerChecksumHolds, headerLengthAt, readHeader } from "../header/read.ts";
import type { Ipv4Info } from "../info.ts";

/**
 * The checks that need nothing but the datagram (RFC 1122 3.2.1.1, 3.2.1.2, 3.2.1.8; RFC 791 3.1), in an order in which each can rely on
 * the ones before. The time to live is not checked: it is the routers' (RFC 1122 3.2.1.7).
 *
 * On `BadOption` the packet starts at its header and ends where the total length says, so that an error can quote it. On `Handled` the packet starts at the payload of IP, ends where the total length says, and `info` describes the header; `cast` and
 * whether the addresses are acceptable is not decided yet.
 */
export function arrive(packet: Packet, info: Ipv4Info): Verdict {
  const readable = readHeader(packet, info);
  if (readable !== Verdict.Handled) return readable;
  const { view, start } = packet;
  const payload = start + headerLengthAt(view, start);
  const end = start + info.totalLength;
  if (end < payload || end > packet.end) return Verdict.BadLength;
  if (!headerChecksumHolds(view, start, payload)) return Verdict.BadChecksum;
  packet.end = end;
  if (payload > start + HEADER_OCTETS) {
    const options = checkOptions(view, payload, info);
    if (options !== Verdict.Handled) return options;
  }
  packet.network = start;
  packet.start = payload;
  packet.transport = payload;
  packet.payload = payload;
  return Verdict.Handled;
}

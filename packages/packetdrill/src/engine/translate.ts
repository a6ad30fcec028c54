import type { IcmpBody, PacketAction } from "../language/tree.ts";

/** By how many octets IPv6's header is longer. */
export const HEADER_DIFFERENCE = 20;

/** ICMPv4's errors for which ICMPv6 has another name (RFC 7915 4.2). */
const renamed: Readonly<Record<string, Pick<IcmpBody, "type" | "code">>> = {
  frag_needed: { type: "packet_too_big", code: null },
  protocol_unreachable: { type: "parameter_problem", code: "unknown_next_header" },
  source_route_failed: { type: "unreachable", code: "no_route" },
};

/** A packet of a script about IPv4 as it is over IPv6: errors by their other names, and MTUs that leave as much room. */
export function overIpv6(action: PacketAction): PacketAction {
  const { body } = action;
  if (body.kind !== "icmp") return action;
  const mtu = body.mtu === null ? null : body.mtu + HEADER_DIFFERENCE;
  const other = body.code === null ? undefined : renamed[body.code];
  return { ...action, body: { ...body, ...other, mtu } };
}

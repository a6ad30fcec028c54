import type { PacketAction } from "../language/tree.ts";
import type { Flow } from "../wire/flow.ts";
import { buildIcmp } from "../wire/icmp.ts";
import { buildDatagram, buildSegment } from "../wire/segment.ts";
import { Unsupported } from "./outcome.ts";

/** The octets of a packet of the peer. @throws Unsupported for what the runner does not build. */
export function injectPacket(
  { header, body, encapsulation }: PacketAction,
  flow: Flow,
): Uint8Array<ArrayBuffer> {
  if (encapsulation !== null) throw new Unsupported("TCP in UDP");
  switch (body.kind) {
    case "tcp":
      return buildSegment(header, body, flow);
    case "udp":
      return buildDatagram(header, body, flow);
    case "icmp":
      return buildIcmp(header, body, flow);
  }
}

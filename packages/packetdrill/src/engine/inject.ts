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

/** A segment of the peer in pieces of `size` octets of text, as `--mss` asks for; `null`: as it is. */
export function segmentsOf(action: PacketAction, size: number | null): PacketAction[] {
  const { body } = action;
  if (size === null || body.kind !== "tcp" || body.sequence.length <= size) return [action];
  const parts: PacketAction[] = [];
  const { start, length } = body.sequence;
  for (let at = 0; at < length; at += size) {
    const octets = Math.min(size, length - at);
    const from = (start + at) >>> 0;
    const sequence = { ...body.sequence, start: from, end: (from + octets) >>> 0, length: octets };
    const last = at + octets === length;
    // What ends the text stands on its last piece.
    const flags = last ? body.flags : body.flags.replace(/[FP]/g, "");
    parts.push({ ...action, body: { ...body, flags, sequence } });
  }
  return parts;
}

import type { Route } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpHeader } from "../header.ts";
import { pathShrank } from "../loss/recovery.ts";
import { TIMESTAMPS_LENGTH } from "../options.ts";
import { IPV4_HEADER, IPV6_HEADER } from "../params.ts";
import { TcpState } from "../state.ts";

/** Octets of a datagram that are not text, without options. */
export function headersOf(family: 4 | 6): number {
  return TcpHeader.Length + (family === 4 ? IPV4_HEADER : IPV6_HEADER);
}

/** The MSS option we send: what arrives whole over this route (RFC 9293 3.7.1, MUST-14, MUST-67). */
export function announcedSegment(route: Route, family: 4 | 6): number {
  return Math.max(1, Math.min(0xffff, route.mtu - headersOf(family)));
}

/** Octets of the options that every segment of an established connection has; they are part of what an MSS allows (RFC 6691 2). */
export function optionsOf(block: ControlBlock): number {
  // In SYN-SENT they are offered, but not agreed on.
  return block.timestamps.enabled && block.state !== TcpState.SynSent ? TIMESTAMPS_LENGTH : 0;
}

/** Eff.snd.MSS: the lesser of what the peer takes and the path carries, without the options (RFC 9293 3.7.1, MUST-16). */
export function effectiveSegment(block: ControlBlock): number {
  const path = Math.min(block.route.mtu, block.pathMtu.search.limit);
  const most = Math.min(block.peerSegment, block.maximumSegment, path - headersOf(block.network.family));
  return Math.max(1, most - optionsOf(block));
}

/** The route, asked for again when the IP layer changed; `null` when there is none any more. */
export function currentRoute(block: ControlBlock): Route | null {
  if (block.route.epoch === block.network.epoch) return block.route;
  const route = block.network.route(block.remote, block.local);
  if (route === null) return null;
  block.route = route;
  if (block.sendSegment > 0) resegment(block);
  return route;
}

/** The path takes larger segments than before, or smaller ones: then those that are under way go again, cut anew. */
export function resegment(block: ControlBlock): void {
  const segment = effectiveSegment(block);
  const before = block.sendSegment;
  if (segment === before) return;
  block.sendSegment = segment;
  block.congestion.segmentChanged(segment);
  if (segment < before) pathShrank(block);
}

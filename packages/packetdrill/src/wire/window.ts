import type { TcpBody } from "../language/tree.ts";
import type { Flow } from "./flow.ts";

/** The default MSS of IPv6 (RFC 9293 3.7.1), the smaller of those that scripts use. */
const SEGMENT = 1220;

/** Takes note of what a SYN of either side says about window scaling (RFC 7323 2.2). */
export function learnScale({ flags, options }: TcpBody, flow: Flow, side: "local" | "remote"): void {
  if (!flags.includes("S") || options === "anything") return;
  const option = options.find(({ kind }) => kind === "wscale");
  const shift = option?.kind === "wscale" ? option.value : null;
  if (side === "local") flow.localScale = shift;
  else flow.remoteScale = shift;
}

/** By how many bits the window of a segment of the host is shifted: not on a SYN, and only when both sides scale. */
export function scaleOf({ flags }: TcpBody, { localScale, remoteScale }: Flow): number {
  return flags.includes("S") || localScale === null || remoteScale === null ? 0 : localScale;
}

/** Takes note of where the window of a segment of the host ends. */
export function learnEdge(segment: TcpBody, flow: Flow): void {
  if (segment.flags.includes("R")) return;
  if (segment.acknowledgment === null) flow.openingWindow = segment.window;
  else flow.rightEdge = edgeOf(segment, flow);
}

/** In the script's numbers of the peer. */
function edgeOf(segment: TcpBody, flow: Flow): number {
  return ((segment.acknowledgment ?? 0) + ((segment.window ?? 0) << scaleOf(segment, flow))) >>> 0;
}

/**
 * Compares the window of a segment of the host with what the script says. Zero and anything else are never the same.
 * @returns what is accepted in place of the script's value, if it is not that.
 */
export function compareWindows(
  expected: number | null,
  actual: TcpBody,
  flow: Flow,
): "equal" | "different" | "window held back" {
  const found = actual.window ?? 0;
  if (expected === null || expected === found) return "equal";
  if (expected === 0 || found === 0) return "different";
  const missing = (expected - found) << scaleOf(actual, flow);
  // RFC 9293 3.8.6.2.2: the right edge stays until it can move on by a segment.
  return missing > 0 && missing < SEGMENT && edgeStays(actual, flow) ? "window held back" : "different";
}

/** Whether the right edge is where the segment before had it, as exactly as scaling can tell. */
function edgeStays(actual: TcpBody, flow: Flow): boolean {
  const { remoteInitial, openingWindow } = flow;
  const opening = remoteInitial === null || openingWindow === null ? null : remoteInitial + 1 + openingWindow;
  const before = flow.rightEdge ?? opening;
  if (before === null) return false;
  return Math.abs((edgeOf(actual, flow) - before) | 0) < 1 << scaleOf(actual, flow);
}

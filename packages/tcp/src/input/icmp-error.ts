import { IcmpErrorKind, type NetErrorCode } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { finish } from "../lifecycle.ts";
import { datagramOf, probeRefused } from "../path-mtu/path-mtu.ts";
import { raise } from "../signals.ts";
import { TcpState } from "../state.ts";

/** The soft errors (RFC 9293 3.9.2.2, MUST-56; RFC 1122 4.2.3.9) as the application would learn them. */
const softErrors: Partial<Record<IcmpErrorKind, NetErrorCode>> = {
  [IcmpErrorKind.NetworkUnreachable]: "ENETUNREACH",
  [IcmpErrorKind.HostUnreachable]: "EHOSTUNREACH",
  [IcmpErrorKind.ProtocolUnreachable]: "ECONNREFUSED",
  [IcmpErrorKind.PortUnreachable]: "ECONNREFUSED",
  [IcmpErrorKind.SourceRouteFailed]: "EHOSTUNREACH",
  [IcmpErrorKind.AdministrativelyProhibited]: "EHOSTUNREACH",
  [IcmpErrorKind.HopLimitExceeded]: "EHOSTUNREACH",
  [IcmpErrorKind.ParameterProblem]: "EHOSTUNREACH",
};

/** What nobody will change his mind about: the host or a filter on the way says no (RFC 1122 4.2.3.9; Linux counts filters too). */
const refusals: ReadonlySet<IcmpErrorKind> = new Set([
  IcmpErrorKind.PortUnreachable,
  IcmpErrorKind.ProtocolUnreachable,
  IcmpErrorKind.AdministrativelyProhibited,
]);

/**
 * An ICMP error that quotes a segment of this connection. Only a refusal ends anything, and only in SYN-SENT: in other states even that may be
 * forged or out of date (RFC 5927 5.2). Everything else is remembered, and reported instead of ETIMEDOUT when the connection gives up.
 * @param sequence of the quoted segment. @param mtu of the next hop when the segment was too large for it; 0 when unknown.
 * @returns whether the quote is of something outstanding (RFC 5927 4.1).
 */
export function errorReceived(
  block: ControlBlock,
  kind: IcmpErrorKind,
  sequence: number,
  mtu: number,
): boolean {
  const offset = (sequence - block.sendUnacknowledged) | 0;
  if (offset < 0 || offset >= block.inFlight) return false;
  if (kind === IcmpErrorKind.PacketTooBig) return tooBig(block, sequence, mtu);
  const error = softErrors[kind];
  if (error === undefined) return true;
  if (block.state === TcpState.SynSent && refusals.has(kind)) {
    finish(block, error);
    raise(block);
  } else {
    block.softError = error;
  }
  return true;
}

/**
 * RFC 1191, RFC 8201, with the checks of RFC 5927 7.2: about something outstanding, and an MTU that it did not fit in. What is under way goes
 * again at once, cut anew, as soon as the IP layer has made up its mind.
 */
function tooBig(block: ControlBlock, sequence: number, mtu: number): boolean {
  if (!probeRefused(block, sequence) && mtu >= datagramOf(block, block.sendSegment)) return false;
  block.context.markDirty(block);
  return true;
}

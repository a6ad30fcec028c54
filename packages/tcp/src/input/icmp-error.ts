import { IcmpErrorKind, type NetErrorCode } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { finish } from "../lifecycle.ts";
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

/**
 * An ICMP error that quotes a segment of this connection. Only a port or protocol unreachable ends anything, and only in SYN-SENT: in other
 * states even those may be forged or out of date (RFC 5927 5.2). Everything else is remembered, and reported instead of ETIMEDOUT when the
 * connection gives up.
 * @param sequence of the quoted segment.
 * @returns whether the quote is of something outstanding (RFC 5927 4.1).
 */
export function errorReceived(block: ControlBlock, kind: IcmpErrorKind, sequence: number): boolean {
  const offset = (sequence - block.sendUnacknowledged) | 0;
  if (offset < 0 || offset >= block.inFlight) return false;
  const hard = kind === IcmpErrorKind.PortUnreachable || kind === IcmpErrorKind.ProtocolUnreachable;
  if (hard && block.state === TcpState.SynSent) {
    finish(block, "ECONNREFUSED");
    raise(block);
  } else {
    block.softError = softErrors[kind] ?? block.softError;
  }
  return true;
}

import type { NetErrorCode } from "../net-error.ts";
import { IcmpErrorKind } from "./icmp-error-kind.ts";

const codes: readonly NetErrorCode[] = (() => {
  const table: NetErrorCode[] = new Array(IcmpErrorKind.IncompleteHeaderChain + 1).fill("EHOSTUNREACH");
  table[IcmpErrorKind.NetworkUnreachable] = "ENETUNREACH";
  table[IcmpErrorKind.ProtocolUnreachable] = "ECONNREFUSED";
  table[IcmpErrorKind.PortUnreachable] = "ECONNREFUSED";
  table[IcmpErrorKind.PacketTooBig] = "EMSGSIZE";
  return table;
})();

/**
 * What an application is told about an ICMP error: refused by the peer's host, too big, or not reachable. Errors that name no
 * better code (filtered, hop limit, parameter problem) are EHOSTUNREACH, as on Linux and the BSDs as far as Node's codes go.
 */
export function icmpErrorCode(kind: IcmpErrorKind): NetErrorCode {
  return codes[kind] ?? "EHOSTUNREACH";
}

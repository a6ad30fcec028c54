import type { NetErrorCode } from "./net-error.ts";
import { Verdict } from "./verdict.ts";

/** What an application is told when IP did not send its packet: no room (ENOBUFS) unless the verdict knows better. */
export function sendErrorCode(verdict: Verdict): NetErrorCode {
  switch (verdict) {
    case Verdict.TooBig:
      return "EMSGSIZE";
    case Verdict.NoRoute:
      return "ENETUNREACH";
    case Verdict.NeighborFailed:
      return "EHOSTUNREACH";
    case Verdict.BadLocalAddress:
      return "EADDRNOTAVAIL";
    case Verdict.Closed:
      return "ENETDOWN";
    default:
      return "ENOBUFS";
  }
}

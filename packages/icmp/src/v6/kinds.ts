import { type IcmpErrorKind, IcmpErrorKind as Kind } from "@mnet/core";
import type { MessageClass } from "../version.ts";
import { FIRST_INFORMATIONAL, IcmpV6Type } from "./header.ts";

/** What becomes of a message by its type. */
export function classify(type: number): MessageClass {
  if (type < FIRST_INFORMATIONAL) return "error";
  switch (type) {
    case IcmpV6Type.EchoRequest:
      return "echo request";
    case IcmpV6Type.EchoReply:
      return "echo reply";
    case IcmpV6Type.MulticastListenerReport:
      return "ignored";
    default: {
      // Listener and neighbor discovery are IP's; it keeps them for itself when it speaks them.
      const discovery = type >= IcmpV6Type.MulticastListenerQuery && type <= IcmpV6Type.Redirect;
      return discovery ? "ignored" : "unknown";
    }
  }
}

/** By code of Destination Unreachable (RFC 4443 3.1; 7: RFC 6554 4.2). */
const unreachable: readonly IcmpErrorKind[] = [
  Kind.NetworkUnreachable, // 0 no route to destination
  Kind.AdministrativelyProhibited, // 1 administratively prohibited
  Kind.NetworkUnreachable, // 2 beyond scope of source address
  Kind.HostUnreachable, // 3 address unreachable
  Kind.PortUnreachable, // 4 port unreachable
  Kind.AdministrativelyProhibited, // 5 source address failed ingress or egress policy
  Kind.AdministrativelyProhibited, // 6 reject route to destination
  Kind.SourceRouteFailed, // 7 error in source routing header
];

const timeExceeded: readonly IcmpErrorKind[] = [Kind.HopLimitExceeded, Kind.ReassemblyTimeExceeded];

/** By code of Parameter Problem (RFC 4443 3.4; 3: RFC 7112 6). Later codes name troubles of routers (RFC 8883, RFC 8754). */
const parameterProblem: readonly IcmpErrorKind[] = [
  Kind.ParameterProblem, // 0 erroneous header field
  Kind.ProtocolUnreachable, // 1 unrecognized next header
  Kind.UnrecognizedOption, // 2 unrecognized option
  Kind.IncompleteHeaderChain, // 3 first fragment has incomplete header chain
];

/**
 * What an error message means. RFC 4443 2.4 a: errors of an unknown type go to the upper layer as well; so do unknown codes, as the soft
 * error that "not reachable" is. `null` for type 0, which is reserved.
 */
export function errorKindOf(type: number, code: number): IcmpErrorKind | null {
  switch (type) {
    case 0:
      return null;
    case IcmpV6Type.DestinationUnreachable:
      return unreachable[code] ?? Kind.HostUnreachable;
    case IcmpV6Type.PacketTooBig:
      // RFC 4443 3.2: the code is ignored.
      return Kind.PacketTooBig;
    case IcmpV6Type.TimeExceeded:
      return timeExceeded[code] ?? Kind.HopLimitExceeded;
    case IcmpV6Type.ParameterProblem:
      return parameterProblem[code] ?? Kind.ParameterProblem;
    default:
      return Kind.HostUnreachable;
  }
}

/** The type in the upper octet and the code in the lower, by {@link IcmpErrorKind}. */
const messages: Readonly<Record<IcmpErrorKind, number>> = {
  [Kind.NetworkUnreachable]: message(IcmpV6Type.DestinationUnreachable, 0),
  [Kind.HostUnreachable]: message(IcmpV6Type.DestinationUnreachable, 3),
  [Kind.ProtocolUnreachable]: message(IcmpV6Type.ParameterProblem, 1),
  [Kind.PortUnreachable]: message(IcmpV6Type.DestinationUnreachable, 4),
  [Kind.PacketTooBig]: message(IcmpV6Type.PacketTooBig, 0),
  [Kind.SourceRouteFailed]: message(IcmpV6Type.DestinationUnreachable, 7),
  [Kind.AdministrativelyProhibited]: message(IcmpV6Type.DestinationUnreachable, 1),
  [Kind.HopLimitExceeded]: message(IcmpV6Type.TimeExceeded, 0),
  [Kind.ReassemblyTimeExceeded]: message(IcmpV6Type.TimeExceeded, 1),
  [Kind.ParameterProblem]: message(IcmpV6Type.ParameterProblem, 0),
  [Kind.UnrecognizedOption]: message(IcmpV6Type.ParameterProblem, 2),
  [Kind.IncompleteHeaderChain]: message(IcmpV6Type.ParameterProblem, 3),
};

/** Type and code, as the first 16 bits of the message, that say `kind`. */
export function messageOf(kind: IcmpErrorKind): number {
  return messages[kind];
}

function message(type: number, code: number): number {
  return (type << 8) | code;
}

import { IcmpErrorKind } from "@mnet/core";
import type { MessageClass } from "../version.ts";
import { IcmpType } from "./header.ts";

/** What becomes of a message by its type. */
export function classify(type: number): MessageClass {
  switch (type) {
    case IcmpType.EchoRequest:
      return "echo request";
    case IcmpType.EchoReply:
      return "echo reply";
    case IcmpType.DestinationUnreachable:
    case IcmpType.TimeExceeded:
    case IcmpType.ParameterProblem:
      return "error";
    // Deprecated (RFC 6633), or taken from anyone on the path without proof (RFC 1122 3.2.2.2 and 5927 leave it to us).
    case IcmpType.SourceQuench:
    case IcmpType.Redirect:
    // Optional or obsolete, and of use to nobody but those who map hosts (RFC 1122 3.2.2.7-9, RFC 6918).
    case IcmpType.RouterAdvertisement:
    case IcmpType.RouterSolicitation:
    case IcmpType.Timestamp:
    case IcmpType.TimestampReply:
    case IcmpType.InformationRequest:
    case IcmpType.InformationReply:
    case IcmpType.AddressMaskRequest:
    case IcmpType.AddressMaskReply:
      return "ignored";
    default:
      return "unknown";
  }
}

/** By code of Destination Unreachable (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1). */
const unreachable: readonly IcmpErrorKind[] = [
  IcmpErrorKind.NetworkUnreachable, // 0 net unreachable
  IcmpErrorKind.HostUnreachable, // 1 host unreachable
  IcmpErrorKind.ProtocolUnreachable, // 2 protocol unreachable
  IcmpErrorKind.PortUnreachable, // 3 port unreachable
  IcmpErrorKind.PacketTooBig, // 4 fragmentation needed and DF set
  IcmpErrorKind.SourceRouteFailed, // 5 source route failed
  IcmpErrorKind.NetworkUnreachable, // 6 destination network unknown
  IcmpErrorKind.HostUnreachable, // 7 destination host unknown
  IcmpErrorKind.NetworkUnreachable, // 8 source host isolated
  IcmpErrorKind.AdministrativelyProhibited, // 9 network administratively prohibited
  IcmpErrorKind.AdministrativelyProhibited, // 10 host administratively prohibited
  IcmpErrorKind.NetworkUnreachable, // 11 network unreachable for type of service
  IcmpErrorKind.HostUnreachable, // 12 host unreachable for type of service
  IcmpErrorKind.AdministrativelyProhibited, // 13 communication administratively prohibited
  IcmpErrorKind.AdministrativelyProhibited, // 14 host precedence violation
  IcmpErrorKind.AdministrativelyProhibited, // 15 precedence cutoff in effect
];

const timeExceeded: readonly IcmpErrorKind[] = [
  IcmpErrorKind.HopLimitExceeded,
  IcmpErrorKind.ReassemblyTimeExceeded,
];

/** Pointer, required option missing (RFC 1122 3.2.2.5), bad length. */
const parameterProblem: readonly IcmpErrorKind[] = [
  IcmpErrorKind.ParameterProblem,
  IcmpErrorKind.ParameterProblem,
  IcmpErrorKind.ParameterProblem,
];

/** What an error message means, or `null` for a type that is no error and for unknown codes. */
export function errorKindOf(type: number, code: number): IcmpErrorKind | null {
  if (type === IcmpType.DestinationUnreachable) return unreachable[code] ?? null;
  if (type === IcmpType.TimeExceeded) return timeExceeded[code] ?? null;
  if (type === IcmpType.ParameterProblem) return parameterProblem[code] ?? null;
  return null;
}

/** The type in the upper octet and the code in the lower, by {@link IcmpErrorKind}. */
const messages: readonly number[] = [
  message(IcmpType.DestinationUnreachable, 0),
  message(IcmpType.DestinationUnreachable, 1),
  message(IcmpType.DestinationUnreachable, 2),
  message(IcmpType.DestinationUnreachable, 3),
  message(IcmpType.DestinationUnreachable, 4),
  message(IcmpType.DestinationUnreachable, 5),
  // A host that filters speaks for itself, not for its network (RFC 1812 5.2.7.1).
  message(IcmpType.DestinationUnreachable, 10),
  message(IcmpType.TimeExceeded, 0),
  message(IcmpType.TimeExceeded, 1),
  message(IcmpType.ParameterProblem, 0),
  // What only IPv6 has names for is a problem of some parameter here.
  message(IcmpType.ParameterProblem, 0),
  message(IcmpType.ParameterProblem, 0),
];

/** Type and code, as the first 16 bits of the message, that say `kind`. */
export function messageOf(kind: IcmpErrorKind): number {
  return messages[kind]!;
}

function message(type: number, code: number): number {
  return (type << 8) | code;
}

/**
 * Whether an ICMP error may be sent about a message of this type. Never about an error (RFC 1122 3.2.2); a type we do not
 * know may be one.
 */
export function isInformational(type: number): boolean {
  switch (type) {
    case IcmpType.EchoReply:
    case IcmpType.EchoRequest:
    case IcmpType.RouterAdvertisement:
    case IcmpType.RouterSolicitation:
    case IcmpType.Timestamp:
    case IcmpType.TimestampReply:
    case IcmpType.InformationRequest:
    case IcmpType.InformationReply:
    case IcmpType.AddressMaskRequest:
    case IcmpType.AddressMaskReply:
      return true;
    default:
      return false;
  }
}

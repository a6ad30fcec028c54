import type { IpAddress } from "@mnet/core";

/**
 * An address of either family, as an object or as text. Text that is no address is a RangeError: names are not resolved here. A link-local
 * IPv6 address may name its zone, `fe80::1%service` (RFC 4007 11): the interface's name. A stack has one interface, so a zone adds nothing, but
 * another one's is a RangeError.
 */
export type AddressLike = IpAddress | string;

export interface Abortable {
  /** Rejects the pending promise with the signal's reason; nothing is consumed or sent by the call then. */
  signal?: AbortSignal;
}

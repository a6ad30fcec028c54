import { IpAddress, viewOf } from "@mnet/core";

/** A view of `bytes`. @throws RangeError naming the format when there are fewer than `least` octets. */
export function readerOf(bytes: Uint8Array, least: number, format: string): DataView {
  if (bytes.length < least) throw new RangeError(`${format} needs ${least} octets, not ${bytes.length}`);
  return viewOf(bytes);
}

/** The IPv4 address at `at`. */
export function readV4(view: DataView, at: number): IpAddress {
  return IpAddress.v4(view.getInt32(at));
}

/** The IPv6 address at `at`. */
export function readV6(view: DataView, at: number): IpAddress {
  const word = (index: number): number => view.getInt32(at + 4 * index);
  return new IpAddress(6, word(0), word(1), word(2), word(3));
}

/** The addresses of the packet around a transport, as far as its checksum needs them. */
export interface PseudoHeaderAddresses {
  readonly source: IpAddress | string;
  readonly destination: IpAddress | string;
}

import { IpProtocol } from "@mnet/core";

/** Next header values that begin a header of the chain that this node reads (RFC 8200 4.1), 1 each; the rest are upper-layer protocols. */
const extension = new Uint8Array(256);
for (const value of [
  IpProtocol.HopByHop,
  IpProtocol.Routing,
  IpProtocol.Fragment,
  IpProtocol.NoNextHeader,
  IpProtocol.DestinationOptions,
]) {
  extension[value] = 1;
}

/** Whether the chain goes on with (or, for No Next Header, ends without) a header that IPv6 reads itself. */
export function isExtension(nextHeader: number): boolean {
  return extension[nextHeader] === 1;
}

/** Octets of the extension header at `at`, of which the first two are there (RFC 8200 4.3). Not for Fragment headers. */
export function extensionOctets(view: DataView, at: number): number {
  return (view.getUint8(at + 1) + 1) * 8;
}

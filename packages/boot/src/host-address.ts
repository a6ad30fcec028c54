import { IpAddress, IpPrefix } from "@mnet/core";

/**
 * What the address is that no host on a link can have; `null` when one can. The rules are `createStack`'s (RFC 1122 3.2.1.3, RFC 4291 2.6.1),
 * which names no parameters.
 */
export function whyNoHost(prefix: IpPrefix): string | null {
  const { address, family, length } = prefix;
  if (address.isMulticast) return "is a multicast group";
  if (address.isLoopback) return "is a loopback address";
  if (address.isUnspecified || isReservedV4(address)) return "is a reserved address";
  if (family === 4 && length === 0) return "has an empty prefix";
  if (isNetwork(prefix))
    return family === 4 ? "is the network address of its prefix" : "is every router's of its prefix";
  return prefix.broadcast?.equals(address) ? "is the broadcast address of its prefix" : null;
}

/** An address beside `prefix` that a host can have. */
export function hostExample({ family, network, length }: IpPrefix): IpPrefix {
  const { w0, w1, w2, w3 } = network;
  const first = new IpPrefix(new IpAddress(family, w0, w1, w2, w3 | 1), length);
  return whyNoHost(first) === null ? first : IpPrefix.parse(family === 4 ? "10.0.0.2/24" : "fd00::2/64");
}

/** 0.0.0.0/8 and 240.0.0.0/4 with the limited broadcast. */
function isReservedV4({ family, w3 }: IpAddress): boolean {
  return family === 4 && (w3 >>> 24 === 0 || w3 >>> 28 === 15);
}

/** Links of two have no such address (RFC 3021, RFC 6164). */
function isNetwork({ address, network, family, length }: IpPrefix): boolean {
  return length <= (family === 4 ? 30 : 126) && address.equals(network);
}

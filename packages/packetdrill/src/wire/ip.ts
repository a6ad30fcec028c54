import { ipv4Packet, ipv6Packet, parseIpv4, parseIpv6 } from "@mnet/conformance";
import { addressesV4, addressesV6, type ScriptAddresses } from "../engine/addresses.ts";
import type { NetworkHeader } from "../language/tree.ts";

export function addressesOf(family: 4 | 6): ScriptAddresses {
  return family === 4 ? addressesV4 : addressesV6;
}

const ecnBits = { noecn: 0, ect0: 2, ect1: 1, ect01: 2, ce: 3 } as const;

/** An IP packet of the peer. */
export function fromPeer(
  family: 4 | 6,
  header: NetworkHeader,
  protocol: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { local, remote } = addressesOf(family);
  const around = { source: remote, destination: local };
  const trafficClass = header.trafficClass ?? ecnBits[header.ecn ?? "noecn"];
  const hopLimit = header.hopLimit ?? 64;
  if (family === 4) return ipv4Packet({ ...around, protocol, ttl: hopLimit, trafficClass }, payload);
  const flowLabel = header.flowLabel ?? 0;
  return ipv6Packet({ ...around, nextHeader: protocol, hopLimit, trafficClass, flowLabel }, payload);
}

/** The IP header of a packet of the host, both families alike. */
export interface HeaderOfHost {
  readonly family: 4 | 6;
  readonly protocol: number;
  readonly trafficClass: number;
  readonly hopLimit: number;
  readonly flowLabel: number;
  readonly source: string;
  readonly destination: string;
  readonly payload: Uint8Array;
}

export function readHeader(packet: Uint8Array): HeaderOfHost {
  if (packet[0]! >>> 4 === 4) {
    const { ttl, ...header } = parseIpv4(packet);
    if (!header.checksumValid) throw new RangeError("wrong IPv4 header checksum");
    return { ...header, family: 4, hopLimit: ttl, flowLabel: 0 };
  }
  const { nextHeader, ...header } = parseIpv6(packet);
  return { ...header, family: 6, protocol: nextHeader };
}

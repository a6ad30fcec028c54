import { AddressWords, type Cast, type FragmentFacts, type IpInfo } from "@mnet/core";
import { Fragment } from "./header/header.ts";
import { LINK_INTERFACE } from "./params.ts";

/** {@link IpInfo} of an IPv4 datagram, with the two words of the header that only fragments need. Long-lived and re-aimed. */
export class Ipv4Info implements IpInfo, FragmentFacts {
  readonly family = 4;
  readonly source: AddressWords = new AddressWords();
  readonly destination: AddressWords = new AddressWords();
  protocol = 0;
  hopLimit = 0;
  trafficClass = 0;
  readonly flowLabel = 0;
  cast: Cast = "unicast";
  linkCast: Cast = "unicast";
  readonly interfaceIndex: number = LINK_INTERFACE;
  loopback = false;
  reassembled = false;
  headerStart = 0;
  /** The total length field: octets of header and payload, as sent (a quote may hold fewer). */
  totalLength = 0;
  identification = 0;
  /** Flags and fragment offset, as in the header. */
  flagsAndOffset = 0;
  /** Of a datagram with a bad option: how many octets into the header the trouble is (RFC 792). */
  problemPointer = 0;
  readonly uncountedOctets = 0;

  get protocolOfKey(): number {
    return this.protocol;
  }

  get fragmentOffset(): number {
    return (this.flagsAndOffset & Fragment.Offset) * 8;
  }

  get moreFragments(): boolean {
    return (this.flagsAndOffset & Fragment.MoreFragments) !== 0;
  }
}

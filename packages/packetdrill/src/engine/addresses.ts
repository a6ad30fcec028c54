import { IpAddress, MacAddress } from "@mnet/core";

/** Where the host under test and its peer are; documentation and private addresses, as packetdrill's own. */
export interface ScriptAddresses {
  readonly local: IpAddress;
  readonly prefixLength: number;
  /** The neighbour through which the peer is reached. */
  readonly gateway: IpAddress;
  readonly remote: IpAddress;
}

export const addressesV4: ScriptAddresses = {
  local: IpAddress.parse("192.168.0.1"),
  prefixLength: 16,
  gateway: IpAddress.parse("192.168.0.2"),
  remote: IpAddress.parse("192.0.2.1"),
};

export const addressesV6: ScriptAddresses = {
  local: IpAddress.parse("2001:db8:1::1"),
  prefixLength: 64,
  gateway: IpAddress.parse("2001:db8:1::2"),
  remote: IpAddress.parse("2001:db8:2::1"),
};

export const localMac: MacAddress = MacAddress.parse("02:00:00:00:00:01");
export const gatewayMac: MacAddress = MacAddress.parse("02:00:00:00:00:02");

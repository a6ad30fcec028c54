import { IpAddress, IpPrefix, MacAddress } from "@mnet/core";
import { type DeviceName, parseDeviceName } from "./device-name.ts";

/** What a service is started with, independent of what it does. Names are MirageOS's and Mnet's. */
export interface BootParameters {
  /** Which device carries the service's network. */
  readonly net: DeviceName;
  /** Default: a locally administered address that depends on the service's name. */
  readonly mac: MacAddress | null;
  /** Octets; default: what the device has. */
  readonly mtu: number | null;
  readonly ipv4: IpPrefix | null;
  /** None by default: what is off-link is then unreachable at once. */
  readonly ipv4Gateway: IpAddress | null;
  /** The host's own address on the device, set when it is opened; default: left as it is. */
  readonly hostIpv4: IpPrefix | null;
  /** A file that every frame is captured to. */
  readonly pcap: string | null;
  readonly verbose: boolean;
}

/** One parameter: how it is written, what it means, how its text is read. */
export interface ParameterDefinition {
  readonly name: string;
  readonly field: keyof BootParameters;
  readonly short?: string;
  /** What stands for the value in the help text; `null` for a switch. */
  readonly value: string | null;
  readonly help: string;
  /** @throws RangeError saying what would be right. */
  readonly read: (text: string) => unknown;
}

/** Every boot parameter, in the order of the help text. */
export const parameterDefinitions: readonly ParameterDefinition[] = [
  {
    name: "net",
    field: "net",
    value: "service=DEVICE",
    help: "the network device: tap:NAME or just NAME, attached to or created; tuntap2: (default service=tap0)",
    read: parseDeviceName,
  },
  { name: "mac", field: "mac", value: "MAC", help: "the service's MAC address", read: MacAddress.parse },
  { name: "mtu", field: "mtu", value: "OCTETS", help: "the largest IP datagram, 68 to 65521", read: readMtu },
  {
    name: "ipv4",
    field: "ipv4",
    value: "ADDRESS/LENGTH",
    help: "the service's address and prefix length, such as 10.0.0.2/24",
    read: readV4Prefix,
  },
  {
    name: "ipv4-gateway",
    field: "ipv4Gateway",
    value: "ADDRESS",
    help: "the default gateway (none by default)",
    read: readV4Address,
  },
  {
    name: "host-ipv4",
    field: "hostIpv4",
    value: "ADDRESS/LENGTH",
    help: "gives the host this address on the device, so that it can talk to the service",
    read: readV4Prefix,
  },
  {
    name: "pcap",
    field: "pcap",
    value: "FILE",
    help: "captures every frame to a pcapng file",
    read: (text) => text,
  },
  {
    name: "verbose",
    field: "verbose",
    short: "v",
    value: null,
    help: "says more on standard error",
    read: () => true,
  },
];

export const defaultParameters: BootParameters = {
  net: { kind: "tap", name: "tap0" },
  mac: null,
  mtu: null,
  ipv4: null,
  ipv4Gateway: null,
  hostIpv4: null,
  pcap: null,
  verbose: false,
};

function readMtu(text: string): number {
  const mtu = Number(text);
  if (!/^\d+$/.test(text) || mtu < 68 || mtu > 65521)
    throw new RangeError("must be a whole number from 68 to 65521");
  return mtu;
}

function readV4Prefix(text: string): IpPrefix {
  const prefix = IpPrefix.parse(text);
  if (prefix.family !== 4)
    throw new RangeError("must be an IPv4 address with a prefix length such as 10.0.0.2/24");
  return prefix;
}

function readV4Address(text: string): IpAddress {
  const address = IpAddress.parse(text);
  if (address.family !== 4) throw new RangeError("must be an IPv4 address such as 10.0.0.1");
  return address;
}

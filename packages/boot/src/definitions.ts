import { MacAddress } from "@mnet/core";
import { parseDeviceName } from "./device-name.ts";
import type { BootParameters } from "./parameters.ts";
import { read } from "./read-values.ts";

/** One parameter: how it is written, what it means, how its text is read. */
export interface ParameterDefinition {
  /** As a flag; the environment variable is `MNET_` and this in capitals. */
  readonly name: string;
  /** Other ways to write the flag. */
  readonly synonyms?: readonly string[];
  readonly field: keyof BootParameters;
  readonly short?: string;
  /** What stands for the value in the help text; `null` for a switch, which may have `true` or `false` behind it. */
  readonly value: string | null;
  /** May be given several times: the field is the list of all. */
  readonly repeatable?: boolean;
  readonly help: string;
  /** @throws RangeError saying what would be right. */
  readonly read: (text: string) => unknown;
}

const ADDRESS_LENGTH = "ADDRESS/LENGTH";

/** Every boot parameter, in the order of the help text. */
export const parameterDefinitions: readonly ParameterDefinition[] = [
  {
    name: "net",
    synonyms: ["interface"],
    field: "net",
    value: "service=DEVICE",
    help: "what carries the network: tap:NAME or just NAME, attached to or created; tuntap2:; socket:, the host's own; memory:NAME, a segment in this process (default service=tap0)",
    read: parseDeviceName,
  },
  { name: "mac", field: "mac", value: "MAC", help: "the service's MAC address", read: MacAddress.parse },
  {
    name: "mtu",
    field: "mtu",
    value: "OCTETS",
    help: "the largest IP datagram, 68 to 65521",
    read: read.mtu,
  },
  {
    name: "ipv4",
    field: "ipv4",
    value: ADDRESS_LENGTH,
    help: "the service's address and prefix length, such as 10.0.0.2/24",
    read: read.ipv4Prefix,
  },
  {
    name: "ipv4-gateway",
    field: "ipv4Gateway",
    value: "ADDRESS",
    help: "the default gateway (none by default)",
    read: read.ipv4Address,
  },
  {
    name: "ipv6",
    field: "ipv6",
    value: "MODE|ADDRESS/LENGTH",
    repeatable: true,
    help: "how addresses are made, eui64 (default), random or stable; or one of the service's own, such as fd00::2/64; or none. Repeatable",
    read: read.ipv6,
  },
  {
    name: "ipv6-gateway",
    field: "ipv6Gateway",
    value: "ADDRESS",
    help: "a default gateway besides the routers that announce themselves (none by default)",
    read: read.ipv6Address,
  },
  { name: "ipv4-only", field: "ipv4Only", value: null, help: "no IPv6", read: read.truth },
  { name: "ipv6-only", field: "ipv6Only", value: null, help: "no IPv4", read: read.truth },
  {
    name: "accept-router-advertisement",
    synonyms: ["accept-router-advertisements"],
    field: "acceptRouterAdvertisement",
    value: null,
    help: "whether routers that announce themselves configure IPv6 (default true; =false for no)",
    read: read.truth,
  },
  {
    name: "wait-for",
    field: "waitFor",
    value: "link|dad|global",
    help: "what has to be there before the service runs: nothing more, its addresses, or one that reaches beyond the link",
    read: read.waitFor,
  },
  {
    name: "wait-timeout",
    field: "waitTimeout",
    value: "DURATION",
    help: "how long that may take, such as 10s (default: as long as it takes)",
    read: read.duration,
  },
  {
    name: "host-ipv4",
    field: "hostIpv4",
    value: ADDRESS_LENGTH,
    help: "gives the host this address on the device, so that it can talk to the service",
    read: read.ipv4Prefix,
  },
  {
    name: "host-ipv6",
    field: "hostIpv6",
    value: ADDRESS_LENGTH,
    help: "likewise, such as fd00::1/64",
    read: read.ipv6Prefix,
  },
  {
    name: "pcap",
    field: "pcap",
    value: "FILE",
    help: "captures every frame to a pcapng file",
    read: read.text,
  },
  {
    name: "verbose",
    field: "verbose",
    short: "v",
    value: null,
    help: "says more on standard error",
    read: read.truth,
  },
];

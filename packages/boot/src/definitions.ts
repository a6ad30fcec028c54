import type { BootParameters } from "./parameters.ts";
import { type ValueKind, valueKinds } from "./value-kinds.ts";

/** One parameter: how it is written, what it means, how its text is read. */
export interface ParameterDefinition {
  /** As a flag; the environment variable is `MNET_` and this in capitals. */
  readonly name: string;
  /** Other names of the flag and of the environment variable. */
  readonly synonyms?: readonly string[];
  /** Other names of the flag alone. */
  readonly flagSynonyms?: readonly string[];
  readonly field: keyof BootParameters;
  readonly short?: string;
  /** What stands for the value in the help text; `null` for a switch, which is true unless `false` is behind it. */
  readonly value: string | null;
  /** May be given several times: the field is the list of all. */
  readonly repeatable?: boolean;
  readonly help: string;
  readonly kind: ValueKind;
}

const ADDRESS_LENGTH = "ADDRESS/LENGTH";

/** Every boot parameter, in the order of the help text. */
export const parameterDefinitions: readonly ParameterDefinition[] = [
  {
    name: "net",
    synonyms: ["interface"],
    // As Solo5 writes it.
    flagSynonyms: ["net:service"],
    field: "net",
    value: "service=DEVICE",
    help: "what carries the network: tap:NAME or just NAME, attached to or created; tuntap2:; socket:, the host's own; memory:NAME, a segment in this process (default service=tap0)",
    kind: valueKinds.device,
  },
  {
    name: "mac",
    field: "mac",
    value: "MAC",
    help: "the service's MAC address, of one station",
    kind: valueKinds.mac,
  },
  {
    name: "mtu",
    field: "mtu",
    value: "OCTETS",
    help: "the largest IP datagram, 68 to 65521; IPv6 needs 1280",
    kind: valueKinds.mtu,
  },
  {
    name: "ipv4",
    field: "ipv4",
    value: ADDRESS_LENGTH,
    repeatable: true,
    help: "the service's address and prefix length, such as 10.0.0.2/24. Repeatable",
    kind: valueKinds.ipv4Prefix,
  },
  {
    name: "ipv4-gateway",
    field: "ipv4Gateway",
    value: "ADDRESS",
    help: "the default gateway (none by default)",
    kind: valueKinds.ipv4Address,
  },
  {
    name: "ipv6",
    field: "ipv6",
    value: "MODE|ADDRESS/LENGTH",
    repeatable: true,
    help: "how addresses are made, eui64 (default), random or stable; or one of the service's own, such as fd00::2/64; or none. Repeatable",
    kind: valueKinds.ipv6,
  },
  {
    name: "ipv6-stable-secret",
    field: "ipv6StableSecret",
    value: "HEX",
    help: "the key of stable addresses, 32 hexadecimal digits or more that stay secret; better said in the environment",
    kind: valueKinds.secret,
  },
  {
    name: "ipv6-gateway",
    field: "ipv6Gateway",
    value: "ADDRESS",
    help: "a default gateway besides the routers that announce themselves (none by default)",
    kind: valueKinds.ipv6Address,
  },
  { name: "ipv4-only", field: "ipv4Only", value: null, help: "no IPv6", kind: valueKinds.truth },
  { name: "ipv6-only", field: "ipv6Only", value: null, help: "no IPv4", kind: valueKinds.truth },
  {
    name: "accept-router-advertisement",
    synonyms: ["accept-router-advertisements"],
    field: "acceptRouterAdvertisement",
    value: null,
    help: "whether routers that announce themselves configure IPv6 (default true; =false for no)",
    kind: valueKinds.truth,
  },
  {
    name: "wait-for",
    field: "waitFor",
    value: "link|dad|global",
    help: "what has to be there before the service runs: nothing more, its addresses, or one that reaches beyond the link",
    kind: valueKinds.waitFor,
  },
  {
    name: "wait-timeout",
    field: "waitTimeout",
    value: "DURATION",
    help: "how long that may take, such as 10s (default: as long as it takes)",
    kind: valueKinds.duration,
  },
  {
    name: "host-ipv4",
    field: "hostIpv4",
    value: ADDRESS_LENGTH,
    help: "gives the host this address on the device, so that it can talk to the service",
    kind: valueKinds.ipv4Prefix,
  },
  {
    name: "host-ipv6",
    field: "hostIpv6",
    value: ADDRESS_LENGTH,
    help: "likewise, such as fd00::1/64",
    kind: valueKinds.ipv6Prefix,
  },
  {
    name: "pcap",
    field: "pcap",
    value: "FILE",
    help: "captures every frame to a pcapng file",
    kind: valueKinds.file,
  },
  {
    name: "verbose",
    field: "verbose",
    short: "v",
    value: null,
    help: "says more on standard error",
    kind: valueKinds.truth,
  },
];

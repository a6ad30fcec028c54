import type { Logger } from "@mnet/stack";
import type { DeviceName } from "./device-name.ts";
import { describeName, originOf, type ParameterOrigins } from "./origins.ts";
import { type BootParameters, defaultParameters } from "./parameters.ts";

type Fields = readonly (keyof BootParameters)[];

/** What has no effect on a target, by the target's kind. */
const WITHOUT_EFFECT: Readonly<Record<DeviceName["kind"], Fields>> = {
  tap: [],
  tuntap2: [],
  // The host's own network has its frames, addresses and routes already, and is there.
  socket: [
    "mac",
    "mtu",
    "ipv4Gateway",
    "ipv6StableSecret",
    "ipv6Gateway",
    "acceptRouterAdvertisement",
    "waitFor",
    "waitTimeout",
    "hostIpv4",
    "hostIpv6",
    "pcap",
  ],
  // The host is not on the segment.
  memory: ["hostIpv4", "hostIpv6"],
};

/**
 * Warns of each parameter that says something else than the default and has no effect on the target. Of what the program itself says for
 * every target it only informs.
 */
export function warnOfIneffective(
  parameters: BootParameters,
  { logger, origins = {} }: { readonly logger: Logger; readonly origins?: ParameterOrigins },
): void {
  const { kind } = parameters.net;
  for (const field of WITHOUT_EFFECT[kind]) {
    if (parameters[field] === defaultParameters[field]) continue;
    const origin = originOf(origins, field);
    const say = origin.source === "configuration" ? logger.info : logger.warn;
    say.call(logger, `${describeName(origin)} has no meaning on ${kind}:`, { layer: "boot" });
  }
}

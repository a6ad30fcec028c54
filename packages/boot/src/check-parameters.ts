import type { IpPrefix } from "@mnet/core";
import type { BootParameters } from "./parameters.ts";
import { UsageError } from "./sources.ts";

/** Checks what parameters mean together. What is said about a family that is off does not matter. @throws UsageError */
export function checkParameters(parameters: BootParameters): void {
  const { ipv4Only, ipv6Only } = parameters;
  if (ipv4Only && ipv6Only) throw new UsageError("--ipv4-only and --ipv6-only exclude each other: give one");
  if (!ipv6Only) checkIpv4(parameters);
  if (!ipv4Only) checkIpv6(parameters);
}

function checkIpv4({ ipv4, ipv4Gateway }: BootParameters): void {
  if (ipv4Gateway === null || ipv4?.contains(ipv4Gateway)) return;
  throw new UsageError(
    `--ipv4-gateway ${ipv4Gateway}: must be on the link of --ipv4 ${ipv4 ?? "(not given)"}`,
  );
}

function checkIpv6({ ipv6, ipv6Gateway, ipv6Only }: BootParameters): void {
  const modes = ipv6.filter((item) => typeof item === "string");
  if (modes.length > 1)
    throw new UsageError(`--ipv6 ${modes.join(" and ")}: give one of eui64, random and stable`);
  const prefixes = ipv6.filter((item): item is IpPrefix => typeof item !== "string");
  const off = modes[0] === "none";
  if (off && prefixes.length > 0)
    throw new UsageError(`--ipv6 none: contradicts --ipv6 ${prefixes.join(", ")}`);
  if (off && ipv6Only) throw new UsageError("--ipv6 none: contradicts --ipv6-only");
  if (off || ipv6Gateway === null || ipv6Gateway.isLinkLocal) return;
  if (prefixes.some((prefix) => prefix.contains(ipv6Gateway))) return;
  const given = prefixes.length === 0 ? "(no address given)" : prefixes.join(", ");
  throw new UsageError(`--ipv6-gateway ${ipv6Gateway}: must be link-local or on the link of --ipv6 ${given}`);
}

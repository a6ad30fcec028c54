import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Of all interfaces, and of those that are made later: a namespace may start with what the machine starts with (`ipv6.disable_ipv6` of its command line). */
const SWITCHES = ["all", "default"].map((name) => `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);

/**
 * Switches IPv6 on in the network namespace of this process. Written only where it is off: some containers may read /proc/sys and not
 * write it.
 * @throws Error when it is off and this process may not.
 */
export function switchIpv6On(): void {
  for (const file of SWITCHES) {
    if (existsSync(file) && readFileSync(file, "utf8").trim() !== "0") writeFileSync(file, "0");
  }
}

/** {@link switchIpv6On} as a command of the shell, which fails where that throws. */
export const IPV6_ON: string = SWITCHES.map((file) => `{ ! grep -qs 1 ${file} || echo 0 >${file}; }`).join(
  " && ",
);

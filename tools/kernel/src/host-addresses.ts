import { readFileSync } from "node:fs";

/** IFA_F_TENTATIVE of linux/if_addr.h. */
const TENTATIVE = 0x40;

/**
 * Resolves when the kernel has checked its IPv6 addresses on an interface for duplicates: before, it cannot use them (RFC 4862 5.4).
 * @throws Error (as a rejection) after `limit` milliseconds.
 */
export async function hostAddressesReady(interfaceName: string, limit = 10_000): Promise<void> {
  const deadline = performance.now() + limit;
  while (isAnyTentative(interfaceName)) {
    if (performance.now() > deadline) throw new Error(`${interfaceName}: still tentative after ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Lines of /proc/net/if_inet6: address, index, prefix length, scope and flags in hexadecimal, name. */
function isAnyTentative(interfaceName: string): boolean {
  const lines = readFileSync("/proc/net/if_inet6", "utf8").trim().split("\n");
  return lines.some((line) => {
    const [, , , , flags = "0", name] = line.split(/\s+/);
    return name === interfaceName && (Number.parseInt(flags, 16) & TENTATIVE) !== 0;
  });
}

import { createHash } from "node:crypto";
import { MacAddress } from "@mnet/core";

/**
 * A locally administered unicast MAC address made from a name: the same after every restart, so that neighbours and addresses formed from
 * it (EUI-64) stay valid.
 * @param taken an address the result must not be: the host's own on the link.
 */
export function derivedMac(name: string, taken?: MacAddress): MacAddress {
  for (let attempt = 0; ; attempt++) {
    const digest = createHash("sha256").update(`mnet ${attempt} ${name}`).digest();
    digest[0] = (digest[0]! & 0xfc) | 0x02;
    const mac = MacAddress.read(digest, 0);
    if (taken === undefined || !mac.equals(taken)) return mac;
  }
}

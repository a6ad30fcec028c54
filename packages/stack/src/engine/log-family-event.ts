import type { StackEvents } from "../api/configuration.ts";
import type { Logger } from "../logger.ts";
import type { FamilyEvent } from "./family.ts";

/** Tells the logger what a family has to tell. */
export function logFamilyEvent<K extends FamilyEvent>(
  logger: Logger,
  event: K,
  details: StackEvents[K],
): void {
  const tellers: { [E in FamilyEvent]: (details: StackEvents[E]) => void } = {
    address: ({ kind, prefix }) => logger.info(`address ${kind}`, { ip: String(prefix) }),
    conflict: ({ address, mac }) =>
      logger.warn("address conflict", {
        layer: address.family === 4 ? "arp" : "ndp",
        ip: String(address),
        ...(mac === null ? {} : { mac: String(mac) }),
      }),
    router: ({ kind, router }) => logger.info(`router ${kind}`, { layer: "ndp", ip: String(router.address) }),
    configuration: () => logger.debug("routers' configuration changed", { layer: "ndp" }),
    family: ({ family, on, reason }) =>
      logger.warn(`IPv${family} is ${on ? "on" : "off"}: ${reason}`, { layer: `ipv${family}` }),
  };
  tellers[event](details);
}

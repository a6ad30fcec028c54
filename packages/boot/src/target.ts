import { createStack, type Logger, type Stack } from "@mnet/stack";
import { openDevice } from "./device.ts";
import type { ParameterOrigins } from "./origins.ts";
import type { BootParameters } from "./parameters.ts";
import type { ImportModule } from "./tuntap2.ts";
import { INTERFACE_NAME } from "./value-kinds.ts";
import { warnOfIneffective } from "./without-effect.ts";

/** What a stack is started with besides the parameters. */
export interface StartOptions {
  readonly name: string;
  readonly logger: Logger;
  /** Ends the wait for `--wait-for`. */
  readonly signal: AbortSignal;
  /** Who said each parameter, for warnings of those without effect on the target. Default: they are called by their flags. */
  readonly origins?: ParameterOrigins;
  readonly importModule?: ImportModule;
}

const GUESSABLE =
  "without --ipv6-stable-secret everybody who knows the MAC address can compute stable addresses";

/** A running stack and what has to be closed after it. */
export interface StartedStack {
  readonly stack: Stack;
  close(): void;
}

/** The stack that the parameters describe, on the target that they name. Rejects with what went wrong; nothing is open then. */
export async function startStack(parameters: BootParameters, options: StartOptions): Promise<StartedStack> {
  warnOfIneffective(parameters, options);
  if (parameters.net.kind === "socket")
    return { stack: await overSockets(parameters, options), close: () => {} };
  const { name, logger, signal, importModule } = options;
  const opened = await openDevice(parameters, importModule === undefined ? {} : { importModule });
  const { net, ipv4, ipv4Gateway, ipv6, ipv6Gateway, ipv4Only, ipv6Only, waitFor, waitTimeout } = parameters;
  const { ipv6StableSecret } = parameters;
  if (ipv6.includes("stable") && ipv6StableSecret === null) logger.warn(GUESSABLE, { layer: "boot" });
  // Services of one name may meet on a segment in memory, so it is the segment that numbers them.
  const mac = parameters.mac ?? (net.kind === "memory" ? opened.device.mac : null);
  try {
    const stack = await createStack({
      device: opened.device,
      name,
      interfaceName: INTERFACE_NAME,
      logger,
      signal,
      ipv4Only,
      ipv6Only,
      acceptRouterAdvertisement: parameters.acceptRouterAdvertisement,
      waitFor,
      ...(waitTimeout === null ? {} : { waitTimeout }),
      ...(mac === null ? {} : { mac }),
      ...(ipv4.length === 0 ? {} : { ipv4 }),
      ...(ipv4Gateway === null ? {} : { gateway: ipv4Gateway }),
      ...(ipv6.length === 0 ? {} : { ipv6: ipv6.includes("none") ? "none" : ipv6 }),
      ...(ipv6StableSecret === null ? {} : { stableSecret: ipv6StableSecret }),
      ...(ipv6Gateway === null ? {} : { gateway6: ipv6Gateway }),
    });
    return { stack, close: () => opened.close() };
  } catch (error) {
    await opened.device.close();
    opened.close();
    throw error;
  }
}

/** Loaded only where it is asked for. */
async function overSockets(parameters: BootParameters, { name, logger }: StartOptions): Promise<Stack> {
  const { createSocketStack } = await import("@mnet/socket-stack");
  const { ipv4, ipv6, ipv4Only, ipv6Only } = parameters;
  return createSocketStack({
    name,
    logger,
    ipv4Only,
    ipv6Only,
    ...(ipv4.length === 0 ? {} : { ipv4 }),
    ...(ipv6.length === 0 ? {} : { ipv6: ipv6.includes("none") ? "none" : ipv6 }),
  });
}

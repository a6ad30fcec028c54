import { createSocket } from "node:dgram";
import { type IpAddress, isNetError, NetError } from "@mnet/core";
import { type Stack, silentLogger } from "@mnet/stack";
import type { HostAddresses } from "./host-addresses.ts";
import { hostErrorCode } from "./host-error.ts";
import { resolveAddresses, type SocketStackOptions } from "./options.ts";
import { SocketStack } from "./socket-stack.ts";

/**
 * A stack over the sockets of the host that this process runs on: the same interface as `createStack`, without a device.
 *
 * ```ts
 * const stack = await createSocketStack({ ipv4: "127.0.0.1/24" });
 * const listener = stack.tcp.listen({ port: 9000 });
 * ```
 *
 * Rejects with EADDRNOTAVAIL when the host does not have an address that was named, and with EAFNOSUPPORT when it does not have a family that was.
 * @throws TypeError or RangeError, synchronously, naming the option that is wrong.
 */
export function createSocketStack(options: SocketStackOptions = {}): Promise<Stack> {
  const { addresses, ipv6Asked } = resolveAddresses(options);
  return start(options, addresses, ipv6Asked);
}

async function start(
  options: SocketStackOptions,
  addresses: HostAddresses,
  ipv6Asked: boolean,
): Promise<Stack> {
  const { name = "mnet", logger = silentLogger } = options;
  for (const address of addresses.every(4)) await tryAddress(address);
  try {
    for (const address of addresses.every(6)) await tryAddress(address);
  } catch (error) {
    if (ipv6Asked || !isNetError(error)) throw error;
    logger.warn("the host has no IPv6: it is off", { layer: "stack", error });
    return new SocketStack(name, addresses.withoutIpv6(), logger);
  }
  return new SocketStack(name, addresses, logger);
}

/** Rejects when the host does not have the address, or not its family. */
function tryAddress(address: IpAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: address.family === 4 ? "udp4" : "udp6",
      ipv6Only: address.family === 6,
    });
    socket.on("error", (error) => {
      socket.close();
      const code = address.isUnspecified ? "EAFNOSUPPORT" : hostErrorCode(error);
      reject(new NetError(code, { syscall: "bind", address: address.toString(), cause: error }));
    });
    socket.bind({ address: address.toString(), port: 0, exclusive: true }, () => socket.close(resolve));
  });
}

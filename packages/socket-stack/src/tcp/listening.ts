import * as net from "node:net";
import { getSystemErrorName } from "node:util";
import { type IpAddress, NetError } from "@mnet/core";
import { netCode } from "../host-error.ts";

/** `IPV6_V6ONLY`, as libuv has it. */
const IPV6_ONLY = 1;

/**
 * Not in Node's manual, but exported for its own cluster module since 0.6: the only way to bind to an address before the call returns.
 * `server.listen({ host })` looks the address up first, in a later turn.
 * @returns a bound handle, or the negated errno.
 */
type CreateServerHandle = (
  address: string,
  port: number,
  addressType: 4 | 6,
  fd: undefined,
  flags: number,
) => object | number;

const createServerHandle = (net as unknown as { _createServerHandle?: CreateServerHandle })
  ._createServerHandle;

/**
 * Starts listening before it returns.
 * @throws NetError EADDRINUSE, EADDRNOTAVAIL, EPERM, ENOTSUP (a Node that cannot).
 */
export function listenNow(server: net.Server, address: IpAddress, port: number, backlog: number): void {
  const at = { syscall: "listen", address: address.toString(), port };
  if (createServerHandle === undefined) {
    throw new NetError("ENOTSUP", { ...at, reason: `Node ${process.version} cannot listen synchronously` });
  }
  const handle = createServerHandle(
    address.toString(),
    port,
    address.family,
    undefined,
    address.family === 6 ? IPV6_ONLY : 0,
  );
  if (typeof handle === "number") throw new NetError(netCode(getSystemErrorName(handle)), at);
  server.listen(handle, backlog);
  // libuv keeps EADDRINUSE of bind(2) until listen(2), whose only error that is too; Node closes the handle, and tells in a later turn.
  if (!server.listening) throw new NetError("EADDRINUSE", at);
}

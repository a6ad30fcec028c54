import { randomInt } from "node:crypto";
import { isNetError, NetError } from "@mnet/core";
import { FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT, PORT_DRAWS } from "./params.ts";

/**
 * Binds at a port, or for 0 at one drawn at random (RFC 6056 3.3.1).
 * @param bind throws EADDRINUSE where the port is taken.
 */
export function bindAtPort<T>(port: number, syscall: string, bind: (port: number) => T): T {
  if (port !== 0) return bind(port);
  for (let draw = 0; draw < PORT_DRAWS; draw++) {
    try {
      return bind(randomInt(FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT + 1));
    } catch (error) {
      if (!isNetError(error, "EADDRINUSE")) throw error;
    }
  }
  throw new NetError("EADDRNOTAVAIL", { syscall, reason: "no free port was found" });
}

import type { IpAddress } from "@mnet/core";
import type { AddressLike, Logger } from "@mnet/stack";
import { SocketContext, type SocketDriver } from "@mnet/stack/socket-kit";
import type { HostAddresses } from "./host-addresses.ts";
import type { HostConnection } from "./tcp/connection.ts";
import { parseHostAddress } from "./zoned-address.ts";

/** The host keeps its own time and runs by itself, and an open handle keeps the process alive. */
const driver: SocketDriver = {
  now: () => 0,
  touch: () => {},
  hold: () => {},
  release: () => {},
};

/** What the sockets of one socket stack share. */
export class HostContext extends SocketContext {
  readonly driver: SocketDriver = driver;
  readonly addresses: HostAddresses;
  /** What a kill resets when its time is over. */
  readonly connections: Set<HostConnection> = new Set();
  /** Connections reset because nobody accepted those before. */
  refused = 0;
  /** Datagrams dropped because a receive buffer was full. */
  dropped = 0;

  constructor(addresses: HostAddresses, logger: Logger) {
    super(logger);
    this.addresses = addresses;
  }

  addressOf(host: AddressLike, what: string): IpAddress {
    if (typeof host !== "string") {
      if (typeof host?.family === "number") return host;
      throw new TypeError(`${what} must be an IP address or its text`);
    }
    const address = parseHostAddress(host);
    if (address !== null) return address;
    throw new RangeError(
      `${what} must be an IP address (names are not resolved), not ${JSON.stringify(host)}`,
    );
  }
}

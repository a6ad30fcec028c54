import type { IpAddress } from "@mnet/core";
import type { AddressLike } from "../api/common.ts";
import type { Logger } from "../logger.ts";
import { checkAddress } from "../socket/address.ts";
import { SocketContext } from "../socket/context.ts";
import type { Driver } from "./driver.ts";
import type { Layers } from "./layers.ts";

/** What the sockets of one direct stack share. */
export class StackContext extends SocketContext {
  readonly driver: Driver;
  readonly layers: Layers;
  readonly #interfaceName: string;

  constructor(driver: Driver, layers: Layers, logger: Logger, interfaceName: string) {
    super(logger);
    this.driver = driver;
    this.layers = layers;
    this.#interfaceName = interfaceName;
  }

  addressOf(host: AddressLike, what: string): IpAddress {
    return checkAddress(host, what, this.#interfaceName);
  }
}

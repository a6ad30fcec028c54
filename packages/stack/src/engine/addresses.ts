import type { IpAddress, IpPrefix } from "@mnet/core";
import type { AddressInfo } from "../api/configuration.ts";
import type { Emitter } from "../socket/emitter.ts";
import type { StackContext } from "./context.ts";

/** The stack's addresses: ARP claims and defends them on the link, IPv4 sends and accepts with them. */
export class Addresses {
  readonly #context: StackContext;
  /** Being probed: not yet known to IPv4. */
  #tentative: IpPrefix[] = [];

  constructor(context: StackContext, emitter: Emitter) {
    this.#context = context;
    const { arp, ipv4 } = context.layers;
    arp.onUsable((address) => this.#usable(address));
    arp.onConflict((address, mac, _now, outcome) => {
      this.#tentative = this.#tentative.filter((prefix) => !prefix.address.equals(address));
      context.logger.warn("address conflict", { layer: "arp", ip: String(address), mac: String(mac) });
      emitter.emit("conflict", { address, mac, outcome });
    });
    ipv4.onAddressChange(({ kind, prefix }) => {
      if (kind !== "conflict") emitter.emit("address", { kind, prefix });
    });
  }

  add(prefix: IpPrefix, how: "announce" | "probe"): void {
    const { layers, driver } = this.#context;
    if (how === "probe") this.#tentative.push(prefix);
    else layers.ipv4.addAddress(prefix);
    layers.arp.addAddress(prefix, driver.now(), how);
  }

  remove(address: IpAddress): void {
    const { layers } = this.#context;
    this.#tentative = this.#tentative.filter((prefix) => !prefix.address.equals(address));
    layers.arp.removeAddress(address);
    layers.ipv4.removeAddress(address);
  }

  list(): readonly AddressInfo[] {
    const info = (prefix: IpPrefix, state: "tentative" | "preferred"): AddressInfo => ({
      family: prefix.family,
      address: prefix.address,
      prefixLength: prefix.length,
      scope: "global",
      state,
      origin: "static",
      preferredUntil: Number.POSITIVE_INFINITY,
      validUntil: Number.POSITIVE_INFINITY,
    });
    return [
      ...this.#context.layers.ipv4.addresses().map((prefix) => info(prefix, "preferred")),
      ...this.#tentative.map((prefix) => info(prefix, "tentative")),
    ];
  }

  #usable(address: IpAddress): void {
    const at = this.#tentative.findIndex((prefix) => prefix.address.equals(address));
    if (at < 0) return;
    const [prefix] = this.#tentative.splice(at, 1);
    this.#context.layers.ipv4.addAddress(prefix!);
  }
}

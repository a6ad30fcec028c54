import { IpAddress } from "./address/ip.ts";
import { sameWords, type Words } from "./address/words.ts";
import type { IpLayer, Route } from "./contracts/ip.ts";

/**
 * The last route a sender used, so that the next packet to the same place costs four comparisons and no allocation. Asks the IP
 * layer again when source, destination or the layer's epoch changed. "No route" is never remembered.
 */
export class RouteCache {
  #route: Route | null = null;
  #sourceGiven = false;

  /**
   * The way to `to`, as {@link IpLayer.route}.
   * @param from the source that is required, or `null` to let the layer choose.
   */
  find(ip: IpLayer, to: Readonly<Words>, from: Readonly<Words> | null): Route | null {
    const last = this.#route;
    if (last !== null && last.epoch === ip.epoch && sameWords(last.destination, to)) {
      if (from === null ? !this.#sourceGiven : this.#sourceGiven && sameWords(last.source, from)) return last;
    }
    const destination = IpAddress.fromWords(to);
    this.#sourceGiven = from !== null;
    this.#route = from === null ? ip.route(destination) : ip.route(destination, IpAddress.fromWords(from));
    return this.#route;
  }
}

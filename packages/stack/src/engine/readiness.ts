import { NetError } from "@mnet/core";
import type { AddressInfo } from "../api/configuration.ts";
import { Deferred } from "../socket/deferred.ts";
import type { StackContext } from "./context.ts";
import type { Alarm } from "./driver.ts";
import type { WaitSettings } from "./resolve-options.ts";

/** Waits until a stack has what `StackOptions.waitFor` asks for. Keeps the process alive meanwhile. */
export class Readiness {
  readonly #context: StackContext;
  readonly #wait: WaitSettings;
  readonly #alarm: Alarm;
  readonly #done = new Deferred();
  #settled = false;

  constructor(context: StackContext, wait: WaitSettings) {
    this.#context = context;
    this.#wait = wait;
    const { driver } = context;
    this.#alarm = driver.alarm(() => this.#fail(new NetError("ETIMEDOUT", { syscall: "createStack" })));
    context.opened(this);
    wait.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (wait.timeout !== Number.POSITIVE_INFINITY) this.#alarm.set(driver.now() + wait.timeout);
    if (wait.signal?.aborted) this.#onAbort();
    this.changed();
  }

  /** Rejects with EADDRINUSE, ETIMEDOUT, ENETDOWN or the signal's reason. */
  get promise(): Promise<void> {
    return this.#done.promise;
  }

  /** Something about the addresses may be different now. */
  changed(): void {
    if (this.#settled) return;
    const { families, ipv6 } = this.#context.layers;
    const addresses = families.flatMap((family) => family.addresses());
    const duplicate = addresses.find((info) => isGiven(info) && info.state === "duplicate");
    if (duplicate !== undefined && this.#wait.for !== "link") {
      const { address } = duplicate;
      this.#fail(new NetError("EADDRINUSE", { syscall: "createStack", address: address.toString() }));
    } else if (this.#isMet(addresses, ipv6 !== null)) {
      if (this.#settle()) this.#done.resolve();
    }
  }

  /** The stack ended before it was ready. */
  kill(): void {
    this.#fail(new NetError("ENETDOWN", { syscall: "createStack" }));
  }

  #isMet(addresses: readonly AddressInfo[], ipv6: boolean): boolean {
    if (this.#wait.for === "link") return true;
    if (addresses.some((info) => isGiven(info) && info.state === "tentative")) return false;
    if (this.#wait.for === "dad" || !ipv6) return true;
    return addresses.some(
      ({ family, scope, state }) => family === 6 && scope === "global" && state === "preferred",
    );
  }

  readonly #onAbort = (): void => this.#fail(this.#wait.signal?.reason);

  #fail(reason: unknown): void {
    if (this.#settle()) this.#done.reject(reason);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#alarm.set(Number.POSITIVE_INFINITY);
    this.#wait.signal?.removeEventListener("abort", this.#onAbort);
    this.#context.closed(this);
    return true;
  }
}

/** Whether the stack was given the address, rather than having come by it on the link. */
function isGiven({ origin }: AddressInfo): boolean {
  return origin === "static" || origin === "link-local";
}

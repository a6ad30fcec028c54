import type { CongestionController } from "./controller.ts";
import { Cubic } from "./cubic.ts";
import { NewReno } from "./newreno.ts";

/**
 * Makes the controller of one connection, which does or does not send at a pace (`ConnectionOptions.pacing`). It must not throw: it is called
 * when a peer's handshake completes.
 */
export type CongestionFactory = (connection: { readonly pacing: boolean }) => CongestionController;

/** A congestion control algorithm by its name, or what makes a controller of your own. */
export type CongestionChoice = "cubic" | "newreno" | CongestionFactory;

const byName = {
  cubic: ({ pacing }) => new Cubic(pacing),
  newreno: () => new NewReno(),
} satisfies Record<string, CongestionFactory>;

/** What makes the controllers. @throws RangeError naming an algorithm that does not exist. */
export function congestionFactory(choice: CongestionChoice): CongestionFactory {
  if (typeof choice === "function") return choice;
  if (Object.hasOwn(byName, choice)) return byName[choice];
  throw new RangeError(`congestion must be "cubic", "newreno" or a function, not ${String(choice)}`);
}

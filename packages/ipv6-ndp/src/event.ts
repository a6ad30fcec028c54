import type { IpAddress, MacAddress } from "@mnet/core";
import type { ConflictOutcome } from "./autoconfiguration/duplicate-detection.ts";
import type { RouterConfiguration } from "./router/configuration.ts";
import type { RouterInfo } from "./router/router.ts";
import type { RouterChange } from "./router/router-list.ts";

/** What applications may want to hear of Neighbor Discovery. */
export type NdEvent =
  /** Somebody else uses an address of ours. `mac` is `null` when the link has no addresses. */
  | {
      readonly kind: "conflict";
      readonly address: IpAddress;
      readonly mac: MacAddress | null;
      readonly outcome: ConflictOutcome;
    }
  | { readonly kind: "router"; readonly change: RouterChange; readonly router: RouterInfo }
  | { readonly kind: "configuration"; readonly configuration: RouterConfiguration };

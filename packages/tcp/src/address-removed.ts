import type { TcpContext } from "./context.ts";
import { FlowKind } from "./demux.ts";
import { finish } from "./lifecycle.ts";
import { raise } from "./signals.ts";

/**
 * An address of this host was taken away. Connections from it can neither send nor receive any more, not even a reset: they end at once
 * rather than when their retransmissions have run out. Records in TIME-WAIT and half-open ones go by themselves.
 */
export function endWithoutAddress(context: TcpContext): void {
  if (!context.addressRemoved) return;
  context.addressRemoved = false;
  for (const flow of context.flows.toArray()) {
    if (flow.kind !== FlowKind.Connection || flow.network.isLocal(flow.local)) continue;
    finish(flow, "EADDRNOTAVAIL");
    raise(flow);
  }
}

import type { Socket } from "node:net";
import type { Endpoint } from "@mnet/core";
import { parseHostAddress } from "../zoned-address.ts";

/** Both ends of a connected socket; `null` when the peer is already gone. */
export function endsOf(socket: Socket): { readonly local: Endpoint; readonly remote: Endpoint } | null {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  const local = parseHostAddress(localAddress ?? "");
  const remote = parseHostAddress(remoteAddress ?? "");
  if (local === null || remote === null) return null;
  return { local: { address: local, port: localPort! }, remote: { address: remote, port: remotePort! } };
}

import { TcpState, tcpStateName } from "@mnet/tcp";
import type { World } from "./world.ts";

/** `sockstat ... | grep -c STATE | grep COUNT`: how many connections of the host are in a state. */
const question =
  /^sockstat\b[^|]*(?:\|\s*grep\s+packetdril\w*\s*)?\|\s*grep\s+-c\s+([A-Z_0-9]+)\s*\|\s*grep\s+(\d+)$/;

export interface StateCount {
  readonly state: string;
  readonly expected: number;
}

/** Reads such a command; `null` for any other. */
export function readStateCount(text: string): StateCount | null {
  const found = question.exec(text.trim());
  return found && { state: found[1]!, expected: Number(found[2]) };
}

/** FreeBSD's names of the states are the RFC's with other spelling. */
const names: Readonly<Record<string, string>> = { SYN_RCVD: "SYN-RECEIVED" };

export function countStates({ layers }: World, state: string): number {
  const { tcp } = layers;
  const statistics = tcp.statistics();
  if (state === "TIME_WAIT") return tcp.timeWaitCount;
  const name = names[state] ?? state.replaceAll("_", "-");
  const connections = [...tcp.connections()].filter(
    (connection) => tcpStateName(connection.state) === name,
  ).length;
  return name === tcpStateName(TcpState.SynReceived)
    ? connections + (statistics["halfOpen"] ?? 0)
    : connections;
}

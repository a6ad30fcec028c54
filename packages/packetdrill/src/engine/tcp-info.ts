import type { TcpInfo } from "@mnet/tcp";
import { Mismatch, Unsupported } from "./outcome.ts";

/** Linux's names of the states of congestion control, as they are compared in scripts. */
const congestionStates: Readonly<Record<string, number>> = {
  TCP_CA_Open: 0,
  TCP_CA_Disorder: 1,
  TCP_CA_CWR: 2,
  TCP_CA_Recovery: 3,
  TCP_CA_Loss: 4,
};

/** FreeBSD's and Linux's names of the states. */
const states: readonly string[] = [
  "TCPI_CLOSED",
  "TCPI_LISTEN",
  "TCPI_SYN_SENT",
  "TCPI_SYN_RECEIVED",
  "TCPI_ESTABLISHED",
  "TCPI_CLOSE_WAIT",
  "TCPI_FIN_WAIT_1",
  "TCPI_CLOSING",
  "TCPI_LAST_ACK",
  "TCPI_FIN_WAIT_2",
  "TCPI_TIME_WAIT",
];

/** Members of Linux's `tcp_info`, counted in segments as there. */
const members: Readonly<Record<string, (info: TcpInfo) => number>> = {
  tcpi_state: (info) => states.indexOf(`TCPI_${info.state.replaceAll("-", "_")}`),
  tcpi_snd_cwnd: (info) => Math.floor(info.congestionWindow / info.sendSegment),
  tcpi_snd_ssthresh: (info) =>
    info.slowStartThreshold === Number.POSITIVE_INFINITY
      ? 0x7fffffff
      : Math.floor(info.slowStartThreshold / info.sendSegment),
  tcpi_unacked: (info) => Math.ceil(info.inFlight / info.sendSegment),
  tcpi_snd_mss: (info) => info.sendSegment,
  tcpi_rto: (info) => Math.round(info.retransmissionTimeout * 1000),
  tcpi_rtt: (info) => Math.round(info.roundTrip * 1000),
  tcpi_probes: (info) => info.probes,
  tcpi_retransmits: (info) => info.retransmissions,
};

/** What is known of a socket: of one without a connection, its state. */
export type SocketInfo = TcpInfo | Pick<TcpInfo, "state">;

const clause = /^([a-z_]+|[A-Z_a-z]+)\s*(==|!=|<=|>=|<|>)\s*([A-Za-z_0-9]+)$/;

/** Checks the assertions of a code event. @throws Mismatch for one that does not hold, Unsupported for code that is more than that. */
export function checkAssertions(code: string, info: SocketInfo): void {
  for (const statement of code.split(/[\n;]/)) {
    const trimmed = statement.trim();
    if (trimmed === "" || trimmed.startsWith("#") || /^print\b/.test(trimmed)) continue;
    const found = /^assert\s*\(?([^,]*?)\)?\s*(?:,.*)?$/.exec(trimmed);
    if (found === null) throw new Unsupported(`code ${JSON.stringify(trimmed)}`);
    checkAssertion(found[1]!.trim(), info);
  }
}

function checkAssertion(assertion: string, info: SocketInfo): void {
  const actual: string[] = [];
  const holds = assertion.split(/\bor\b/).some((alternative) =>
    alternative.split(/\band\b/).every((part) => {
      const [, name, operator, value] = clause.exec(part.trim()) ?? [];
      if (name === undefined) throw new Unsupported(`assertion ${JSON.stringify(part.trim())}`);
      const found = memberOf(name, info);
      actual.push(`${name} == ${found}`);
      return compare(found, operator!, operandOf(value!, info));
    }),
  );
  if (!holds) throw new Mismatch("an assertion does not hold", assertion, actual.join(", "));
}

function memberOf(name: string, info: SocketInfo): number {
  const member = members[name];
  if (member === undefined) throw new Unsupported(name);
  if (name !== "tcpi_state" && !("congestionWindow" in info))
    throw new Unsupported(`${name} without a connection`);
  return member(info as TcpInfo);
}

function operandOf(text: string, info: SocketInfo): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (text.startsWith("TCPI_")) return states.indexOf(text);
  return congestionStates[text] ?? memberOf(text, info);
}

function compare(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    default:
      return left > right;
  }
}

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

/** The stack's names of those states, in the same order. */
const caStates: readonly string[] = ["open", "disorder", "cwr", "recovery", "loss"];

/** Bits of `tcpi_options`. */
const options: Readonly<Record<string, number>> = {
  TCPI_OPT_TIMESTAMPS: 1,
  TCPI_OPT_SACK: 2,
  TCPI_OPT_WSCALE: 4,
  TCPI_OPT_ECN: 8,
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
  tcpi_ca_state: (info) => caStates.indexOf(info.recoveryState),
  tcpi_sacked: (info) => Math.ceil(info.selectivelyAcknowledged / info.sendSegment),
  // Linux counts what was sent again as lost until it is acknowledged.
  tcpi_lost: (info) => Math.ceil((info.lost + info.resent) / info.sendSegment),
  tcpi_retrans: (info) => Math.ceil(info.resent / info.sendSegment),
  tcpi_reord_seen: (info) => info.reorderingsSeen,
  tcpi_dsack_dups: (info) => info.duplicatesReported,
  tcpi_busy_time: (info) => Math.round(info.busy * 1000),
  tcpi_rwnd_limited: (info) => Math.round(info.windowLimited * 1000),
  tcpi_sndbuf_limited: (info) => Math.round(info.bufferLimited * 1000),
  tcpi_last_data_sent: (info) => Math.round(info.sinceSent),
  tcpi_last_data_recv: (info) => Math.round(info.sinceReceived),
  tcpi_last_ack_recv: (info) => Math.round(info.sinceAcknowledged),
  tcpi_segs_out: (info) => info.segmentsSent,
  tcpi_segs_in: (info) => info.segmentsReceived,
  tcpi_data_segs_out: (info) => info.textSegmentsSent,
  tcpi_data_segs_in: (info) => info.textSegmentsReceived,
  tcpi_total_retrans: (info) => info.segmentsRetransmitted,
  tcpi_min_rtt: (info) => Math.round(info.minimumRoundTrip * 1000),
  tcpi_rttvar: (info) => Math.round(info.roundTripVariation * 1000),
  tcpi_bytes_acked: (info) => info.octetsSent - info.inFlight,
  tcpi_options: (info) =>
    (info.timestamps ? options["TCPI_OPT_TIMESTAMPS"]! : 0) |
    (info.selectiveAcknowledgments ? options["TCPI_OPT_SACK"]! : 0) |
    (info.receiveScale >= 0 ? options["TCPI_OPT_WSCALE"]! : 0) |
    (info.explicitCongestionNotification ? options["TCPI_OPT_ECN"]! : 0),
  tcpi_unacked: (info) => Math.ceil(info.inFlight / info.sendSegment),
  tcpi_snd_mss: (info) => info.sendSegment,
  tcpi_rto: (info) => Math.round(info.retransmissionTimeout * 1000),
  tcpi_rtt: (info) => Math.round(info.roundTrip * 1000),
  tcpi_probes: (info) => info.probes,
  tcpi_backoff: (info) => info.retransmissions,
  tcpi_rcv_mss: (info) => info.receiveSegment,
  tcpi_advmss: (info) => info.announcedSegment,
  tcpi_retransmits: (info) => info.retransmissions,
};

/** Linux's degree of reordering in packets: reordering is a time here (RFC 8985 6.2), and a clause about it is left out. */
const leftOut = /\btcpi_reordering\b/;

/** `NAME = 0x7fffffff`. */
const definition = /^([A-Z_][A-Z_0-9]*)\s*=\s*(0x[\da-f]+|\d+)$/;

/** What is known of a socket: of one without a connection, its state. */
export type SocketInfo = TcpInfo | Pick<TcpInfo, "state">;

const clause = /^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/;

/**
 * Checks the assertions of a code event. @returns how many clauses were left out, because they are about something that is not counted here.
 * @throws Mismatch for one that does not hold, Unsupported for code that is more than that.
 */
export function checkAssertions(code: string, info: SocketInfo, constants: Map<string, number>): number {
  let omitted = 0;
  for (const statement of code.replace(/\\(?:\n|$)/g, " ").split(/[\n;]/)) {
    const trimmed = statement.trim();
    if (trimmed === "" || trimmed.startsWith("#") || /^print\b/.test(trimmed)) continue;
    const defined = definition.exec(trimmed);
    if (defined !== null) {
      constants.set(defined[1]!, Number(defined[2]));
      continue;
    }
    const found = /^assert\b\s*([^,]*)(?:,.*)?$/.exec(trimmed);
    if (found === null) throw new Unsupported(`code ${JSON.stringify(trimmed)}`);
    omitted += checkAssertion(found[1]!.trim(), { info, constants, seen: new Set() });
  }
  return omitted;
}

interface Facts {
  readonly info: SocketInfo;
  /** What the script's code gave names. */
  readonly constants: ReadonlyMap<string, number>;
  /** Members that were looked at. */
  readonly seen: Set<string>;
}

/** @returns how many clauses were left out; an alternative, or an assertion, of which nothing is left is left out as a whole. */
function checkAssertion(assertion: string, facts: Facts): number {
  const value = (text: string): number => operandOf(text, facts);
  const clauses = assertion.split(/\bor\b/).map((alternative) => alternative.split(/\band\b/));
  const counted = clauses.map((parts) => parts.filter((part) => !leftOut.test(part)));
  const alternatives = counted.filter((parts) => parts.length > 0);
  // All are looked at, so that a name that nobody knows is found even where another clause decides.
  const found = alternatives.map((parts) => parts.map((part) => holdsPart(part.trim(), value)));
  const holds = found.some((parts) => parts.every((part) => part));
  if (!holds && alternatives.length > 0) {
    throw new Mismatch("an assertion does not hold", assertion, [...facts.seen].join(", "));
  }
  return clauses.flat().length - counted.flat().length;
}

/** `a == b`, or a chain such as `a <= b <= c`. */
function holdsPart(part: string, value: (text: string) => number): boolean {
  const [, left, operator, rest] = clause.exec(part) ?? [];
  if (left === undefined) throw new Unsupported(`assertion ${JSON.stringify(part)}`);
  const chained = clause.exec(rest!);
  const right = chained === null ? rest! : chained[1]!;
  const begins = compare(value(left), operator!, value(right));
  return (chained === null || holdsPart(rest!, value)) && begins;
}

function memberOf(name: string, info: SocketInfo): number {
  const member = members[name];
  if (member === undefined) throw new Unsupported(name);
  if (name !== "tcpi_state" && !("congestionWindow" in info))
    throw new Unsupported(`${name} without a connection`);
  return member(info as TcpInfo);
}

/** A number, a constant, the script's own before those that are known, a member, or `(A | B)`. @throws Unsupported for another name. */
function operandOf(text: string, facts: Facts): number {
  const plain = text.trim().replace(/^\((.*)\)$/, "$1");
  if (plain.includes("|")) {
    return plain.split("|").reduce((sum, part) => sum | operandOf(part, facts), 0);
  }
  const name = plain.trim();
  if (/^(?:0x[\da-f]+|\d+)$/.test(name)) return Number(name);
  const constant = facts.constants.get(name) ?? options[name] ?? congestionStates[name];
  if (constant !== undefined) return constant;
  if (states.includes(name)) return states.indexOf(name);
  const found = memberOf(name, facts.info);
  facts.seen.add(`${name} == ${found}`);
  return found;
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

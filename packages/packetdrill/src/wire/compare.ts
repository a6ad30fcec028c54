import type { NetworkHeader, TcpBody, TcpOptionSpec } from "../language/tree.ts";
import type { Flow } from "./flow.ts";
import { compareWindows } from "./window.ts";

/** Differences that mean nothing for TCP; each is counted under its name in the report. */
export type AcceptedDifference =
  | "push"
  | "option order"
  | "segmentation"
  | "window held back"
  | "timestamp value"
  | "timestamp not compared"
  | "FIN repeated"
  | "retransmission slop"
  | "degree of reordering";

export interface Comparison {
  /** What is wrong, in a few words each. */
  readonly wrong: string[];
  readonly accepted: AcceptedDifference[];
}

/** By how many ticks a timestamp value of the host may be off, and by how many more it may be too small. */
export interface ClockSlack {
  readonly slack: number;
  readonly early: number;
}

/** What a comparison needs to know besides the two segments. */
export interface ComparedWith {
  /** Sequence number on the wire. */
  readonly live: number;
  /** Whether the host's segment is several. */
  readonly joined: boolean;
  /** `null`: timestamp values are not compared. */
  readonly clock: ClockSlack | null;
  readonly flow: Flow;
}

/**
 * Compares a segment of the host with what the script says. What the script leaves out (window, `<...>`, annotations) is not compared.
 */
export function compareSegments(
  expected: TcpBody,
  actual: TcpBody,
  { live, joined, clock, flow }: ComparedWith,
): Comparison {
  const wrong: string[] = [];
  const accepted: AcceptedDifference[] = [];
  if (withoutPush(expected.flags) !== withoutPush(actual.flags)) wrong.push("flags");
  else if (sorted(expected.flags) !== sorted(actual.flags)) {
    // Of segments that count as one, packetdrill does not compare it either.
    if (joined) accepted.push("push");
    else wrong.push("flags");
  }
  const { base, start, length } = expected.sequence;
  if (base === "initial" && start >>> 0 !== actual.sequence.start) wrong.push("sequence number");
  if (base === "absolute" && start >>> 0 !== live) wrong.push("sequence number");
  if (length !== actual.sequence.length) wrong.push("length");
  // Without the ACK bit the field means nothing, and is 0 (RFC 9293 3.1).
  const acknowledges = expected.flags.includes(".") || expected.acknowledgment !== 0;
  if (acknowledges && expected.acknowledgment !== actual.acknowledgment) wrong.push("acknowledgment number");
  const window = compareWindows(expected.window, actual, flow);
  if (window === "different") wrong.push("window");
  else if (window !== "equal") accepted.push(window);
  if (expected.urgent !== null && expected.urgent !== actual.urgent) wrong.push("urgent pointer");
  if (expected.options !== "anything" && actual.options !== "anything") {
    const lists = compareOptions(expected.options, actual.options, clock);
    if (lists === "different") wrong.push("options");
    else accepted.push(...lists);
  }
  return { wrong, accepted };
}

function withoutPush(flags: string): string {
  return sorted(flags.replace("P", ""));
}

function sorted(flags: string): string {
  return Array.from(flags).sort().join("");
}

/** Padding and order do not matter, nor a timestamp value that is near enough; what is there does. */
function compareOptions(
  expected: readonly TcpOptionSpec[],
  actual: readonly TcpOptionSpec[],
  clock: ClockSlack | null,
): "different" | AcceptedDifference[] {
  const near = actual.map((option) => nearest(option, expected, clock ?? notCompared));
  if (content(expected) !== content(near)) return "different";
  const accepted: AcceptedDifference[] = [];
  const off = content(near) !== content(actual);
  if (off) accepted.push(clock === null ? "timestamp not compared" : "timestamp value");
  if (expected.map(toText).join() !== near.map(toText).join()) accepted.push("option order");
  return accepted;
}

const notCompared: ClockSlack = { slack: Number.POSITIVE_INFINITY, early: 0 };

/** The options that say something, in any order. */
function content(options: readonly TcpOptionSpec[]): string {
  const telling = options.filter(({ kind }) => kind !== "nop" && kind !== "eol");
  return telling.map(toText).sort().join();
}

/** The option, with a timestamp value that is near enough replaced by the expected one. */
function nearest(
  option: TcpOptionSpec,
  expected: readonly TcpOptionSpec[],
  { slack, early }: ClockSlack,
): TcpOptionSpec {
  if (option.kind !== "TS") return option;
  const named = expected.find((other) => other.kind === "TS");
  if (named === undefined) return option;
  const missing = (named.value - option.value) | 0;
  return missing < -slack || missing > slack + early ? option : { ...option, value: named.value };
}

function toText(option: TcpOptionSpec): string {
  return JSON.stringify(option);
}

/** Compares the IP header with the script's annotations. */
export function compareHeaders(expected: NetworkHeader, actual: NetworkHeader): string[] {
  const wrong: string[] = [];
  const { ecn } = expected;
  if (ecn === "ect01" ? actual.ecn !== "ect0" && actual.ecn !== "ect1" : ecn !== null && ecn !== actual.ecn) {
    wrong.push("ECN field");
  }
  if (expected.trafficClass !== null && expected.trafficClass !== actual.trafficClass)
    wrong.push("traffic class");
  if (expected.hopLimit !== null && expected.hopLimit !== actual.hopLimit) wrong.push("hop limit");
  if (expected.flowLabel !== null && expected.flowLabel !== actual.flowLabel) wrong.push("flow label");
  return wrong;
}

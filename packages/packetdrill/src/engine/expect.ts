import { parseUdp, streamOctets } from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { printPacket, printSeconds } from "../language/print.ts";
import type { Microseconds, PacketAction, TcpBody, When } from "../language/tree.ts";
import {
  type AcceptedDifference,
  type ClockSlack,
  compareHeaders,
  compareSegments,
} from "../wire/compare.ts";
import { type Flow, localStream } from "../wire/flow.ts";
import { readHeader } from "../wire/ip.ts";
import { learn, readSegment, type SegmentOfHost, wrongOctet } from "../wire/segment.ts";
import { learnEdge, learnScale } from "../wire/window.ts";
import type { Flows } from "./flows.ts";
import { Mismatch, Unsupported } from "./outcome.ts";
import type { SentPacket, World } from "./world.ts";

/** When a packet may leave. */
export interface Span {
  readonly earliest: Microseconds;
  readonly latest: Microseconds;
}

/** How long a packet is waited for that may come at any time, milliseconds: a day, longer than any timer that sends one. */
const LONGEST_WAIT = 86_400_000;

/** The span of an event. @param base what relative times count from; `null` for `*`. */
export function spanOf(when: When, base: Microseconds, tolerance: Microseconds): Span {
  switch (when.kind) {
    case "none":
    case "any":
      return { earliest: 0, latest: Number.POSITIVE_INFINITY };
    case "relative":
      return { earliest: base + when.at - tolerance, latest: base + when.at + tolerance };
    case "absolute":
      return { earliest: when.at - tolerance, latest: when.at + tolerance };
    case "relative-range":
      return { earliest: base + when.from - tolerance, latest: base + when.to + tolerance };
    case "absolute-range":
      return { earliest: when.from - tolerance, latest: when.to + tolerance };
  }
}

export interface Expectation {
  readonly world: World;
  readonly flows: Flows;
  readonly span: Span;
  readonly tolerance: Microseconds;
  /** What a timestamp value of the host stands for; `null`: they are not compared. */
  readonly timestampTick: Microseconds | null;
  /** By how much each repetition so far may make the next come earlier. */
  readonly slop: Microseconds;
  /** Called whenever time has moved on. */
  readonly passed: () => void;
}

/** Waits for a packet of the host and compares it. @throws Mismatch. @returns the differences that do not count. */
export function expectPacket(action: PacketAction, expectation: Expectation): AcceptedDifference[] {
  if (action.encapsulation !== null) throw new Unsupported("TCP in UDP");
  const { world, flows, span, passed } = expectation;
  const { sent } = world;
  world.advance(Math.min(span.latest / 1000, world.now() + LONGEST_WAIT), () => {
    passed();
    return sent.length > 0;
  });
  const expected = printPacket(action);
  const packet = sent.shift();
  if (packet === undefined)
    throw new Mismatch("no packet came", expected, `nothing until ${printSeconds(world.now() * 1000)}`);
  const flow = flows.ofOutbound(packet.octets);
  const accepted = comparePacket(action, packet, flow, expectation);
  const at = packet.at * 1000;
  // Half a microsecond of rounding: the language counts in whole ones.
  const slop = flow.repetitions * expectation.slop;
  if (slop > 0 && at < span.earliest - 0.5 && at >= span.earliest - slop - 0.5) {
    return [...accepted, "retransmission slop"];
  }
  if (at < span.earliest - 0.5 || at > span.latest + 0.5) {
    const actual = `at ${printSeconds(at)}`;
    throw new Mismatch(
      "the packet came at another time",
      `from ${printSeconds(span.earliest)} to ${printSeconds(span.latest)}`,
      actual,
    );
  }
  return accepted;
}

function comparePacket(
  action: PacketAction,
  packet: SentPacket,
  flow: Flow,
  expectation: Expectation,
): AcceptedDifference[] {
  const { protocol } = readHeader(packet.octets);
  if (action.body.kind === "udp" && protocol === IpProtocol.Udp) return compareDatagram(action, packet);
  if (action.body.kind === "icmp") throw new Unsupported("ICMP errors of the host");
  if (action.body.kind === "udp" || protocol !== IpProtocol.Tcp) {
    throw new Mismatch("a packet of another protocol", printPacket(action), `protocol ${protocol}`);
  }
  return compareTcp(action, action.body, packet, flow, expectation);
}

function compareDatagram(action: PacketAction, { octets }: SentPacket): AcceptedDifference[] {
  const { payload } = parseUdp(readHeader(octets).payload);
  const right = streamOctets(localStream, 0, payload.length);
  const expected = action.body.kind === "udp" ? action.body.length : 0;
  if (payload.length !== expected || payload.some((octet, at) => octet !== right[at])) {
    throw new Mismatch("another datagram", printPacket(action), `> udp (${payload.length})`);
  }
  return [];
}

function compareTcp(
  action: PacketAction,
  body: TcpBody,
  packet: SentPacket,
  flow: Flow,
  expectation: Expectation,
): AcceptedDifference[] {
  learn(packet.octets, body, flow);
  flow.lastSent = packet.octets;
  const accepted: AcceptedDifference[] = [];
  const first = readSegment(packet.octets, flow);
  learnScale(first.action.body, flow, "local");
  const segment = coalesced(first, body, flow, packet, expectation.world, accepted);
  const clock = clockSlack(flow, expectation);
  const wanted = repeatsFin(body, segment, flow) ? withoutFin(body) : body;
  if (wanted !== body) accepted.push("FIN repeated");
  const comparison = compareSegments(wanted, segment.action.body, {
    live: segment.live,
    joined: segment !== first,
    clock,
    flow,
  });
  const wrong = [...comparison.wrong, ...compareHeaders(action.header, segment.action.header)];
  if (wrong.length > 0) {
    throw new Mismatch(
      `${wrong.join(", ")} differ${wrong.length > 1 ? "" : "s"}`,
      printPacket(action),
      printActual(action, segment),
    );
  }
  countRepetition(segment, flow);
  learnEdge(segment.action.body, flow);
  if (segment.action.body.flags.includes("F")) flow.finSequence = segment.action.body.sequence.end;
  const octet = wrongOctet(segment, flow);
  if (octet >= 0)
    throw new Mismatch(`octet ${octet} of the text differs`, "what was written", "something else");
  return [...accepted, ...comparison.accepted];
}

function clockSlack(flow: Flow, { tolerance, timestampTick: tick, slop }: Expectation): ClockSlack | null {
  if (tick === null) return null;
  // What leaves earlier by BSD's slop has an earlier timestamp too.
  return { slack: Math.ceil(tolerance / tick) + 1, early: (flow.repetitions * slop) / tick };
}

function countRepetition({ action }: SegmentOfHost, flow: Flow): void {
  const { sequence, flags } = action.body;
  const end = (sequence.end + (/[SF]/.test(flags) ? 1 : 0)) >>> 0;
  if (end === sequence.start) return;
  if (flow.sentUpTo !== null && ((sequence.start - flow.sentUpTo) | 0) < 0) flow.repetitions++;
  if (flow.sentUpTo === null || ((end - flow.sentUpTo) | 0) > 0) flow.sentUpTo = end;
}

/** Whether the script has the FIN once more where the host, as figure 12 of RFC 9293 3.6, sends an acknowledgment behind it. */
function repeatsFin({ flags, sequence }: TcpBody, { action }: SegmentOfHost, { finSequence }: Flow): boolean {
  const behind =
    action.body.sequence.start === (sequence.start + 1) >>> 0 && !action.body.flags.includes("F");
  return flags.includes("F") && sequence.length === 0 && sequence.start === finSequence && behind;
}

function withoutFin(body: TcpBody): TcpBody {
  const { start, ...sequence } = body.sequence;
  const behind = (start + 1) >>> 0;
  return {
    ...body,
    flags: body.flags.replace("F", ""),
    sequence: { ...sequence, start: behind, end: behind },
  };
}

/** A script may count several segments that leave at one instant as one, as segmentation offload makes them look. */
function coalesced(
  first: SegmentOfHost,
  expected: TcpBody,
  flow: Flow,
  { at }: SentPacket,
  { sent }: World,
  accepted: AcceptedDifference[],
): SegmentOfHost {
  let whole = first;
  while (whole.text.length > 0 && whole.text.length < expected.sequence.length && sent[0]?.at === at) {
    const next = readSegment(sent[0].octets, flow);
    if (next.action.body.sequence.start !== whole.action.body.sequence.end) break;
    sent.shift();
    whole = joined(whole, next);
    if (!accepted.includes("segmentation")) accepted.push("segmentation");
  }
  return whole;
}

function joined(left: SegmentOfHost, right: SegmentOfHost): SegmentOfHost {
  const text = new Uint8Array(left.text.length + right.text.length);
  text.set(left.text);
  text.set(right.text, left.text.length);
  const { start } = left.action.body.sequence;
  const sequence = { ...right.action.body.sequence, start, length: text.length };
  return { action: { ...right.action, body: { ...right.action.body, sequence } }, text, live: left.live };
}

/** The segment in the script's syntax, with as much of the IP header as the script speaks of. */
function printActual(expected: PacketAction, { action }: SegmentOfHost): string {
  const { ecn, trafficClass, hopLimit, flowLabel } = expected.header;
  const header = {
    ecn: ecn === null ? null : action.header.ecn,
    trafficClass: trafficClass === null ? null : action.header.trafficClass,
    hopLimit: hopLimit === null ? null : action.header.hopLimit,
    flowLabel: flowLabel === null ? null : action.header.flowLabel,
  };
  return printPacket({ ...action, header });
}

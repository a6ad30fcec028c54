import { parseTcp, streamOctets, tcpSegment, udpDatagram } from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { Unsupported } from "../engine/outcome.ts";
import type { NetworkHeader, PacketAction, TcpBody, UdpBody } from "../language/tree.ts";
import { type Flow, localStream, remoteStream } from "./flow.ts";
import { addressesOf, fromPeer, type HeaderOfHost, readHeader } from "./ip.ts";
import { decodeOptions, encodeOptions, liveTimestamp } from "./options.ts";
import { learnScale } from "./window.ts";

/** TCP data offset and header length without options. */
const DATA_OFFSET = 12;
const HEADER_OCTETS = 20;

/** A TCP segment of the peer, as a packet. */
export function buildSegment(header: NetworkHeader, body: TcpBody, flow: Flow): Uint8Array<ArrayBuffer> {
  const { sequence, flags } = body;
  if (sequence.base === "any") throw new Unsupported("an inbound segment without a sequence number");
  if (flags.includes("S") && flow.remoteInitial === null) flow.remoteInitial = sequence.start;
  learnScale(body, flow, "remote");
  const options = body.options === "anything" ? new Uint8Array(0) : encodeOptions(body.options, flow);
  if (options === null) throw new Unsupported("a TCP option that the stack does not speak");
  const absolute = sequence.base === "absolute";
  const position = flow.remotePosition(sequence.start + (flags.includes("S") ? 1 : 0));
  const text = streamOctets(remoteStream, position, position + sequence.length);
  const acknowledges = flags.includes(".") || body.acknowledgment !== null;
  const { local, remote } = addressesOf(flow.family);
  const segment = tcpSegment(
    {
      source: remote,
      destination: local,
      sourcePort: flow.remotePort,
      destinationPort: flow.localPort,
      sequence: absolute ? sequence.start : flow.remoteLive(sequence.start),
      // Without a number the ACK bit is for the script's 0, as packetdrill has it.
      acknowledgment: acknowledges ? flow.localLive(body.acknowledgment ?? 0) : 0,
      flags: toLetters(flags),
      window: body.window ?? 0,
      urgentPointer: body.urgent ?? 0,
      options,
    },
    text,
  );
  return fromPeer(flow.family, header, IpProtocol.Tcp, segment);
}

/** `.` is A, and W is C, in the letters of the builders. */
function toLetters(flags: string): string {
  return flags.replace(".", "A").replace("W", "C");
}

export function buildDatagram(header: NetworkHeader, body: UdpBody, flow: Flow): Uint8Array<ArrayBuffer> {
  const { local, remote } = addressesOf(flow.family);
  const around = {
    source: remote,
    destination: local,
    sourcePort: flow.remotePort,
    destinationPort: flow.localPort,
  };
  const datagram = udpDatagram(around, streamOctets(remoteStream, 0, body.length));
  return fromPeer(flow.family, header, IpProtocol.Udp, datagram);
}

/** A segment of the host in the script's terms, with its text. */
export interface SegmentOfHost {
  readonly action: PacketAction & { readonly body: TcpBody };
  readonly text: Uint8Array;
  /** Sequence number on the wire. */
  readonly live: number;
}

/** @throws RangeError when it is no sound segment. */
export function readSegment(packet: Uint8Array, flow: Flow): SegmentOfHost {
  const ip = readHeader(packet);
  const segment = parseTcp(ip.payload, ip);
  if (segment.checksumValid !== true) throw new RangeError("wrong TCP checksum");
  const headerOctets = (ip.payload[DATA_OFFSET]! >>> 4) * 4;
  const options = ip.payload.subarray(HEADER_OCTETS, headerOctets);
  const start = flow.localScript(segment.sequence);
  const length = segment.payload.length;
  const acknowledges = segment.flags.includes("A");
  const body: TcpBody = {
    kind: "tcp",
    flags: fromLetters(segment.flags),
    sequence: { start, end: (start + length) >>> 0, length, base: "initial" },
    acknowledgment: acknowledges ? flow.remoteScript(segment.acknowledgment) : null,
    window: segment.window,
    urgent: segment.urgentPointer === 0 ? null : segment.urgentPointer,
    options: decodeOptions(options, flow),
  };
  const action = {
    kind: "packet",
    direction: "out",
    header: headerOf(ip),
    ports: null,
    body,
    encapsulation: null,
  } as const;
  return { action, text: segment.payload, live: segment.sequence };
}

/** What is known of a flow once a segment of the host was matched: the offsets of its numbers. */
export function learn(packet: Uint8Array, expected: TcpBody, flow: Flow): void {
  const { payload } = readHeader(packet);
  const { sequence, flags } = parseTcp(payload);
  if (flow.localOffset === null && expected.sequence.base === "initial" && flags.includes("S")) {
    flow.localOffset = (sequence - expected.sequence.start) >>> 0;
    flow.localInitial = expected.sequence.start;
  }
  const timestamp = liveTimestamp(payload.subarray(HEADER_OCTETS, (payload[DATA_OFFSET]! >>> 4) * 4));
  if (timestamp === null || expected.options === "anything") return;
  const named = expected.options.find((option) => option.kind === "TS");
  if (named === undefined) return;
  flow.localClockOffset ??= (timestamp - named.value) >>> 0;
  flow.localClock.set(named.value, timestamp);
}

/** The first octet of text that is not what was written, as an offset in it; -1 when all are right. */
export function wrongOctet({ action, text }: SegmentOfHost, flow: Flow): number {
  const { sequence, flags } = action.body;
  const from = flow.localPosition(sequence.start + (flags.includes("S") ? 1 : 0));
  const right = streamOctets(localStream, from, from + text.length);
  return text.findIndex((octet, at) => octet !== right[at]);
}

/** The script's letters, in its order. */
function fromLetters(letters: string): string {
  const has = (letter: string, as = letter): string => (letters.includes(letter) ? as : "");
  return has("F") + has("S") + has("R") + has("P") + has("E") + has("C", "W") + has("U") + has("A", ".");
}

function headerOf({ trafficClass, hopLimit, flowLabel }: HeaderOfHost): NetworkHeader {
  return {
    ecn: (["noecn", "ect1", "ect0", "ce"] as const)[trafficClass & 3]!,
    trafficClass,
    hopLimit,
    flowLabel,
  };
}

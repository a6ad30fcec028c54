import type { Cursor } from "./cursor.ts";
import type {
  IcmpBody,
  NetworkHeader,
  PacketAction,
  SequenceRange,
  TcpBody,
  TcpOptionSpec,
  UdpBody,
} from "./tree.ts";

const integer = /\d+/y;
const range = /(\d+)\s*:\s*(\d+)\s*\(\s*(\d+)\s*\)(!?)/y;
const openRange = /\.\.\.\s*\(\s*(\d+)\s*\)/y;
const ports = /(\d+)\s*>\s*(\d+)\s/y;
const flags = /(-|[FSRPUEWA]*\.?[FSRPUEWA]*)(?=\s)/y;
const acknowledgment = /ack\s+(\d+)/y;
const window = /win\s+(\d+)/y;
const urgent = /urg\s+(\d+)/y;

/** A packet line behind its direction. */
export function parsePacket(cursor: Cursor, direction: "in" | "out"): PacketAction {
  const header = parseHeader(cursor);
  if (cursor.take(/(?:ipv[46]|gre|mpls|encap)\b/y) !== null) cursor.fail("encapsulation is not supported");
  const pair = cursor.take(ports);
  const body = cursor.take(/udp\b/y)
    ? parseUdp(cursor)
    : cursor.take(/icmp\b/y)
      ? parseIcmp(cursor)
      : parseTcp(cursor);
  return {
    kind: "packet",
    direction,
    header,
    ports: pair === null ? null : { source: Number(pair[1]), destination: Number(pair[2]) },
    body,
    encapsulation: parseEncapsulation(cursor),
  };
}

/** `/udp(9811 > 1)`: the segment travels in a UDP datagram. */
function parseEncapsulation(cursor: Cursor): PacketAction["encapsulation"] {
  const found = cursor.take(/\/udp\s*\(\s*(\d+)\s*>\s*(\d+)\s*\)/y);
  return found && { source: Number(found[1]), destination: Number(found[2]) };
}

/** `[ect0, flowlabel 0x1, ttl 5, tos 0x20]`, also in parentheses. */
function parseHeader(cursor: Cursor): NetworkHeader {
  const found = { ecn: null, trafficClass: null, hopLimit: null, flowLabel: null } as {
    -readonly [K in keyof NetworkHeader]: NetworkHeader[K];
  };
  const close = cursor.takeText("[") ? "]" : cursor.takeText("(") ? ")" : null;
  while (close !== null && !cursor.takeText(close)) {
    const ecn = cursor.take(/noecn|ect01|ect0|ect1|ce/y);
    if (ecn !== null) found.ecn = ecn[0] as NetworkHeader["ecn"];
    else if (cursor.take(/(?:tos|class)\b/y)) found.trafficClass = parseHexadecimal(cursor);
    else if (cursor.take(/flowlabel\b/y)) found.flowLabel = parseHexadecimal(cursor);
    else if (cursor.take(/ttl\b|hlim\b/y)) found.hopLimit = parseInteger(cursor);
    else cursor.fail("expected ecn, tos, flowlabel or ttl");
    cursor.takeText(",");
  }
  return found;
}

function parseTcp(cursor: Cursor): TcpBody {
  const letters = cursor.require(flags, "TCP flags")[1]!;
  const sequence = parseRange(cursor);
  const acknowledged = cursor.take(acknowledgment);
  const offered = cursor.take(window);
  const pointer = cursor.take(urgent);
  return {
    kind: "tcp",
    flags: letters === "-" ? "" : letters,
    sequence,
    acknowledgment: acknowledged && Number(acknowledged[1]),
    window: offered && Number(offered[1]),
    urgent: pointer && Number(pointer[1]),
    options: parseOptions(cursor),
  };
}

/** `<mss 1460, nop, ...>`; no option at all when it is absent. */
function parseOptions(cursor: Cursor): TcpBody["options"] {
  if (cursor.take(/<\s*\.\.\.\s*>/y)) return "anything";
  const options: TcpOptionSpec[] = [];
  if (!cursor.takeText("<")) return options;
  while (!cursor.takeText(">")) {
    options.push(parseOption(cursor));
    if (!cursor.takeText(",") && !cursor.sees(">")) cursor.fail('expected "," or ">"');
  }
  return options;
}

function parseOption(cursor: Cursor): TcpOptionSpec {
  const name = cursor.require(/[A-Za-z][A-Za-z0-9-]*/y, "a TCP option")[0];
  switch (name) {
    case "nop":
    case "eol":
    case "sackOK":
      return { kind: name };
    case "mss":
    case "wscale":
      return { kind: name, value: parseInteger(cursor) };
    case "TS": {
      const [, value, echo] = cursor.require(/val\s+(\d+)\s+ecr\s+(\d+)/y, '"val N ecr M"');
      return { kind: "TS", value: Number(value), echo: Number(echo) };
    }
    case "sack":
      return { kind: "sack", blocks: parseBlocks(cursor) };
    default:
      return { kind: "other", name, text: cursor.take(/[^,>]*[^,>\s]/y)?.[0] ?? "" };
  }
}

function parseBlocks(cursor: Cursor): { left: number; right: number }[] {
  const blocks: { left: number; right: number }[] = [];
  for (let block = takeBlock(cursor); block !== null; block = takeBlock(cursor)) {
    blocks.push({ left: Number(block[1]), right: Number(block[2]) });
  }
  return blocks;
}

function takeBlock(cursor: Cursor): RegExpExecArray | null {
  return cursor.take(/(\d+)\s*:\s*(\d+)/y);
}

function parseUdp(cursor: Cursor): UdpBody {
  return { kind: "udp", length: parseInParentheses(cursor) };
}

function parseInParentheses(cursor: Cursor): number {
  cursor.expect("(");
  const value = parseInteger(cursor);
  cursor.expect(")");
  return value;
}

/** `unreachable frag_needed mtu 1200 [1:1001(1000)]`. */
function parseIcmp(cursor: Cursor): IcmpBody {
  const type = cursor.require(/[a-z_]+/y, "an ICMP type")[0];
  const code = cursor.take(/(?!mtu\b|id\b)[a-z_][a-z_0-9]*/y)?.[0] ?? null;
  const mtu = cursor.take(/mtu\s+(\d+)/y);
  let quote: IcmpBody["quote"] = null;
  if (cursor.takeText("[")) {
    quote = cursor.take(/udp\b/y) ? { udpLength: parseInParentheses(cursor) } : parseRange(cursor);
    cursor.expect("]");
  }
  return { kind: "icmp", type, code, mtu: mtu && Number(mtu[1]), quote };
}

function parseRange(cursor: Cursor): SequenceRange {
  const open = cursor.take(openRange);
  if (open !== null) return { start: 0, end: 0, length: Number(open[1]), base: "any" };
  const [, from, to, octets, absolute] = cursor.require(range, "start:end(length)");
  const [start, end, length] = [Number(from), Number(to), Number(octets)];
  if (((end - start) | 0) !== (length | 0)) cursor.fail("the range and its length disagree");
  return { start, end, length, base: absolute === "!" ? "absolute" : "initial" };
}

function parseInteger(cursor: Cursor): number {
  return Number(cursor.require(integer, "a number")[0]);
}

function parseHexadecimal(cursor: Cursor): number {
  return Number(cursor.require(/0[xX][0-9a-fA-F]+/y, "a hexadecimal number")[0]);
}

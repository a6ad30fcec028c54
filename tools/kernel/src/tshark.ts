import { run } from "./run.ts";

/** What tshark's dissectors found in a capture. */
export interface ExpertReport {
  readonly frames: number;
  /** Numbers of the frames that a dissector could not read to the end. */
  readonly malformed: readonly number[];
  /** Numbers of the frames with an IPv4, ICMP, TCP or UDP checksum that is wrong. */
  readonly badChecksums: readonly number[];
  /** `frame: message` for everything of severity "error". */
  readonly errors: readonly string[];
}

const fields = [
  "frame.number",
  "_ws.malformed",
  "ip.checksum.status",
  "icmp.checksum.status",
  "icmpv6.checksum.status",
  "tcp.checksum.status",
  "udp.checksum.status",
  "_ws.expert.severity",
  "_ws.expert.message",
  "icmp.type",
  "icmpv6.type",
];
const firstStatus = fields.indexOf("ip.checksum.status");
const firstTransportStatus = fields.indexOf("tcp.checksum.status");
const lastStatus = fields.indexOf("udp.checksum.status");
const messagesAt = fields.indexOf("_ws.expert.message");
const icmpTypeAt = fields.indexOf("icmp.type");
const icmpV6TypeAt = fields.indexOf("icmpv6.type");

/** tshark's "error" severity (epan/proto.h PI_ERROR). */
const SEVERITY_ERROR = 0x0080_0000;

/**
 * ICMP errors: destination unreachable, source quench, redirect, time exceeded, parameter problem. tshark sums the transport segment in
 * their quote as if it were all there, which a quote of a longer one never is (RFC 1812 4.3.2.3). So it does in the errors of ICMPv6:
 * destination unreachable, packet too big, time exceeded, parameter problem (RFC 4443 2.1).
 */
const QUOTING = ["3", "4", "5", "11", "12"];
const QUOTING_V6 = ["1", "2", "3", "4"];

/** Payload is only payload: dissectors of applications see their protocols in random octets and call them malformed. */
const opaquePayload = ["tcp", "udp"].flatMap((protocol) => ["-d", `${protocol}.port==1-65535,data`]);

/**
 * tshark minds a TCP checksum of 0xffff where 0 was computed. Both are zero in one's complement and every receiver takes them for
 * the same (RFC 1071); Linux, which treats UDP and TCP alike where it sums in software
 * (skb_checksum_help), sends it once in 65 536 segments.
 */
const OTHER_ZERO = "Checksum 0xffff instead of 0x0000";

/** Values of a field that occurs more than once are separated by this; no message contains it. */
const AGGREGATOR = "\u001f";

/**
 * Reads a capture with tshark, all checksums verified.
 * @throws Error (as a rejection) when tshark is not there or cannot read the file.
 */
export async function tsharkExpert(file: string): Promise<ExpertReport> {
  const preferences = ["ip", "tcp", "udp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);
  const columns = fields.flatMap((field) => ["-e", field]);
  const result = await run(
    "tshark",
    [
      "-n",
      "-r",
      file,
      ...preferences,
      ...opaquePayload,
      "-T",
      "fields",
      "-E",
      "separator=/t",
      "-E",
      `aggregator=${AGGREGATOR}`,
      ...columns,
    ],
    { timeout: 120_000 },
  );
  if (result.code !== 0) throw new Error(`tshark cannot read ${file}: ${result.stderr.trim()}`);
  return expertReport(result.stdout);
}

/** Evaluates tshark's table: one line per frame, in the order of {@link fields}. */
export function expertReport(table: string): ExpertReport {
  const malformed: number[] = [];
  const badChecksums: number[] = [];
  const errors: string[] = [];
  const lines = table.split("\n").filter((line) => line !== "");
  for (const line of lines) {
    const values = line.split("\t");
    const frame = Number(values[0]);
    if (values[1] !== "") malformed.push(frame);
    const typeAt = (at: number): string => (values[at] ?? "").split(AGGREGATOR)[0]!;
    const quotes = QUOTING.includes(typeAt(icmpTypeAt)) || QUOTING_V6.includes(typeAt(icmpV6TypeAt));
    const statuses = values
      .slice(firstStatus, quotes ? firstTransportStatus : lastStatus + 1)
      .flatMap((value) => value.split(AGGREGATOR));
    const severities = (values[lastStatus + 1] ?? "").split(AGGREGATOR);
    const messages = (values[messagesAt] ?? "").split(AGGREGATOR);
    // epan/proto.h: 0 bad, 1 good, 2 unverified.
    const bad = statuses.filter((status) => status === "0").length;
    if (bad > messages.filter((message) => message.includes(OTHER_ZERO)).length) badChecksums.push(frame);
    severities.forEach((severity, i) => {
      if (quotes && messages[i]!.startsWith("Bad checksum")) return;
      if (Number(severity) === SEVERITY_ERROR) errors.push(`${frame}: ${messages[i]}`);
    });
  }
  return { frames: lines.length, malformed, badChecksums, errors };
}

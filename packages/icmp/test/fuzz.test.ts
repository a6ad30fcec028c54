import { fuzz, fuzzPlan, icmpV4Message, ipv4Packet, repairIcmp, type SentDatagram } from "@mnet/conformance";
import {
  type IcmpErrorKind,
  IpAddress,
  type IpInfo,
  IpProtocol,
  type NetErrorCode,
  Packet,
  Verdict,
} from "@mnet/core";
import { expect, it } from "vitest";
import { EchoRecord, IcmpHarness } from "./harness.ts";

const PEER = "10.0.0.2";
const ERRORS = [
  [3, 0],
  [3, 3],
  [3, 4],
  [3, 13],
  [11, 0],
  [11, 1],
  [12, 0],
] as const;
const OTHERS = [4, 5, 9, 10, 13, 14, 15, 16, 17, 18, 30, 42] as const;

/** Messages of all types; errors quote what we sent, echo replies answer it. */
function samplesFor(request: SentDatagram | undefined): Uint8Array[] {
  const messages = [icmpV4Message({ type: 8, code: 0, rest: 0x00070001 }, new Uint8Array(56))];
  for (const type of OTHERS) messages.push(icmpV4Message({ type, code: 0 }, new Uint8Array(20)));
  if (request === undefined) return messages;
  const { octets, source, destination } = request;
  const quote = ipv4Packet({ source, destination, protocol: IpProtocol.Icmp }, octets);
  for (const [type, code] of ERRORS) {
    messages.push(icmpV4Message({ type, code, rest: 1400 }, quote));
    messages.push(icmpV4Message({ type, code, rest: 0x00200000 }, padTo(quote, 160)));
  }
  const rest = new DataView(octets.buffer).getUint32(4);
  messages.push(icmpV4Message({ type: 0, code: 0, rest }, octets.subarray(8)));
  return messages;
}

function padTo(octets: Uint8Array, length: number): Uint8Array {
  const padded = new Uint8Array(Math.max(length, octets.length));
  padded.set(octets);
  return padded;
}

/** Gives quoted datagrams to the layer as IP does, for it to recognise its echo requests. */
class QuotingHarness extends IcmpHarness {
  live = 0;

  constructor() {
    super({
      routes: ["10.0.0.0/8"],
      parameters: { echoReplyRate: 2, echoReplyBurst: 2, pendingEchoes: 64 },
    });
    this.ip.errorReceived = (kind: IcmpErrorKind, mtu: number, quoted: Packet): Verdict => {
      const { start, end, bytes } = quoted;
      if (end - start < 28 || (bytes[start]! & 15) !== 5) return Verdict.TooShort;
      const lent = new Packet(bytes);
      lent.reset(start + 20, end);
      const info = { source: this.ip.address, destination: this.ip.peer, loopback: false } as Partial<IpInfo>;
      const live = this.icmp.error(kind, lent, info as IpInfo, mtu, 0);
      if (live) this.live++;
      return live ? Verdict.Handled : Verdict.UnknownFlow;
    };
  }
}

it("200 000 messages and quotes, random and mutated, while echoes wait: bounded, and every echo ends once", () => {
  const host = new QuotingHarness();
  const samples = samplesFor(undefined);
  const record = new EchoRecord();
  let begun = 0;
  let now = 0;
  const noWayTo = { source: IpAddress.parse("192.0.2.1") };
  const loopback = { source: IpAddress.parse("127.0.0.1") };
  const broadcast = { source: IpAddress.parse("10.0.0.255") };
  const where = [{}, {}, {}, { cast: "broadcast" }, noWayTo, loopback, broadcast] as const;
  fuzz({ plan: fuzzPlan(process.env), samples, repair: repairIcmp }, (input, index) => {
    host.arrive(input, where[(index >>> 1) % where.length], now);
    if (index % 100 === 0) {
      now += 100;
      host.icmp.onDeadline(now);
      host.ip.take();
      host.icmp.echo({ to: IpAddress.parse(PEER), size: 24, timeout: 500 }, record, now);
      begun++;
      const request = host.ip.take()[0];
      // Some requests nobody answers.
      samples.splice(0, samples.length, ...samplesFor(begun % 10 === 0 ? undefined : request));
    }
    // A whole datagram of 65 535 octets with options in its header leaves no room for the answer's.
    if (index % 20_000 === 1)
      host.arrive(icmpV4Message({ type: 8, code: 0 }, new Uint8Array(65_508)), {}, now);
  });
  expect(Object.keys(host.icmp.counters.snapshot()).sort()).toEqual([
    "BadChecksum",
    "BadDestination",
    "BadLength",
    "BadSource",
    "Handled",
    "Ignored",
    "NoRoute",
    "RateLimited",
    "TooShort",
    "UnknownFlow",
    "UnknownType",
  ]);
  host.icmp.onDeadline(now + 1000);
  expect(host.live).toBeGreaterThan(100);
  expect(record.replies.length).toBeGreaterThan(0);
  const outcomes = new Set<NetErrorCode>(record.failures);
  expect([...outcomes].sort()).toEqual(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"]);
  expect(record.replies.length + record.failures.length).toBe(begun);
  expect(host.icmp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
});

import {
  fuzz,
  fuzzPlan,
  icmpV6EchoRequest,
  icmpV6Message,
  ipv6OptionsHeader,
  ipv6Packet,
  repairIpv6,
  repairTransport,
  type SentDatagram,
} from "@mnet/conformance";
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
import { EchoRecord, IcmpV6Harness } from "./harness.ts";

const OURS = IpAddress.parse("fd00::1");
const PEER = IpAddress.parse("fd00::2");
const around = { source: PEER, destination: OURS };
const ERRORS = [
  [1, 0],
  [1, 3],
  [1, 4],
  [2, 0],
  [3, 0],
  [4, 1],
  [77, 0],
] as const;

/** Messages of all types; errors quote what we sent, echo replies answer it. */
function samplesFor(request: SentDatagram | undefined): Uint8Array[] {
  const messages = [icmpV6EchoRequest({ ...around, identifier: 7, sequence: 1 }, new Uint8Array(56))];
  for (const type of [0, 130, 135, 137, 143, 200]) {
    messages.push(icmpV6Message({ ...around, type }, new Uint8Array(20)));
  }
  if (request === undefined) return messages;
  const { octets, source, destination } = request;
  const quote = ipv6Packet({ source, destination, nextHeader: IpProtocol.Icmpv6 }, octets);
  for (const [type, code] of ERRORS) {
    messages.push(icmpV6Message({ ...around, type, code, rest: 1400 }, quote));
  }
  const rest = new DataView(octets.buffer).getUint32(4);
  messages.push(icmpV6Message({ ...around, type: 129, rest }, octets.subarray(8)));
  return messages;
}

/** Gives quoted datagrams to the layer as IP does, for it to recognise its echo requests. */
class QuotingHarness extends IcmpV6Harness {
  live = 0;

  constructor() {
    super({
      routes: ["fd00::/16"],
      parameters: { echoReplyRate: 2, echoReplyBurst: 2, groupEchoReplyRate: 1, pendingEchoes: 64 },
    });
    this.ip.errorReceived = (kind: IcmpErrorKind, mtu: number, quoted: Packet): Verdict => {
      const { start, end, bytes } = quoted;
      if (end - start < 48) return Verdict.TooShort;
      const lent = new Packet(bytes);
      lent.reset(start + 40, end);
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
  // The checksum holds for the pair of addresses it was made for; the others are asked with it already verified.
  const from = (source: string): object => ({ source: IpAddress.parse(source), rxChecksum: 2 });
  const toGroup = { ...from("fd00::2"), destination: IpAddress.parse("ff02::1") };
  const where = [{}, {}, {}, toGroup, from("2001:db8::1"), from("::1"), from("ff02::1")] as const;
  const repair = repairTransport(PEER, OURS, IpProtocol.Icmpv6);
  fuzz({ plan: fuzzPlan(process.env), samples, repair }, (input, index) => {
    host.arrive(input, where[(index >>> 1) % where.length], now);
    if (index % 100 !== 0) return;
    now += 100;
    host.icmp.onDeadline(now);
    host.ip.take();
    host.icmp.echo({ to: PEER, size: 24, timeout: 500 }, record, now);
    begun++;
    const request = host.ip.take()[0];
    // Some requests nobody answers.
    samples.splice(0, samples.length, ...samplesFor(begun % 10 === 0 ? undefined : request));
  });
  expect(Object.keys(host.icmp.counters.snapshot()).sort()).toEqual([
    "BadChecksum",
    "BadDestination",
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

it("errors about 200 000 packets of any shape: the walk to the upper layer ends, and none is about an error", () => {
  const { ip, icmp } = new IcmpV6Harness();
  const chain = (nextHeader: number, octets: Uint8Array): Uint8Array =>
    ipv6OptionsHeader({ nextHeader: 60 }, ipv6OptionsHeader({ nextHeader }, octets));
  const error = icmpV6Message({ ...around, type: 1 }, new Uint8Array(48));
  const samples = [
    ipv6Packet({ ...around, nextHeader: 0 }, chain(58, error)),
    ipv6Packet({ ...around, nextHeader: 0 }, chain(17, new Uint8Array(20))),
    ipv6Packet({ ...around, nextHeader: 44 }, Uint8Array.of(58, 0, 0, 9, 0, 0, 0, 1, ...error)),
    ipv6Packet({ ...around, nextHeader: 51 }, Uint8Array.of(58, 1, ...new Uint8Array(10), ...error)),
  ];
  const { HopByHop } = IpProtocol;
  const counts = new Map<Verdict, number>();
  fuzz({ plan: fuzzPlan(process.env), samples, repair: repairIpv6 }, (input, index) => {
    ip.lendDatagram(HopByHop, new Uint8Array(0), {}, (_packet, info) => {
      const packet = new Packet(input);
      info.headerStart = 0;
      const verdict = icmp.send((index % 12) as IcmpErrorKind, index & 63, packet, info, index * 100);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    });
    ip.take();
  });
  for (const verdict of [Verdict.Handled, Verdict.Ignored, Verdict.TooShort]) {
    expect(counts.get(verdict)).toBeGreaterThan(100);
  }
});

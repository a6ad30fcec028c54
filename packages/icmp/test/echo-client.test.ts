import { icmpV4EchoReply, icmpV4EchoRequest, icmpV4Message, parseIcmpV4 } from "@mnet/conformance";
import { IcmpErrorKind, IpAddress, type NetErrorCode, Verdict } from "@mnet/core";
import { beforeEach, describe, expect, it } from "vitest";
import type { EchoRequest } from "../src/index.ts";
import { EchoRecord, IcmpHarness, pattern } from "./harness.ts";

const peer = IpAddress.parse("10.0.0.2");

let harness: IcmpHarness;
let record: EchoRecord;
beforeEach(() => {
  harness = new IcmpHarness();
  record = new EchoRecord();
});

/** Sends a request at `now` and returns the message as it left. */
function ask(request: Partial<EchoRequest> = {}, now = 0): ReturnType<typeof parseIcmpV4> {
  harness.icmp.echo({ to: peer, timeout: 1000, ...request }, record, now);
  return parseIcmpV4(harness.ip.sent.at(-1)!.octets);
}

describe("an echo request", () => {
  it("is type 8 with a checksum, sequence number 1 and 56 octets of data", () => {
    expect(ask()).toMatchObject({
      type: 8,
      code: 0,
      sequence: 1,
      checksumValid: true,
      payload: { length: 56 },
    });
    expect(harness.ip.sent[0]).toMatchObject({
      source: "10.0.0.1",
      destination: "10.0.0.2",
      hopLimit: 0,
      dontFragment: "no",
    });
  });

  it("carries what it is told to", () => {
    const data = pattern(99);
    expect(ask({ data, sequence: 65535, hopLimit: 3, dontFragment: true })).toMatchObject({
      sequence: 65535,
    });
    const [sent] = harness.ip.sent;
    expect(sent!.octets.subarray(8)).toEqual(data);
    expect(sent).toMatchObject({ hopLimit: 3, dontFragment: "yes" });
  });

  it.each([0, 1, 1473, 65507])("takes %i octets", (size) => {
    const { identifier, payload } = ask({ size });
    expect(payload).toHaveLength(size);
    harness.arrive(icmpV4EchoReply({ identifier, sequence: 1 }, payload));
    expect(record.replies).toMatchObject([{ octets: size }]);
  });

  it("leaves from the address it is told to", () => {
    harness.ip.addAddress("192.168.7.1/24");
    ask({ from: IpAddress.parse("192.168.7.1") });
    expect(harness.ip.sent[0]!.source).toBe("192.168.7.1");
  });

  it("has an identifier and data that nobody can guess, and that no other pending request has", () => {
    const identifiers = new Set<number>();
    const contents = new Set<string>();
    for (let count = 0; count < 1000; count++) {
      const { identifier, payload } = ask();
      identifiers.add(identifier);
      contents.add(payload.join());
    }
    expect(identifiers.size).toBe(1000);
    expect(contents.size).toBe(1000);
  });
});

describe("the answer to an echo request", () => {
  it("is reported once with its round trip", () => {
    const { identifier, payload } = ask({}, 100);
    const reply = icmpV4EchoReply({ identifier, sequence: 1 }, payload);
    expect(harness.arrive(reply, { hopLimit: 57 }, 112.5)).toBe(Verdict.Handled);
    expect(harness.arrive(reply, { hopLimit: 57 }, 113)).toBe(Verdict.UnknownFlow);
    expect(record).toEqual({
      replies: [{ from: peer, roundTrip: 12.5, hopLimit: 57, octets: 56 }],
      failures: [],
    });
    expect(harness.icmp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("must come from the host that was asked, with the same numbers and all of the data", () => {
    const { identifier, payload } = ask();
    const other = Uint8Array.from(payload, (octet, at) => (at === 55 ? octet ^ 1 : octet));
    const numbers = { identifier, sequence: 1 };
    expect(harness.arrive(icmpV4EchoReply(numbers, payload), { source: "10.0.0.3" })).toBe(
      Verdict.UnknownFlow,
    );
    expect(harness.arrive(icmpV4EchoReply({ ...numbers, sequence: 2 }, payload))).toBe(Verdict.UnknownFlow);
    expect(harness.arrive(icmpV4EchoReply({ ...numbers, identifier: identifier ^ 1 }, payload))).toBe(
      Verdict.UnknownFlow,
    );
    expect(harness.arrive(icmpV4EchoReply(numbers, other))).toBe(Verdict.UnknownFlow);
    expect(harness.arrive(icmpV4EchoReply(numbers, payload.subarray(1)))).toBe(Verdict.UnknownFlow);
    expect(harness.arrive(icmpV4EchoReply(numbers, payload), { destination: "10.0.0.255" })).toBe(
      Verdict.BadDestination,
    );
    expect(record).toEqual({ replies: [], failures: [] });
    expect(harness.arrive(icmpV4EchoReply(numbers, payload))).toBe(Verdict.Handled);
    expect(record.replies).toHaveLength(1);
  });

  it("may come from anyone when a group was asked", () => {
    const { identifier, payload } = ask({ to: IpAddress.parse("224.0.0.1") });
    harness.arrive(icmpV4EchoReply({ identifier, sequence: 1 }, payload), { source: "10.0.0.77" });
    expect(record.replies[0]!.from.toString()).toBe("10.0.0.77");
  });

  it("does not depend on what the caller does with its data afterwards", () => {
    const data = pattern(8);
    const { identifier } = ask({ data });
    data.fill(0);
    harness.arrive(icmpV4EchoReply({ identifier, sequence: 1 }, pattern(8)));
    expect(record.replies).toHaveLength(1);
  });

  it("that does not come is ETIMEDOUT at the deadline", () => {
    const { identifier, payload } = ask({ timeout: 1000 }, 500);
    ask({ timeout: 300 }, 500);
    expect(harness.icmp.nextDeadline()).toBe(800);
    harness.icmp.onDeadline(799);
    expect(record.failures).toEqual([]);
    harness.icmp.onDeadline(800);
    expect(record.failures).toEqual(["ETIMEDOUT"]);
    harness.icmp.onDeadline(1500);
    expect(record.failures).toEqual(["ETIMEDOUT", "ETIMEDOUT"]);
    expect(harness.arrive(icmpV4EchoReply({ identifier, sequence: 1 }, payload), {}, 1501)).toBe(
      Verdict.UnknownFlow,
    );
    expect(record.replies).toEqual([]);
  });

  it("does not matter any more once cancelled", () => {
    const echo = harness.icmp.echo({ to: peer, timeout: 10 }, record, 0);
    const { payload } = parseIcmpV4(harness.ip.sent[0]!.octets);
    echo.cancel();
    echo.cancel();
    harness.arrive(icmpV4EchoReply(echo, payload));
    harness.icmp.onDeadline(1000);
    expect(record).toEqual({ replies: [], failures: [] });
  });
});

describe("an ICMP error about an echo request", () => {
  const report = (kind: IcmpErrorKind, quoted: Uint8Array, destination = "10.0.0.2"): boolean =>
    harness.ip.deliverError({ kind, protocol: 1, quoted, destination, mtu: 1280 }, 0);

  it.each<[string, IcmpErrorKind, NetErrorCode]>([
    ["network unreachable", IcmpErrorKind.NetworkUnreachable, "ENETUNREACH"],
    ["host unreachable", IcmpErrorKind.HostUnreachable, "EHOSTUNREACH"],
    ["protocol unreachable", IcmpErrorKind.ProtocolUnreachable, "ECONNREFUSED"],
    ["filtered", IcmpErrorKind.AdministrativelyProhibited, "EHOSTUNREACH"],
    ["hop limit exceeded", IcmpErrorKind.HopLimitExceeded, "EHOSTUNREACH"],
    ["too big", IcmpErrorKind.PacketTooBig, "EMSGSIZE"],
  ])("%s ends it with its code", (_, kind, code) => {
    ask({ dontFragment: true });
    expect(report(kind, harness.ip.sent[0]!.octets.subarray(0, 8))).toBe(true);
    expect(record.failures).toEqual([code]);
  });

  it("counts only when the quote is one that is pending", () => {
    const { identifier } = ask();
    const request = (fields: { identifier: number; sequence: number }): Uint8Array =>
      icmpV4EchoRequest(fields);
    const { HostUnreachable } = IcmpErrorKind;
    expect(report(HostUnreachable, request({ identifier: identifier ^ 1, sequence: 1 }))).toBe(false);
    expect(report(HostUnreachable, request({ identifier, sequence: 2 }))).toBe(false);
    expect(report(HostUnreachable, request({ identifier, sequence: 1 }), "10.0.0.3")).toBe(false);
    expect(report(HostUnreachable, icmpV4EchoReply({ identifier, sequence: 1 }))).toBe(false);
    expect(report(HostUnreachable, icmpV4Message({ type: 3, code: 3 }))).toBe(false);
    expect(report(HostUnreachable, new Uint8Array(0))).toBe(false);
    expect(record.failures).toEqual([]);
  });

  it("that it is too big does not end a request that may be fragmented", () => {
    ask();
    expect(report(IcmpErrorKind.PacketTooBig, harness.ip.sent[0]!.octets)).toBe(true);
    expect(record.failures).toEqual([]);
  });
});

describe("an echo request that cannot be sent", () => {
  const attempt = (request: Partial<EchoRequest>) => (): void => void ask(request);
  const code = (expected: NetErrorCode): object =>
    expect.objectContaining({ code: expected, syscall: "ping" });

  it("throws what is in the way, and waits for nothing", () => {
    harness.ip.setRoutes(["10.0.0.0/24"]);
    expect(attempt({ to: IpAddress.parse("192.0.2.1") })).toThrow(code("ENETUNREACH"));
    expect(attempt({ from: IpAddress.parse("10.0.0.9") })).toThrow(code("EADDRNOTAVAIL"));
    expect(attempt({ to: IpAddress.parse("fd00::1") })).toThrow(code("EAFNOSUPPORT"));
    expect(attempt({ size: 1473, dontFragment: true })).toThrow(code("EMSGSIZE"));
    for (const [refuse, expected] of [
      [Verdict.DeviceBusy, "ENOBUFS"],
      [Verdict.NoBuffers, "ENOBUFS"],
      [Verdict.NeighborFailed, "EHOSTUNREACH"],
      [Verdict.BadLocalAddress, "EADDRNOTAVAIL"],
      [Verdict.NoRoute, "ENETUNREACH"],
      [Verdict.Closed, "ENETDOWN"],
    ] as const) {
      harness.ip.refuse = refuse;
      expect(attempt({})).toThrow(code(expected));
    }
    expect(harness.icmp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(record.failures).toEqual([]);
  });

  it("is ENOBUFS when too many are pending", () => {
    harness = new IcmpHarness({ parameters: { pendingEchoes: 2 } });
    const first = harness.icmp.echo({ to: peer, timeout: 10 }, record, 0);
    ask();
    expect(attempt({})).toThrow(code("ENOBUFS"));
    first.cancel();
    expect(attempt({})).not.toThrow();
  });

  it.each([
    [{ size: -1 }, RangeError, /size/],
    [{ size: 65508 }, RangeError, /size/],
    [{ size: 1.5 }, RangeError, /size/],
    [{ data: new Uint8Array(65508) }, RangeError, /data/],
    [{ data: new Uint8Array(1), size: 1 }, TypeError, /data or size/],
    [{ sequence: 65536 }, RangeError, /sequence/],
    [{ hopLimit: 0 }, RangeError, /hopLimit/],
    [{ hopLimit: 256 }, RangeError, /hopLimit/],
    [{ timeout: 0 }, RangeError, /timeout/],
    [{ timeout: Number.NaN }, RangeError, /timeout/],
  ])("%o is a wrong argument", (request, type, message) => {
    expect(attempt(request)).toThrow(type);
    expect(attempt(request)).toThrow(message);
  });
});

describe("closing the layer", () => {
  it("fails what is pending with ENETDOWN, and neither sends nor answers any more", () => {
    ask();
    harness.icmp.close(0);
    harness.icmp.close(0);
    expect(record.failures).toEqual(["ENETDOWN"]);
    harness.ip.take();
    expect(() => ask()).toThrow(expect.objectContaining({ code: "ENETDOWN" }));
    expect(harness.arrive(icmpV4EchoRequest({ identifier: 1, sequence: 1 }))).toBe(Verdict.Closed);
    expect(harness.ip.sent).toEqual([]);
    expect(harness.icmp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});

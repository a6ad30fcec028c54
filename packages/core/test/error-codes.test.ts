import { describe, expect, it } from "vitest";
import { IcmpErrorKind, icmpErrorCode, sendErrorCode, Verdict } from "../src/index.ts";

describe("what an application is told about an ICMP error", () => {
  it.each([
    ["NetworkUnreachable", "ENETUNREACH"],
    ["HostUnreachable", "EHOSTUNREACH"],
    ["ProtocolUnreachable", "ECONNREFUSED"],
    ["PortUnreachable", "ECONNREFUSED"],
    ["PacketTooBig", "EMSGSIZE"],
    ["SourceRouteFailed", "EHOSTUNREACH"],
    ["AdministrativelyProhibited", "EHOSTUNREACH"],
    ["HopLimitExceeded", "EHOSTUNREACH"],
    ["ReassemblyTimeExceeded", "EHOSTUNREACH"],
    ["ParameterProblem", "EHOSTUNREACH"],
    ["UnrecognizedOption", "EHOSTUNREACH"],
    ["IncompleteHeaderChain", "EHOSTUNREACH"],
  ] as const)("%s: %s", (kind, code) => {
    expect(icmpErrorCode(IcmpErrorKind[kind])).toBe(code);
  });
});

describe("what an application is told about a packet that was not sent", () => {
  it.each([
    ["TooBig", "EMSGSIZE"],
    ["NoRoute", "ENETUNREACH"],
    ["NeighborFailed", "EHOSTUNREACH"],
    ["BadLocalAddress", "EADDRNOTAVAIL"],
    ["Closed", "ENETDOWN"],
    ["DeviceBusy", "ENOBUFS"],
    ["NoBuffers", "ENOBUFS"],
  ] as const)("%s: %s", (verdict, code) => {
    expect(sendErrorCode(Verdict[verdict])).toBe(code);
  });
});

import { fromHex, toHex } from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  describeDatagram,
  icmpV6Message,
  igmpMessage,
  igmpOldMessage,
  igmpQuery,
  igmpV3Report,
  ipv4Packet,
  ipv6Packet,
  mldQuery,
  mldV1Message,
  mldV2Report,
  parseIgmp,
  parseMld,
} from "../src/index.ts";

const around = { source: "fe80::1", destination: "ff02::16" };
const GROUP = "ff0200000000000000000000000000fb";
const line6 = (message: Uint8Array): string =>
  describeDatagram(ipv6Packet({ ...around, nextHeader: 58 }, message));
const line4 = (message: Uint8Array): string =>
  describeDatagram(ipv4Packet({ source: "10.0.0.1", destination: "224.0.0.22", protocol: 2 }, message));

describe("an MLD query", () => {
  it("of version 2 is laid out as RFC 3810 5.1 has it", () => {
    const message = mldQuery({
      ...around,
      group: "ff02::fb",
      maximumResponse: 1000,
      suppress: true,
      robustness: 3,
      interval: 60,
      sources: ["fd00::1"],
    });
    expect(toHex(message.subarray(4))).toBe(`03e80000${GROUP}0b3c0001fd000000000000000000000000000001`);
    expect(parseMld(message)).toEqual({
      message: "query",
      version: 2,
      maximumResponse: 1000,
      group: "ff02::fb",
      suppress: true,
      robustness: 3,
      interval: 60,
      sources: ["fd00::1"],
    });
    expect(line6(message)).toBe("fe80::1 > ff02::16: MLD query v2 ff02::fb from {fd00::1} within 1000");
  });

  it("of version 1 ends behind the group", () => {
    const message = mldQuery({ ...around, old: true });
    expect(message.length).toBe(24);
    expect(parseMld(message)).toMatchObject({ version: 1, group: "::", maximumResponse: 10_000 });
  });
});

describe("an MLD report", () => {
  it("of version 2 is laid out as RFC 3810 5.2 has it", () => {
    const message = mldV2Report({
      ...around,
      records: [
        { type: "toExclude", group: "ff02::fb" },
        { type: "block", group: "ff02::fb", sources: ["fd00::1"], auxiliary: fromHex("aa") },
      ],
    });
    expect(toHex(message.subarray(0, 1))).toBe("8f");
    expect(toHex(message.subarray(4))).toBe(
      `0000000204000000${GROUP}06010001${GROUP}fd000000000000000000000000000001aa000000`,
    );
    expect(parseMld(message)).toEqual({
      message: "report",
      records: [
        { type: "toExclude", group: "ff02::fb", sources: [] },
        { type: "block", group: "ff02::fb", sources: ["fd00::1"] },
      ],
    });
    expect(line6(message)).toBe(
      "fe80::1 > ff02::16: MLD report toExclude ff02::fb {}, block ff02::fb {fd00::1}",
    );
  });

  it.each([
    ["report", 131, "report v1"],
    ["done", 132, "leave"],
  ] as const)("of version 1: %s", (message, type, name) => {
    const octets = mldV1Message({ ...around, message, group: "ff02::fb" });
    expect(octets[0]).toBe(type);
    expect(toHex(octets.subarray(4))).toBe(`00000000${GROUP}`);
    expect(parseMld(octets)).toEqual({ message: name, group: "ff02::fb" });
    expect(line6(octets)).toBe(`fe80::1 > ff02::16: MLD ${name} ff02::fb`);
  });
});

describe("an IGMP query", () => {
  it("of version 3 is laid out as RFC 9776 4.1 has it", () => {
    const message = igmpQuery({ group: "224.0.0.251", maximumResponse: 10, sources: ["10.0.0.9"] });
    expect(toHex(message)).toMatch(/^110a....e00000fb027d00010a000009$/);
    expect(parseIgmp(message)).toEqual({
      message: "query",
      version: 3,
      maximumResponse: 10,
      group: "224.0.0.251",
      suppress: false,
      robustness: 2,
      interval: 125,
      sources: ["10.0.0.9"],
      checksumValid: true,
    });
  });

  it("of an old version ends behind the group; version 1 has no maximum response time", () => {
    expect(toHex(igmpQuery({ old: true }))).toBe("1164ee9b00000000");
    expect(parseIgmp(igmpQuery({ old: true }))).toMatchObject({ version: 2, group: "0.0.0.0" });
    expect(parseIgmp(igmpQuery({ old: true, maximumResponse: 0 }))).toMatchObject({ version: 1 });
  });

  it("names a wrong checksum", () => {
    expect(line4(igmpQuery({ checksum: 0 }))).toBe(
      "10.0.0.1 > 224.0.0.22: IGMP query v3 0.0.0.0 within 100 (bad IGMP checksum)",
    );
  });
});

describe("an IGMP report", () => {
  it("of version 3 is laid out as RFC 9776 4.2 has it", () => {
    const message = igmpV3Report({ records: [{ type: "isExclude", group: "224.0.0.251" }] });
    expect(toHex(message)).toBe("2200fb020000000102000000e00000fb");
    expect(line4(message)).toBe("10.0.0.1 > 224.0.0.22: IGMP report isExclude 224.0.0.251 {}");
  });

  it.each([
    ["report v1", 0x12],
    ["report v2", 0x16],
    ["leave", 0x17],
  ] as const)("of an old version: %s", (message, type) => {
    const octets = igmpOldMessage({ message, group: "224.0.0.251" });
    expect(octets[0]).toBe(type);
    expect(parseIgmp(octets)).toEqual({ message, group: "224.0.0.251", checksumValid: true });
  });
});

describe("a message that is none", () => {
  it.each([
    ["an MLD query cut off", () => parseMld(mldQuery(around).subarray(0, 23))],
    ["an MLD query cut off behind the group", () => parseMld(mldQuery(around).subarray(0, 26))],
    ["sources that are not there", () => parseMld(mldQuery({ ...around, sourceCount: 1 }))],
    ["records that are not there", () => parseMld(mldV2Report({ ...around, records: [], recordCount: 1 }))],
    ["another ICMPv6 type", () => parseMld(icmpV6Message({ ...around, type: 133 }))],
    ["another IGMP type", () => parseIgmp(igmpMessage({ type: 0x13 }, fromHex("00000000")))],
    ["IGMP records that are not there", () => parseIgmp(igmpV3Report({ records: [], recordCount: 1 }))],
    ["seven octets of IGMP", () => parseIgmp(new Uint8Array(7))],
  ])("is refused: %s", (_name, parse) => {
    expect(parse).toThrow(RangeError);
  });

  it("keeps the number of a record type that has no name", () => {
    const message = igmpV3Report({ records: [{ type: "block", group: "224.0.0.251" }] });
    message[8] = 9;
    expect(parseIgmp(message)).toMatchObject({ records: [{ type: 9 }], checksumValid: false });
  });
});

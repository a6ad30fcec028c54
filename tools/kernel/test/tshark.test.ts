import { expect, test } from "vitest";
import { expertReport } from "../src/tshark.ts";

const US = "\u001f";

test("counts malformed frames, bad checksums and errors by frame number", () => {
  const table = [
    // number, malformed, ip, icmp, icmpv6, tcp, udp, severity, message
    "1\t\t1\t\t\t1\t\t\t",
    "2\t\t1\t\t\t0\t\t8388608\tBad checksum",
    "3\tMalformed Packet\t1\t\t\t\t\t8388608\tMalformed Packet (Exception occurred)",
    `4\t\t1${US}0\t1\t\t\t\t${0x400000}${US}${0x200000}\tNo response seen${US}Connection finish`,
    `6\t\t1\t\t\t0\t\t${0x600000}\tTCP Checksum 0xffff instead of 0x0000 (see RFC 1624)`,
    `7\t\t0\t\t\t0\t\t${0x600000}\tTCP Checksum 0xffff instead of 0x0000 (see RFC 1624)`,
    "5\t\t1\t\t\t\t2\t\t",
    "",
  ].join("\n");
  expect(expertReport(table)).toEqual({
    frames: 7,
    malformed: [3],
    badChecksums: [2, 4, 7],
    errors: ["2: Bad checksum", "3: Malformed Packet (Exception occurred)"],
  });
});

test("the transport checksum in the quote of an ICMP error says nothing: the quote may be cut", () => {
  const table = [
    // number, malformed, ip, icmp, icmpv6, tcp, udp, severity, message, icmp.type
    `1\t\t1${US}1\t1\t\t0\t\t8388608\tBad checksum [should be 0xf2e6]\t3`,
    `2\t\t1${US}1\t0\t\t\t0\t8388608\tBad checksum [should be 0xf2e6]\t11`,
    `3\t\t1${US}1\t1${US}0\t\t\t\t\t\t3${US}8`,
    "4\t\t1\t0\t\t\t\t8388608\tBad checksum\t8",
  ].join("\n");
  expect(expertReport(table)).toMatchObject({ badChecksums: [2, 3, 4], errors: ["4: Bad checksum"] });
});

test("nor does the one in the quote of an ICMPv6 error", () => {
  const table = [
    // number, malformed, ip, icmp, icmpv6, tcp, udp, severity, message, icmp.type, icmpv6.type
    "1\t\t\t\t1\t0\t\t8388608\tBad checksum [should be 0xf2e6]\t\t2",
    "2\t\t\t\t0\t\t\t8388608\tBad checksum\t\t2",
    "3\t\t\t\t0\t\t\t8388608\tBad checksum\t\t135",
  ].join("\n");
  expect(expertReport(table)).toMatchObject({ badChecksums: [2, 3], errors: ["3: Bad checksum"] });
});

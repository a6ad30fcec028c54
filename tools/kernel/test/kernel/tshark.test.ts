import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tsharkExpert } from "../../src/index.ts";
import { kernelSuite } from "../../src/suite.ts";

kernelSuite(
  "tsharkExpert",
  () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "mnet-tshark-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    // Ethernet, IPv4 10.0.0.1 to 10.0.0.2, UDP 7 to 7, two octets; all checksums right.
    const good =
      "020000000002020000000001" +
      "0800" +
      "4500001e000100004011" +
      "66cc" +
      "0a0000010a000002" +
      "00070007000a" +
      "8360" +
      "6869";
    const badIp = good.replace("66cc", "66cd");
    const badUdp = good.replace("8360", "8361");
    // A UDP length beyond the datagram.
    const malformed =
      "020000000002020000000001" +
      "0800" +
      "4500001e000100004011" +
      "66cc" +
      "0a0000010a000002" +
      "00070007000700000000";

    function capture(...frames: string[]): string {
      const header = Buffer.alloc(24);
      header.writeUInt32LE(0xa1b2c3d4, 0);
      header.writeUInt16LE(2, 4);
      header.writeUInt16LE(4, 6);
      header.writeUInt32LE(65_535, 16);
      header.writeUInt32LE(1, 20); // LINKTYPE_ETHERNET
      const records = frames.map((hex) => {
        const bytes = Buffer.from(hex, "hex");
        const record = Buffer.alloc(16);
        record.writeUInt32LE(bytes.length, 8);
        record.writeUInt32LE(bytes.length, 12);
        return Buffer.concat([record, bytes]);
      });
      const file = join(folder, "capture.pcap");
      writeFileSync(file, Buffer.concat([header, ...records]));
      return file;
    }

    test("finds nothing wrong with right frames", async () => {
      expect(await tsharkExpert(capture(good, good))).toEqual({
        frames: 2,
        malformed: [],
        badChecksums: [],
        errors: [],
      });
    });

    test("does not mistake payload for protocols", async () => {
      // The start of a Thrift message with a number that is too large, as random octets sometimes are.
      const payload = "822105ffffffff0f000000000000000000000000";
      const ip = "4500003c000100004006" + "66b9" + "0a0000010a000002";
      const tcp = "9c402328" + "0000000100000001" + "5010ffff" + "55230000";
      const frame = `0200000000020200000000010800${ip}${tcp}${payload}`;
      expect(await tsharkExpert(capture(frame))).toEqual({
        frames: 1,
        malformed: [],
        badChecksums: [],
        errors: [],
      });
    });

    test("finds wrong checksums and malformed frames", async () => {
      const report = await tsharkExpert(capture(good, badIp, badUdp, malformed));
      expect(report).toMatchObject({ frames: 4, badChecksums: [2, 3] });
      expect(report.errors.map((error) => error[0])).toEqual(expect.arrayContaining(["2", "3", "4"]));
    });

    test("rejects for a file that is no capture", async () => {
      const file = join(folder, "text");
      writeFileSync(file, "no capture");
      await expect(tsharkExpert(file)).rejects.toThrow(/tshark cannot read/);
    });
  },
  { commands: ["tshark"] },
);

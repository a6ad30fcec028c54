import { readFileSync } from "node:fs";
import { toHex } from "@mnet/core";
import { readPcapng } from "@mnet/pcap";
import { expect, it } from "vitest";
import { answer, pcapng } from "./example.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("the example of the README gets its answer and records both frames", async () => {
  expect(toHex(await answer)).toBe("02000000000102000000000288b56869");
  const { packets } = readPcapng(Uint8Array.from(pcapng));
  expect(packets.map(({ direction, bytes }) => [direction, bytes[5]])).toEqual([
    ["out", 2],
    ["in", 1],
  ]);
});

it("is what the README shows", () => {
  expect(read("../README.md")).toContain(read("example.ts").replaceAll("export ", ""));
});

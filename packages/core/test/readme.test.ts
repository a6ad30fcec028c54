import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fromHex } from "../src/index.ts";
import { counters, datagram } from "./example.ts";
import { naiveChecksum } from "./naive-checksum.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("the example of the README makes a right UDP datagram", () => {
  const pseudoHeader = fromHex("0a000001 0a000002 0011 000d");
  expect(datagram.length).toBe(13);
  expect(naiveChecksum(new Uint8Array([...pseudoHeader, ...datagram]))).toBe(0);
  expect(counters.snapshot()).toEqual({ Handled: 1 });
});

it("is what the README shows", () => {
  expect(read("../README.md")).toContain(read("example.ts").replaceAll("export ", ""));
});

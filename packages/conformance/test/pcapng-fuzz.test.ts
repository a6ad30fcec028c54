import { LinkType, PcapngWriter, readPcapng } from "@mnet/pcap";
import { expect, it } from "vitest";
import { fuzz, fuzzPlan, type Repair } from "../src/index.ts";

/** A capture with packets of several lengths, directions and comments. */
function capture(): Uint8Array {
  const blocks: Uint8Array[] = [];
  const writer = new PcapngWriter({
    write: (bytes) => void blocks.push(bytes.slice()),
    linkType: LinkType.Ethernet,
    application: "fuzz",
  });
  for (let length = 0; length < 40; length += 13) {
    const direction = length % 2 === 0 ? "in" : "out";
    writer.packet(new Uint8Array(length), { timestampMicroseconds: length, direction, comment: "why" });
  }
  return Uint8Array.from(blocks.flatMap((block) => [...block]));
}

/** Makes the two lengths of a mutated block agree now and then, so that its inside is read. */
const repair: Repair = (octets, { lengths }) => {
  if (!lengths || octets.length < 28) return;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const second = view.getUint32(4, true);
  if (second % 4 === 0 && second >= 12 && second <= octets.length) view.setUint32(second - 4, second, true);
};

it("the pcapng reader survives 200 000 files, random and mutated, and stays inside them", () => {
  const outcomes = { refused: 0, truncated: 0, whole: 0 };
  let outside = 0;
  fuzz({ plan: fuzzPlan(process.env), samples: [capture()], repair }, (input) => {
    try {
      const { packets, interfaces, truncated } = readPcapng(input);
      for (const { bytes, interface: index } of packets) {
        if (bytes.buffer !== input.buffer || bytes.length > input.length) outside++;
        if (interfaces[index] === undefined) outside++;
      }
      outcomes[truncated ? "truncated" : "whole"]++;
    } catch (error) {
      if (!(error instanceof RangeError) || !error.message.startsWith("not pcapng")) throw error;
      outcomes.refused++;
    }
  });
  expect(outside).toBe(0);
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(1000);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConversationModel, StreamModel, streamOctets } from "../src/index.ts";

function written(octets: number): StreamModel {
  const model = new StreamModel({ name: "forth" });
  model.wrote(octets);
  return model;
}

describe("StreamModel", () => {
  it("accepts what was written, in any pieces, and then the end", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400)), fc.array(fc.nat(400)), (writes, reads) => {
        const model = new StreamModel({ seed: 3 });
        const line: number[] = [];
        for (const size of writes) {
          const taken = Math.floor(size / 2);
          line.push(...model.next(size).subarray(0, taken));
          model.wrote(taken);
        }
        for (const size of reads) model.received(Uint8Array.from(line.splice(0, size)));
        model.received(Uint8Array.from(line.splice(0)));
        expect(model.outstanding).toBe(0);
        model.finish();
        model.ended();
        expect(model.complete).toBe(true);
      }),
    );
  });

  it("reports an octet that was changed", () => {
    const model = written(100);
    model.received(streamOctets(0, 0, 50));
    const bytes = streamOctets(0, 50, 100);
    bytes[7]! ^= 0x80;
    expect(() => model.received(bytes)).toThrow(
      "forth: wrong octet at offset 57: octets that were never written",
    );
  });

  it("reports what is missing and what came twice, by how much", () => {
    const lost = written(5000);
    lost.received(streamOctets(0, 0, 1460));
    expect(() => lost.received(streamOctets(0, 2920, 4380))).toThrow(
      "forth: wrong octet at offset 1460: octets of offset 2920 stand there, 1460 lost",
    );
    const repeated = written(5000);
    repeated.received(streamOctets(0, 0, 1460));
    expect(() => repeated.received(streamOctets(0, 1000, 2000))).toThrow(
      "forth: wrong octet at offset 1460: octets of offset 1000 stand there, 460 repeated",
    );
  });

  it("reports octets that nobody wrote, and those of another stream", () => {
    expect(() => written(10).received(streamOctets(0, 0, 11))).toThrow(
      "more than the 10 octets that were written",
    );
    expect(() => written(10).received(streamOctets(1, 0, 10))).toThrow("wrong octet at offset 0");
  });

  it("reports an end that is early, late, double or not the writer's", () => {
    const model = written(10);
    expect(() => model.ended()).toThrow("forth: ended at 0, but its writer had not finished");
    model.finish();
    expect(() => model.ended()).toThrow("forth: ended at 0, 10 octets before its end");
    model.received(streamOctets(0, 0, 10));
    model.ended();
    expect(() => model.ended()).toThrow("ended twice");
    expect(() => model.received(Uint8Array.of(1))).toThrow("1 octets after the end");
    expect(() => model.wrote(1)).toThrow("written to after its end");
  });

  it("repeats itself nowhere near", () => {
    const seen = new Map<string, number>();
    const bytes = streamOctets(5, 0, 200_000);
    for (let at = 0; at + 8 <= bytes.length; at += 4) {
      const key = bytes.subarray(at, at + 8).join();
      expect(seen.get(key)).toBe(undefined);
      seen.set(key, at);
    }
  });
});

describe("ConversationModel", () => {
  it("ends each direction by itself", () => {
    const model = new ConversationModel({ names: ["request", "answer"] });
    model.forth.finish();
    model.forth.ended();
    expect(model.complete).toBe(false);
    model.back.wrote(3);
    expect(() => model.back.received(streamOctets(0, 0, 3))).toThrow("answer: wrong octet at offset 0");
    model.back.received(streamOctets(1, 0, 3));
    model.back.finish();
    model.back.ended();
    expect(model.complete).toBe(true);
  });
});

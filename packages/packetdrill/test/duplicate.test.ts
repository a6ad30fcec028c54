import { describe, expect, it } from "vitest";
import { recordScript } from "../src/engine/run.ts";
import { parseScript, runScript } from "../src/index.ts";

describe("every packet twice", () => {
  const script = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0.1 < S 0:0(0) win 1000 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
+0.1 < . 1:1(0) ack 1 win 1000
+0 accept(3, ..., ...) = 4
+0 < P. 1:101(100) ack 1 win 1000
+0 > . 1:1(0) ack 101
+0 read(4, ..., 1000) = 100
`;
  const options = { duplicate: true };

  it("compares what the first delivery provokes, and records what only the second does", () => {
    const { verdict, packets } = recordScript(parseScript(script), options);
    expect(verdict.kind).toBe("pass");
    const seen = packets.map(({ direction, again }) => `${direction}${again ? " again" : ""}`);
    const answered = ["in", "out", "in again", "out again"];
    expect(seen).toEqual([...answered, "in", "in again", ...answered]);
  });

  it("tells in the last packets which those are", () => {
    const wrong = script.replace("ack 101", "ack 102");
    const verdict = runScript(parseScript(wrong), options);
    expect(verdict).toMatchObject({ kind: "fail", failure: { what: "acknowledgment number differs" } });
    const { packets } = (verdict as { failure: { packets: readonly string[] } }).failure;
    expect(packets.filter((text) => text.endsWith("// of a second delivery"))).toHaveLength(5);
  });

  it("does not hide what the first delivery provokes in vain", () => {
    const without = script.replace(
      "+0 > . 1:1(0) ack 101\n",
      "+0.1 < . 101:101(0) ack 1 win 1000\n+0 > R 1:1(0)\n",
    );
    expect(runScript(parseScript(without), options)).toMatchObject({
      kind: "fail",
      failure: { what: "flags, acknowledgment number differ" },
    });
  });
});

import { describe, expect, it } from "vitest";
import { recordScript } from "../src/engine/run.ts";
import { parseScript, runScript, type ScriptVerdict } from "../src/index.ts";

/** How near the host's segments must come to the script's. */

function run(text: string): ScriptVerdict {
  return runScript(parseScript(text));
}

const listening = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
`;
const called = `${listening}+0.1 < S 0:0(0) win 32792 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
+0.1 < . 1:1(0) ack 1 win 32792
+0 accept(3, ..., ...) = 4
`;
const passes = (...uses: readonly [string, number][]): unknown => ({ kind: "pass", accepted: new Map(uses) });
const differs = (what: string): object => ({ kind: "fail", failure: { what } });

describe("PSH", () => {
  it.each([
    ["a SYN and its acknowledgment", called.replace("> S. ", "> SP. ")],
    ["an acknowledgment", `${called}+0 < P. 1:2(1) ack 1 win 5\n+0 > P. 1:1(0) ack 2\n`],
    ["a FIN", `${called}+0 close(4) = 0\n+0 > FP. 1:1(0) ack 1\n`],
    ["a reset", "0 < . 9:9(0) ack 5 win 5\n+0 > RP 5:5(0)\n"],
    ["the end of what was written", `${called}+0 write(4, ..., 10) = 10\n+0 > . 1:11(10) ack 1\n`],
    ["what is not the end", `${called}+0 write(4, ..., 1500) = 1500\n+0 > P. 1:1001(1000) ack 1\n`],
  ])("must be as the script has it on %s", (_what, script) => {
    expect(run(script)).toMatchObject(differs("flags differs"));
  });

  it("is not compared where several segments count as one", () => {
    const written = `${called}+0 write(4, ..., 2000) = 2000\n`;
    expect(run(`${written}+0 > . 1:2001(2000) ack 1\n`)).toEqual(passes(["segmentation", 1], ["push", 1]));
    expect(run(`${written}+0 > P. 1:2001(2000) ack 1\n`)).toEqual(passes(["segmentation", 1]));
  });
});

/** As our own scripts have it where timestamps are told of. */
const strict = "--tcp_ts_tick_usecs=1000\n";

/** An acknowledgment 100 ms after the SYN's, with a timestamp value. */
const stamped = (value: number, before = ""): string => `${before}${strict}${listening}
+0.1 < S 0:0(0) win 32792 <mss 1000,nop,nop,TS val 500 ecr 0>
+0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val 100 ecr 500>
+0.1 < . 1:1(0) ack 1 win 32792 <nop,nop,TS val 600 ecr 100>
+0 accept(3, ..., ...) = 4
+0 < P. 1:2(1) ack 1 win 5 <nop,nop,TS val 600 ecr 100>
+0 > . 1:1(0) ack 2 <nop,nop,TS val ${value} ecr 600>
`;

describe("a timestamp value", () => {
  it("counts milliseconds from the first, and is that of the script or counted", () => {
    expect(run(stamped(200))).toEqual(passes());
    for (const near of [195, 205]) expect(run(stamped(near))).toEqual(passes(["timestamp value", 1]));
    const loose = "--tolerance_usecs=50000\n";
    for (const near of [149, 251]) expect(run(stamped(near, loose))).toEqual(passes(["timestamp value", 1]));
  });

  it.each([194, 206, 100, 1, 999_999, 4_294_967_295])("further away differs: %i", (value) => {
    expect(run(stamped(value))).toMatchObject(differs("options differs"));
  });

  it("is not compared without a tick, as in packetdrill, but counted, and the peer echoes what was sent", () => {
    for (const without of ["", "--tcp_ts_tick_usecs=0\n"]) {
      const text = stamped(100).replace(strict, without);
      expect(run(text)).toEqual(passes(["timestamp not compared", 1]));
      expect(run(text.replace("TS val 100 ecr 600", "TS val 100 ecr 601"))).toMatchObject(
        differs("options differs"),
      );
      const echoed = `${text}+0.1 < P. 2:3(1) ack 1 win 5 <nop,nop,TS val 600 ecr 100>\n`;
      const { packets } = recordScript(parseScript(echoed));
      const [acknowledgment, last] = packets.slice(-2).map(({ octets }) => octets.subarray(44, 52));
      expect(last!.subarray(4)).toEqual(acknowledgment!.subarray(0, 4));
    }
  });

  it("counts as many microseconds as the script says", () => {
    const slow = "--tcp_ts_tick_usecs=10000\n";
    expect(run(stamped(200).replace(strict, slow))).toEqual(passes());
    expect(run(stamped(202).replace(strict, slow))).toEqual(passes(["timestamp value", 1]));
    expect(run(stamped(203).replace(strict, slow))).toMatchObject(differs("options differs"));
  });

  it.each(["-1", "1000001", "1.5", "x"])("has no tick of %s", (tick) => {
    const reason = `--tcp_ts_tick_usecs=${tick}`;
    expect(run(stamped(200).replace(strict, `${reason}\n`))).toEqual({ kind: "skip", reason });
  });

  it("may be early by as much as BSD's slop lets the segment be early", () => {
    const script = (
      value: number,
      slop: number,
    ): string => `${strict}\`sysctl -w net.inet.tcp.rexmit_slop=${slop}\`
\`sysctl -w net.inet.tcp.rexmit_initial=1000\`
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK) = 0
+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0 > S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 100 ecr 0>
+1 > S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 1100 ecr 0>
+2.2 > S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val ${value} ecr 0>
`;
    expect(run(script(3300, 200))).toMatchObject({ kind: "pass" });
    expect(run(script(3310, 200))).toMatchObject(differs("options differs"));
    expect(run(script(3300, 0))).toMatchObject({ kind: "fail" });
  });
});

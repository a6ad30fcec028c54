import { parseScript, runScript } from "@mnet/packetdrill";
import { expect, it } from "vitest";

it("a server answers, byte for byte", () => {
  const script = parseScript(`
    0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0   bind(3, ..., ...) = 0
    +0   listen(3, 1) = 0
    +0.1 < S 0:0(0) win 32792 <mss 1000>
    +0   > S. 0:0(0) ack 1 <mss 1460>
    +0.1 < . 1:1(0) ack 1 win 32792
    +0   accept(3, ..., ...) = 4
    +0   < P. 1:11(10) ack 1 win 32792
    +0   > . 1:1(0) ack 11
    +0   read(4, ..., 100) = 10
  `);
  expect(runScript(script).kind).toBe("pass");
});

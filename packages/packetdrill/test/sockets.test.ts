import { describe, expect, it } from "vitest";
import { parseScript, type RunOptions, runScript, type ScriptVerdict } from "../src/index.ts";

/** What sockets and options of scripts mean where it is not plain POSIX. */

function run(text: string, options?: RunOptions): ScriptVerdict {
  return runScript(parseScript(text), options);
}

/** @param before lines in front of the first event. @param listening lines behind `listen`. */
function accepted(before = "", listening = "", segment = 1460): string {
  return `${before}
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
${listening}
+0.1 < S 0:0(0) win 32792 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss ${segment}>
+0.1 < . 1:1(0) ack 1 win 32792
+0 accept(3, ..., ...) = 4
`;
}

const passes = { kind: "pass" };
const linux = "`sysctl -w net.ipv4.tcp_sack=1`";

describe("sockets", () => {
  it("options of a listener hold for what is accepted", () => {
    const set = "+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [900], 4) = 0";
    expect(
      run(`${accepted("", set, 900)}+0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [900], [4]) = 0\n`),
    ).toMatchObject(passes);
  });

  it("options of a listener cannot change once somebody has called", () => {
    const script = `${accepted()}+0 < 5001 > 8080 S 0:0(0) win 1000 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [900], 4) = 0
`;
    expect(run(script)).toEqual({ kind: "skip", reason: "setsockopt of a listener in use" });
  });

  const calls = accepted().replace("<mss 1460>", "<...>").replace("< S 0:0(0)", "< 5001 > 8080 S 0:0(0)");
  const answered = (address: string, before = ""): ScriptVerdict =>
    run(`${before}${calls.replace("accept(3, ..., ...)", `accept(3, ${address}, ...)`)}`);

  it.each([
    ['{sa_family = AF_INET, sin_port = htons(5001), sin_addr = inet_addr("192.0.2.1")}', ""],
    ["{sa_family = AF_INET, sin_port = htons(5001)}", ""],
    [
      '{sin6_family = AF_INET6, sin6_port = htons(5001), sin6_addr = inet_pton(AF_INET6, "2001:db8:2::1")}',
      "--ip_version=ipv6\n",
    ],
  ])("accept tells who has called: %s", (address, before) => {
    expect(answered(address, before)).toMatchObject(passes);
  });

  it.each([
    [
      '{sa_family = AF_INET, sin_port = htons(5002), sin_addr = inet_addr("192.0.2.1")}',
      "accept: the port differs",
    ],
    [
      '{sa_family = AF_INET, sin_port = htons(5001), sin_addr = inet_addr("1.2.3.4")}',
      "accept: the address differs",
    ],
    ["{sa_family = AF_INET6, sin_port = htons(5001)}", "accept: the family differs"],
  ])("accept does not tell of somebody else: %s", (address, what) => {
    expect(answered(address)).toMatchObject({ kind: "fail", failure: { line: 9, what } });
  });

  const mapped = "--ip_version=ipv4-mapped-ipv6\n";

  it.each([
    ['{sa_family = AF_INET6, sin6_addr = inet_pton("::ffff:192.0.2.1")}', mapped, null],
    ['{sin6_addr = inet_pton("192.0.2.1")}', mapped, "accept: the address differs"],
    ['{sin6_addr = inet_pton("::ffff:192.0.2.2")}', mapped, "accept: the address differs"],
    ["{sa_family = AF_INET}", mapped, "accept: the family differs"],
    ['{sin_addr = inet_addr("::ffff:192.0.2.1")}', "", "accept: the address differs"],
  ])("a caller over IPv4 has an IPv4-mapped address for AF_INET6 alone: %s", (address, before, what) => {
    expect(answered(address, before)).toMatchObject(
      what === null ? passes : { kind: "fail", failure: { what } },
    );
  });

  it.each(["ipv5", "ipv4-mapped", ""])("there is no --ip_version=%s", (version) => {
    expect(run(`--ip_version=${version}\n${accepted()}`)).toEqual({
      kind: "skip",
      reason: `--ip_version=${version}`,
    });
  });

  it("a domain without packets of its family cannot be run", () => {
    const script = accepted("--ip_version=ipv6", "", 1440).replace("socket(...", "socket(AF_INET");
    expect(run(script)).toEqual({ kind: "skip", reason: "socket domain AF_INET over IPv6" });
  });

  it("connect to another host than the script's peer cannot be run", () => {
    const address = '{sa_family = AF_INET, sin_port = htons(80), sin_addr = inet_addr("192.0.2.2")}';
    const script = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 connect(3, ${address}, ...) = 0\n`;
    expect(run(script)).toMatchObject({ kind: "skip", reason: expect.stringContaining("192.0.2.2") });
  });

  it("accept with an address that says nothing known is not judged", () => {
    expect(answered("{sa_len = 16}")).toEqual({ kind: "skip", reason: "address {sa_len=16}" });
    expect(answered("[16]")).toEqual({ kind: "skip", reason: "address [16]" });
  });

  it("SIOCINQ is what can be read, SIOCOUTQ what is not acknowledged", () => {
    const script = `${accepted()}+0 < P. 1:101(100) ack 1 win 32792
+0 > . 1:1(0) ack 101
+0 ioctl(4, SIOCINQ, [100]) = 0
+0 write(4, ..., 50) = 50
+0 > P. 1:51(50) ack 101
+0 ioctl(4, SIOCOUTQ, [50]) = 0
`;
    expect(run(script)).toMatchObject(passes);
    expect(run(script.replace("[50]) = 0\n", "[51]) = 0\n"))).toMatchObject({ kind: "fail" });
    expect(run(`${accepted()}+0 ioctl(4, SIOCATMARK, [0]) = 0\n`)).toEqual({
      kind: "skip",
      reason: "ioctl SIOCATMARK",
    });
  });

  it("text behind SHUT_RD can be read on Linux, and is lost elsewhere", () => {
    const script = (before: string, octets: number): string => `${accepted(before)}+0 shutdown(4, SHUT_RD) = 0
+0 < P. 1:101(100) ack 1 win 32792
+0 > . 1:1(0) ack 101
+0 read(4, ..., 1000) = ${octets}
`;
    expect(run(script(linux, 100))).toMatchObject(passes);
    expect(run(script("", 0))).toMatchObject(passes);
  });

  it("TCP_LINGER2 is how long FIN-WAIT-2 lasts", () => {
    const script = `${accepted()}+0 setsockopt(4, SOL_TCP, TCP_LINGER2, [1], 4) = 0
+0 close(4) = 0
+0 > F. 1:1(0) ack 1
+0 < . 1:1(0) ack 2 win 32792
+1.5 < . 1:1(0) ack 2 win 32792
+0 > R 2:2(0)
`;
    expect(run(script)).toMatchObject(passes);
    expect(run(script.replace("[1]", "[3]"))).toMatchObject({ kind: "fail" });
  });
});

describe("packets", () => {
  it("--mss cuts the peer's text, which arrives at once", () => {
    const script = `${accepted("--mss=1000")}+0 < FP. 1:2501(2500) ack 1 win 32792
+0 > . 1:1(0) ack 2001
+0 > . 1:1(0) ack 2502
+0 read(4, ..., 5000) = 2500
+0 read(4, ..., 5000) = 0
`;
    expect(run(script)).toMatchObject(passes);
  });

  it("the ACK bit without a number acknowledges the SYN's", () => {
    expect(run(`${accepted()}+0 < P. 1:101(100) win 32792\n+0 > . 1:1(0) ack 101\n`)).toMatchObject(passes);
  });

  it("what a script says of the acknowledgment number of a reset without the ACK bit is its 0", () => {
    const script = (number: number): string => `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < . 1:1(0) ack 1 win 32792
+0 > R 1:1(0) ack ${number}
`;
    expect(run(script(0))).toMatchObject(passes);
    expect(run(script(7))).toMatchObject({ kind: "fail" });
  });

  it("a range of times is counted from when the packet before did leave", () => {
    const script = `${accepted()}+0 write(4, ..., 100) = 100
+0 > P. 1:101(100) ack 1
+0.1~+0.4 > P. 1:101(100) ack 1
+0.6 > P. 1:101(100) ack 1
`;
    expect(run(script)).toMatchObject(passes);
  });

  it("another tolerance than the script's", () => {
    const late = `${accepted()}+0 < P. 1:2001(2000) ack 1 win 32792\n+0.05 > . 1:1(0) ack 2001\n`;
    expect(run(late)).toMatchObject({ kind: "fail" });
    expect(run(late, { tolerance: 100_000 })).toMatchObject(passes);
  });
});

describe("code", () => {
  it("may name constants", () => {
    const code = "+0 %{ INFINITE = 0x7fffffff; assert tcpi_snd_ssthresh == INFINITE }%\n";
    expect(run(accepted() + code)).toMatchObject(passes);
  });

  it("is not asked for Linux's degree of reordering, and that is counted", () => {
    const verdict = run(
      `${accepted()}+0 %{ assert tcpi_reordering == 3, tcpi_reordering; assert tcpi_unacked == 0 }%\n`,
    );
    expect(verdict).toEqual({ kind: "pass", accepted: new Map([["degree of reordering", 1]]) });
  });
});

describe("commands", () => {
  it("a queue that drops what the host sends is nothing that there is here", () => {
    const script = `${accepted(linux)}+0 \`tc qdisc replace dev tun0 root pfifo limit 0\`\n+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n`;
    expect(run(script)).toMatchObject({ kind: "skip" });
  });

  it.each([
    ["0", "+1 > S. 0:0(0) ack 1 <...>"],
    ["1", "+1 > S. 0:0(0) ack 1 <...>"],
    [
      "2",
      "+1.5 < . 1:1(0) ack 1 win 1000\n+0 accept(3, ..., ...) = 4\n+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1",
    ],
  ])("net.ipv4.tcp_syncookies=%s", (value, then) => {
    const script = `\`sysctl -w net.ipv4.tcp_syncookies=${value};\`
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 1000 <mss 1000>
+0 > S. 0:0(0) ack 1 <...>
${then}
`;
    expect(run(script)).toMatchObject(passes);
  });
});

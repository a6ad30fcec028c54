import { describe, expect, it } from "vitest";
import { parseScript, type RunOptions, runScript, type ScriptVerdict } from "../src/index.ts";

function run(text: string, options?: RunOptions): ScriptVerdict {
  return runScript(parseScript(text), options);
}

/** A server that has accepted a connection as descriptor 4 at 0.2 seconds. */
const accepted = `
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0.1 < S 0:0(0) win 32792 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
+0.1 < . 1:1(0) ack 1 win 32792
+0 accept(3, ..., ...) = 4
`;

const conversation = `${accepted}
+0 < P. 1:11(10) ack 1 win 32792
+0 > . 1:1(0) ack 11
+0 read(4, ..., 100) = 10
+0 write(4, ..., 1000) = 1000
+0 > P. 1:1001(1000) ack 11
+0.1 < F. 11:11(0) ack 1001 win 32792
+0 > . 1001:1001(0) ack 12
+0 read(4, ..., 100) = 0
+0 close(4) = 0
+0 > F. 1001:1001(0) ack 12
+0.1 < . 12:12(0) ack 1002 win 32792
`;

describe("a script that the host follows", () => {
  it.each<RunOptions>([
    {},
    { medium: "ethernet" },
    { initialSequence: 0xffff_fff0 },
    { initialSequence: 0x7fff_fffa },
    { portShift: 1234 },
    { seed: 99 },
  ])("passes with %j", (options) => {
    expect(run(conversation, options)).toMatchObject({ kind: "pass" });
  });

  it("counts the differences that mean nothing", () => {
    const verdict = run(`${accepted}
+0 write(4, ..., 2000) = 2000
+0 > . 1:2001(2000) ack 1
`);
    expect(verdict).toEqual({
      kind: "pass",
      accepted: new Map([
        ["segmentation", 1],
        ["push", 1],
      ]),
    });
  });
});

describe("a script that the host does not follow", () => {
  it("fails with the line, both packets in the script's syntax, and what was on the wire", () => {
    expect(run(`${accepted}+0 write(4, ..., 10) = 10\n+0 > P. 1:12(11) ack 1\n`)).toEqual({
      kind: "fail",
      failure: {
        line: 10,
        what: "length differs",
        expected: "> P. 1:12(11) ack 1",
        actual: "> P. 1:11(10) ack 1 win 65535",
        packets: [
          "0.1 < S 0:0(0) win 32792 <mss 1000>",
          "0.1 > S. 0:0(0) ack 1 win 65535 <mss 1460>",
          "0.2 < . 1:1(0) ack 1 win 32792",
          "0.2 > P. 1:11(10) ack 1 win 65535",
        ],
      },
    });
  });

  it.each([
    ["no packet", "+0 > . 1:1(0) ack 1", "no packet came"],
    ["no packet at any time", "* > . 1:1(0) ack 1", "no packet came"],
    ["a call's value", "+0 write(4, ..., 10) = 9", "write returned something else"],
    ["a call's error", "+0 read(3, ..., 10) = 0", "read returned something else"],
    [
      "a call's time",
      "+0...0.5 read(4, ..., 10) = 1\n+0.1 < . 1:2(1) ack 1 win 5\n+0 > . 1:1(0) ack 2",
      "read returned at another time",
    ],
    ["a call that never returns", "+0...0.5 read(4, ..., 10) = 1", "the call does not return"],
    [
      "a packet's time",
      "+0 write(4, ..., 10) = 10\n+1~+1.1 > P. 1:11(10) ack 1",
      "the packet came at another time",
    ],
    ["a flag", "+0 write(4, ..., 10) = 10\n+0 > F. 1:11(10) ack 1", "flags differs"],
    ["an option", "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 <sackOK>", "options differs"],
    ["a window", "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 win 100", "window differs"],
    [
      "a traffic class",
      "+0 write(4, ..., 10) = 10\n+0 > [tos 0x4] P. 1:11(10) ack 1",
      "traffic class differs",
    ],
    ["a hop limit", "+0 write(4, ..., 10) = 10\n+0 > [ttl 9] P. 1:11(10) ack 1", "hop limit differs"],
    [
      "an option's value",
      "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0",
      "SO_ERROR differs",
    ],
    ["an assertion", "+0 %{ assert tcpi_snd_cwnd == 11 }%", "an assertion does not hold"],
    ["a state", "+0 `sockstat -4 -P tcp | grep -c ESTABLISHED | grep 2`", "connections in ESTABLISHED"],
    ["readiness", "+0 poll([{fd=4, events=POLLIN | POLLOUT, revents=POLLIN}], 1, 0) = 1", "poll differs"],
  ])("notices %s", (_what, lines, message) => {
    const verdict = run(`${accepted}${lines}\n`);
    expect(verdict).toMatchObject({ kind: "fail", failure: { what: message } });
  });
});

describe("a script that makes the host or the runner throw", () => {
  it.each([
    [
      "a call",
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, {sin_port = htons(99999)}, 16) = 0\n+0 listen(3, 1) = 0",
      3,
      "RangeError: port must be an integer from 0 to 65535, not 99999",
    ],
    [
      "the settings",
      "--mtu=1\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
      0,
      "RangeError: mtu must be at least 68, not 1",
    ],
  ])("fails, and nothing else: %s", (_what, text, line, what) => {
    expect(run(text)).toMatchObject({ kind: "fail", failure: { line, what, expected: "no exception" } });
  });
});

/** A server with windows in units of 128 octets that has sent one, to 262121, and is to send another after 1000 octets. */
const scaled = `${accepted
  .replace("<mss 1000>", "<mss 1000,nop,wscale 7>")
  .replace("<mss 1460>", "<mss 1460,nop,wscale 7>")}
+0 < P. 1:1001(1000) ack 1 win 1
+0 > . 1:1(0) ack 1001 win 2040
+0 < P. 1001:2001(1000) ack 1 win 1
`;
/** The same without scaling, and with room for 8000 octets. */
const plain = `${accepted.replace(") = 3", ") = 3\n+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [8000], 4) = 0")}
+0 < P. 1:1001(1000) ack 1 win 1
+0 > . 1:1(0) ack 1001 win 7000
+0 < P. 1001:2001(1000) ack 1 win 1
`;

describe("assertions", () => {
  it.each([
    ["tcpi_reordering == 77", "tcpi_reordering == 77", 1],
    ["a clause among others", "tcpi_reordering == 77 and tcpi_snd_cwnd == 10 and 3 <= tcpi_reordering", 2],
    ["an alternative", "tcpi_reordering == 77 or tcpi_snd_cwnd == 10", 1],
  ])(
    "about the degree of reordering are left out, clause by clause, and counted: %s",
    (_what, code, uses) => {
      expect(run(`${accepted}+0 %{ assert ${code} }%\n`)).toEqual({
        kind: "pass",
        accepted: new Map([["degree of reordering", uses]]),
      });
    },
  );

  it.each([
    "tcpi_reordering == 77 and tcpi_snd_cwnd == 11",
    "tcpi_snd_cwnd == 11 and tcpi_reordering == 77",
    "tcpi_reordering == 77 or tcpi_snd_cwnd == 11",
  ])("are not left out for what else they say: %s", (code) => {
    const failure = { what: "an assertion does not hold", expected: code, actual: "tcpi_snd_cwnd == 10" };
    expect(run(`${accepted}+0 %{ assert ${code} }%\n`)).toMatchObject({ kind: "fail", failure });
  });

  it.each([
    ["tcpi_state != TCPI_NONSENSE", "TCPI_NONSENSE"],
    ["tcpi_snd_cwnd == 10 or tcpi_state == TCPI_NONSENSE", "TCPI_NONSENSE"],
    ["tcpi_snd_cwnd == 10 or tcpi_nonsense == 4", "tcpi_nonsense"],
  ])("with a name that nobody knows are not judged: %s", (code, reason) => {
    expect(run(`${accepted}+0 %{ assert ${code} }%\n`)).toEqual({ kind: "skip", reason });
  });

  it("know the script's own constants first", () => {
    const named = (value: number): string =>
      `${accepted}+0 %{\nTCPI_OPT_SACK = ${value}\nTCPI_2ND = 4\nassert tcpi_snd_cwnd == TCPI_OPT_SACK and tcpi_state == TCPI_2ND\n}%\n`;
    expect(run(named(10))).toMatchObject({ kind: "pass" });
    expect(run(named(2))).toMatchObject({ kind: "fail" });
  });

  it.each([
    [10, "pass"],
    [11, "fail"],
  ])("go on behind a backslash at the end of a line: %i segments %s", (window, kind) => {
    const lines = ["assert tcpi_state == TCPI_ESTABLISHED;", `assert \\\n tcpi_snd_cwnd == ${window};`, ""];
    expect(run(`${accepted}+0 %{ ${lines.join("\\\n")}}%\n`)).toMatchObject({ kind });
  });
});

describe("a window", () => {
  it.each([
    ["that scales", scaled, 2033, null],
    ["that scales", scaled, 2034, "window held back"],
    // 7 units of 128 octets are less than a segment.
    ["that scales", scaled, 2040, "window held back"],
    ["that does not scale", plain, 6000, null],
    ["that does not scale", plain, 7000, "window held back"],
  ])("%s may be held back by less than a segment, and each use counts", (_how, text, window, use) => {
    expect(run(`${text}+0~+.5 > . 1:1(0) ack 2001 win ${window}\n`)).toEqual({
      kind: "pass",
      accepted: new Map(use === null ? [] : [[use, 1]]),
    });
  });

  it.each([
    ["more than a segment less", scaled, 2043],
    ["a unit more", scaled, 2032],
    ["not none", scaled, 0],
    ["more than a segment less", plain, 7220],
    ["an octet more", plain, 5999],
    ["not none", plain, 0],
    // On the first segment that scales, the right edge moves: nothing is held back.
    ["less than a segment less", scaled.replace("win 2040", "win 2048"), 2032],
  ])("that is %s differs", (_how, text, window) => {
    const verdict = run(`${text}+0~+.5 > . 1:1(0) ack 2001 win ${window}\n`);
    expect(verdict).toMatchObject({ kind: "fail", failure: { what: "window differs" } });
  });

  it("that is closed is not one that has room for an octet", () => {
    const closed = accepted.replace(") = 3", ") = 3\n+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [1000], 4) = 0");
    const after = (window: number): ScriptVerdict =>
      run(`${closed}+0 < P. 1:1001(1000) ack 1 win 1\n+0~+.5 > . 1:1(0) ack 1001 win ${window}\n`);
    expect(after(0)).toMatchObject({ kind: "pass" });
    for (const window of [1, 100, 1000, 1219]) {
      expect(after(window)).toMatchObject({ kind: "fail", failure: { what: "window differs" } });
    }
  });
});

describe("a script that cannot be run", () => {
  it.each([
    ["+0 epoll_create(1) = 4", "epoll_create"],
    ["+0 setsockopt(4, SOL_TCP, TCP_FASTOPEN, [1], 4) = 0", "setsockopt TCP_FASTOPEN"],
    ["+0 < . 1:1(0) ack 1 win 5 <FO 1234>", "a TCP option that the stack does not speak"],
    ["+0 %{ import os }%", 'code "import os"'],
    ["+0 `iptables -F`\n+0 < . 1:1(0) ack 1 win 5", 'command "iptables -F" while running'],
    ["+0 < . 1:1(0) ack 1 win 5/udp(1 > 2)", "TCP in UDP"],
    ["+0 read(77, ..., 10) = 0", "descriptor 77, which is not open"],
  ])("is skipped with its reason: %s", (line, reason) => {
    expect(run(`${accepted}${line}\n`)).toEqual({ kind: "skip", reason });
  });

  it.each([
    ["`sysctl -q net.ipv4.tcp_strange=1`", "control net.ipv4.tcp_strange=1"],
    ["`sysctl -e -q net/ipv4/tcp_strange=1`", "control net.ipv4.tcp_strange=1"],
    ["`sysctl -q net.ipv4.tcp_sack=1; exit 1`", 'command "sysctl -q net.ipv4.tcp_sack=1; exit 1"'],
    ["`sysctl -w net.ipv4.tcp_sack=1 net.ipv4.tcp_strange=1`", "command"],
    ["`grep -c ESTABLISHED /proc/net/tcp`\n+0 close(4) = 0", 'command "grep -c ESTABLISHED /proc/net/tcp"'],
  ])("is skipped for a command behind its last packet: %s", (line, reason) => {
    const verdict = run(`${accepted}+0 ${line}\n`);
    expect(verdict).toMatchObject({ kind: "skip", reason: expect.stringContaining(reason) });
  });

  it("is one without events", () => {
    for (const text of ["", "// nothing\n", "--mss=1000\n"]) {
      expect(run(text)).toEqual({ kind: "skip", reason: "a script without events" });
    }
  });

  it.each(["`sysctl -q net.ipv4.tcp_sack=1  # as it was`", "`true`"])(
    "is not one that cleans up: %s",
    (line) => {
      expect(run(`${accepted}+0 ${line}\n`)).toMatchObject({ kind: "pass" });
    },
  );

  it.each([
    ["--md5=secret\n+0 close(3) = 0", "option --md5"],
    ["`sysctl -w net.inet.tcp.strange=1`\n+0 close(3) = 0", "control net.inet.tcp.strange"],
    ["`rm -rf nothing`\n+0 close(3) = 0", 'command "rm -rf nothing"'],
  ])("is skipped before it begins: %j", (text, reason) => {
    expect(run(text)).toEqual({ kind: "skip", reason });
  });
});

describe("blocking calls", () => {
  it("return when what they wait for happens, at the time the script says", () => {
    expect(
      run(`
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+.1...0.2 connect(3, ..., ...) = 0
+0 > S 0:0(0) <...>
+.1 < S. 0:0(0) ack 1 win 5792 <mss 1460>
+0 > . 1:1(0) ack 1
+0...0.15 read(3, ..., 100) = 5
+.15 < P. 1:6(5) ack 1 win 5792
+0 > . 1:1(0) ack 6
`),
    ).toMatchObject({ kind: "pass" });
  });

  it("that do not wait say so", () => {
    expect(
      run(`
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK) = 0
+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0 > S 0:0(0) <...>
+0 connect(3, ..., ...) = -1 EALREADY (Operation already in progress)
+.1 < R. 0:0(0) ack 1 win 0
+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0
+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
`),
    ).toMatchObject({ kind: "pass" });
  });
});

describe("datagrams and errors of the network", () => {
  it("reach the socket", () => {
    expect(
      run(`
0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3
+0 connect(3, ..., ...) = 0
+0 write(3, ..., 20) = 20
+0 > udp (20)
+.1 < udp (30)
+0 read(3, ..., 100) = 30
+0 write(3, ..., 5) = 5
+0 > udp (5)
+.1 < icmp unreachable port_unreachable [udp (5)]
+0 read(3, ..., 100) = -1 ECONNREFUSED (Connection refused)
`),
    ).toMatchObject({ kind: "pass" });
  });
});

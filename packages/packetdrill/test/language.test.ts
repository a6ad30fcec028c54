import { describe, expect, it } from "vitest";
import { ScriptError } from "../src/language/cursor.ts";
import { parseScript } from "../src/language/parse.ts";
import { printEvent, printScript } from "../src/language/print.ts";

/** The one event of a script of one line. */
function event(text: string) {
  const { events } = parseScript(text);
  expect(events).toHaveLength(1);
  return events[0]!;
}

describe("times", () => {
  it.each([
    ["+0 close(3) = 0", { kind: "relative", at: 0 }],
    ["+.25 close(3) = 0", { kind: "relative", at: 250_000 }],
    ["1.000001 close(3) = 0", { kind: "absolute", at: 1_000_001 }],
    ["* > . 1:1(0) ack 1", { kind: "any" }],
    ["+.1~+.3 > . 1:1(0) ack 1", { kind: "relative-range", from: 100_000, to: 300_000 }],
    ["1~2.5 > . 1:1(0) ack 1", { kind: "absolute-range", from: 1_000_000, to: 2_500_000 }],
    ["`true`", { kind: "none" }],
  ])("%s", (text, when) => {
    expect(event(text).when).toEqual(when);
  });
});

describe("packets", () => {
  it("a SYN with options", () => {
    expect(event("+0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,wscale 7,TS val 1 ecr 2,eol>").action).toEqual(
      {
        kind: "packet",
        direction: "in",
        header: { ecn: null, trafficClass: null, hopLimit: null, flowLabel: null },
        ports: null,
        encapsulation: null,
        body: {
          kind: "tcp",
          flags: "S",
          sequence: { start: 0, end: 0, length: 0, base: "initial" },
          acknowledgment: null,
          window: 32_792,
          urgent: null,
          options: [
            { kind: "mss", value: 1000 },
            { kind: "sackOK" },
            { kind: "nop" },
            { kind: "wscale", value: 7 },
            { kind: "TS", value: 1, echo: 2 },
            { kind: "eol" },
          ],
        },
      },
    );
  });

  it.each([
    "+0 > P. 1:1001(1000) ack 1",
    "+0 > [ect0] PW. 1:1(0) ack 1 win 5 urg 3 <nop,nop,sack 1:2 5:9>",
    "+0 > [noecn, tos 0x20, flowlabel 0x12345, ttl 3] . 1:1(0) ack 1 <...>",
    "+0 < 80 > 5000 R. 0:0(0)! ack 1 win 0",
    "+0 > S. ...(0) ack 65537",
    "+0 < - 1:2(1) win 1",
    "+0 < udp (100)",
    "+0 < icmp unreachable frag_needed mtu 1200 [1:1461(1460)]",
    "+0 < icmp unreachable port_unreachable [udp (10)]",
    "+0 < icmp source_quench [0:0(0)]",
    "+0 < S 0:0(0) win 1 <mss 5,md5 valid>/udp(1 > 9811)",
  ])("%s is printed as it was written", (text) => {
    expect(printEvent(event(text))).toBe(text);
  });

  it("takes FreeBSD's parentheses, classes and spaces", () => {
    const { action } = event("+0.00 > (class 0x28)   F.   1:1(0)   ack   1 < nop , nop , sack 1:2 >");
    expect(action).toMatchObject({ header: { trafficClass: 0x28 }, body: { flags: "F." } });
  });

  it("refuses a range that contradicts its length", () => {
    expect(() => parseScript("+0 < . 1:5(3) ack 1")).toThrow("line 1: the range and its length disagree");
  });
});

describe("calls", () => {
  it.each([
    "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
    "+0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK) = 0",
    "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)",
    "+0.1 ...0.2 accept(3, ..., ...) = 4",
    "+0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)",
    "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0",
    "+0 poll([{fd=4, events=POLLIN | POLLOUT, revents=POLLOUT}], 1, 0) = 1",
    '+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, ["reno"], 4) = 0',
    "+0 bind(3, {sa_family=AF_INET, sin_port=htons(8080)}, 16) = 0",
    "+0 read(4, ..., ~5) = ?",
  ])("%s is printed as it was written", (text) => {
    expect(printEvent(event(text)).replace("+0.1 ...", "+0.1 ...")).toBe(text);
  });
});

describe("scripts", () => {
  it("have options, comments, commands and code", () => {
    const script = parseScript(`// before
--ip_version=ipv6
--tolerance_usecs=10000  // about
\`sysctl -w a.b=1
 sysctl -w c.d=2\`
/* in
   between */
+0 %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%  # after
+0 \`true\`
`);
    expect(script.options).toEqual([
      { line: 2, name: "ip_version", value: "ipv6" },
      { line: 3, name: "tolerance_usecs", value: "10000" },
    ]);
    expect(script.events.map(({ line, action }) => [line, action.kind])).toEqual([
      [4, "command"],
      [8, "code"],
      [9, "command"],
    ]);
    expect(parseScript(printScript(script)).events.map(({ action }) => action)).toEqual(
      script.events.map(({ action }) => action),
    );
  });

  it.each([
    ["+0 nonsense", "line 1: expected a packet, a call, a command or code"],
    ["\n\nclose(3) = 0", "line 3: expected a time"],
    ["+0 < S 0:0(0) <mss>", "line 1: expected a number"],
    ["+0 close(3", 'line 1: expected "," or ")", found the end'],
    ["+0 < ipv4 1.1.1.1 > 2.2.2.2: S 0:0(0)", "line 1: encapsulation is not supported"],
    ["+0 close(3) =", "line 1: expected an expression, found the end"],
  ])("say where they cannot be read: %j", (text, message) => {
    expect(() => parseScript(text)).toThrow(message);
    expect(() => parseScript(text)).toThrow(ScriptError);
  });
});

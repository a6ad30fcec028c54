import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScriptError } from "../src/language/cursor.ts";
import { parseScript } from "../src/language/parse.ts";
import { printScript } from "../src/language/print.ts";
import type { Expression, Script, ScriptEvent, TcpOptionSpec, When } from "../src/language/tree.ts";

const microseconds = fc.nat(10_000_000_000);
const number32 = fc.nat(0xffffffff);
const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

const when: fc.Arbitrary<When> = fc.oneof(
  fc.constant({ kind: "any" } as const),
  fc.record({ kind: fc.constantFrom("relative" as const, "absolute" as const), at: microseconds }),
  fc.record({
    kind: fc.constantFrom("relative-range" as const, "absolute-range" as const),
    from: microseconds,
    to: microseconds,
  }),
);

const option: fc.Arbitrary<TcpOptionSpec> = fc.oneof(
  fc.record({ kind: fc.constantFrom("nop" as const, "eol" as const, "sackOK" as const) }),
  fc.record({ kind: fc.constantFrom("mss" as const, "wscale" as const), value: fc.nat(65_535) }),
  fc.record({ kind: fc.constant("TS" as const), value: number32, echo: number32 }),
  fc.record({
    kind: fc.constant("sack" as const),
    blocks: fc.array(fc.record({ left: number32, right: number32 }), { minLength: 1, maxLength: 4 }),
  }),
);

const range = fc.record({ start: fc.nat(0xffff), length: fc.nat(0xffff) }).map(({ start, length }) => ({
  start,
  length,
  end: start + length,
  base: "initial" as const,
}));

const packet = fc.record({
  kind: fc.constant("packet" as const),
  direction: fc.constantFrom("in" as const, "out" as const),
  header: fc.record({
    ecn: nullable(
      fc.constantFrom("noecn" as const, "ect0" as const, "ect1" as const, "ect01" as const, "ce" as const),
    ),
    trafficClass: nullable(fc.nat(255)),
    hopLimit: nullable(fc.nat(255)),
    flowLabel: nullable(fc.nat(0xfffff)),
  }),
  ports: nullable(fc.record({ source: fc.nat(65_535), destination: fc.nat(65_535) })),
  encapsulation: fc.constant(null),
  body: fc.oneof(
    fc.record({
      kind: fc.constant("tcp" as const),
      flags: fc.constantFrom("", "S", "S.", ".", "P.", "F.", "FP.", "R", "R.", "SEW", "SE."),
      sequence: range,
      acknowledgment: nullable(number32),
      window: nullable(fc.nat(65_535)),
      urgent: nullable(fc.nat(65_535)),
      options: fc.oneof(fc.constant("anything" as const), fc.array(option, { maxLength: 5 })),
    }),
    fc.record({ kind: fc.constant("udp" as const), length: fc.nat(65_507) }),
    fc.record({
      kind: fc.constant("icmp" as const),
      type: fc.constantFrom("unreachable", "time_exceeded"),
      code: nullable(fc.constantFrom("frag_needed", "host_unreachable")),
      mtu: nullable(fc.nat(65_535)),
      quote: nullable(fc.oneof(range, fc.record({ udpLength: fc.nat(1000) }))),
    }),
  ),
});

const { expression } = fc.letrec<{ expression: Expression; operand: Expression }>((tie) => ({
  operand: fc.oneof(
    { depthSize: "small" },
    fc.record({
      kind: fc.constant("number" as const),
      value: fc.integer({ min: -1000, max: 1000 }),
      hexadecimal: fc.constant(false),
    }),
    fc.record({
      kind: fc.constant("number" as const),
      value: fc.nat(0xffff),
      hexadecimal: fc.constant(true),
    }),
    fc.record({ kind: fc.constant("word" as const), name: fc.constantFrom("AF_INET", "O_RDWR", "SHUT_WR") }),
    fc.constant({ kind: "anything" as const }),
    fc.record({ kind: fc.constant("string" as const), value: fc.constantFrom("reno", "", "a b") }),
    fc.record({ kind: fc.constant("list" as const), items: fc.array(tie("expression"), { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant("structure" as const),
      fields: fc.array(
        fc.record({ name: nullable(fc.constantFrom("fd", "events")), value: tie("expression") }),
        { maxLength: 3 },
      ),
    }),
    fc.record({
      kind: fc.constant("application" as const),
      name: fc.constantFrom("htons", "inet_addr"),
      parameters: fc.array(tie("expression"), { maxLength: 2 }),
    }),
  ),
  expression: fc.oneof(
    tie("operand"),
    fc.record({
      kind: fc.constant("union" as const),
      parts: fc.array(tie("operand"), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

const call = fc.record({
  kind: fc.constant("call" as const),
  name: fc.constantFrom("socket", "read", "setsockopt"),
  parameters: fc.array(expression, { maxLength: 4 }),
  end: nullable(microseconds),
  result: nullable(expression),
  error: nullable(fc.constantFrom("EAGAIN", "ECONNRESET")),
  note: nullable(fc.constantFrom("Connection reset by peer", "flags O_RDWR")),
});

const code = fc.record({
  kind: fc.constant("code" as const),
  text: fc.constantFrom("assert tcpi_state == 1", "x"),
});

const events: fc.Arbitrary<ScriptEvent[]> = fc.array(
  fc.record({ line: fc.constant(0), when, action: fc.oneof(packet, call, code) }),
  { maxLength: 6 },
);

/** The tree without the lines, which printing changes. */
function withoutLines({ options, events: list }: Script): unknown {
  return {
    options: options.map(({ name, value }) => ({ name, value })),
    events: list.map(({ when: time, action }) => ({ when: time, action })),
  };
}

describe("printing a script and reading it again", () => {
  it("gives the same tree", () => {
    fc.assert(
      fc.property(events, (list) => {
        const script: Script = { options: [{ line: 1, name: "ip_version", value: "ipv4" }], events: list };
        expect(withoutLines(parseScript(printScript(script)))).toEqual(withoutLines(script));
      }),
    );
  });
});

describe("text that is no script", () => {
  it("is refused with a line, and nothing else is thrown", () => {
    const pieces = fc.constantFrom(
      "+0 ",
      "< ",
      "> ",
      "S ",
      "0:0(0) ",
      "<mss",
      ">",
      "`",
      "%{",
      "(",
      ")",
      "= ",
      "3",
      "\n",
      "close",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (list) => {
        try {
          parseScript(list.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(ScriptError);
        }
      }),
    );
  });
});

/**
 * The typed tree of a script. Every node can be printed and read again without loss (`print.ts`, `parse.ts`). Times are integer
 * microseconds, as in the language; sequence numbers are the script's own.
 */

export type Microseconds = number;

export interface Script {
  readonly options: readonly ScriptOption[];
  readonly events: readonly ScriptEvent[];
}

/** `--name=value` at the beginning. */
export interface ScriptOption {
  readonly line: number;
  readonly name: string;
  readonly value: string | null;
}

export interface ScriptEvent {
  readonly line: number;
  readonly when: When;
  readonly action: PacketAction | CallAction | CommandAction | CodeAction;
}

export type When =
  /** No time: a command before the first or behind the last event. */
  | { readonly kind: "none" }
  /** `*`: whenever it happens. */
  | { readonly kind: "any" }
  /** `+t`: after the event before. `t`: after the beginning of the script. */
  | { readonly kind: "relative" | "absolute"; readonly at: Microseconds }
  /** `t~u` or `+t~+u`: not before one and not after the other. */
  | {
      readonly kind: "relative-range" | "absolute-range";
      readonly from: Microseconds;
      readonly to: Microseconds;
    };

/** Shell commands between back-quotes. */
export interface CommandAction {
  readonly kind: "command";
  readonly text: string;
}

/** Code between `%{` and `}%`. */
export interface CodeAction {
  readonly kind: "code";
  readonly text: string;
}

/** A system call with what it must return. */
export interface CallAction {
  readonly kind: "call";
  readonly name: string;
  readonly parameters: readonly Expression[];
  /** When a blocking call returns, on the same scale as its beginning; `null`: at once. */
  readonly end: Microseconds | null;
  /** `null`: anything (`?`). */
  readonly result: Expression | null;
  /** The name of the expected errno. */
  readonly error: string | null;
  /** The remark in parentheses. */
  readonly note: string | null;
}

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly hexadecimal: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "word"; readonly name: string }
  /** `...` */
  | { readonly kind: "anything" }
  /** `A | B` */
  | { readonly kind: "union"; readonly parts: readonly Expression[] }
  /** `~A` */
  | { readonly kind: "complement"; readonly of: Expression }
  /** `[a, b]` */
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  /** `{name=value, value}` */
  | { readonly kind: "structure"; readonly fields: readonly Field[] }
  /** `f(a, b)` */
  | { readonly kind: "application"; readonly name: string; readonly parameters: readonly Expression[] };

export interface Field {
  readonly name: string | null;
  readonly value: Expression;
}

/** A packet to inject (`<`) or to expect (`>`). */
export interface PacketAction {
  readonly kind: "packet";
  readonly direction: "in" | "out";
  readonly header: NetworkHeader;
  readonly ports: { readonly source: number; readonly destination: number } | null;
  readonly body: TcpBody | UdpBody | IcmpBody;
  /** Ports of the UDP datagram around a TCP segment. */
  readonly encapsulation: { readonly source: number; readonly destination: number } | null;
}

/** What the script says of the IP header; `null` for what it leaves open. */
export interface NetworkHeader {
  readonly ecn: "noecn" | "ect0" | "ect1" | "ect01" | "ce" | null;
  /** The whole traffic class. */
  readonly trafficClass: number | null;
  readonly hopLimit: number | null;
  readonly flowLabel: number | null;
}

/** `start:end(length)`. */
export interface SequenceRange {
  /** What `start` counts from: the initial sequence number; nothing (`!`); or it is left open (`...(length)`). */
  readonly base: "initial" | "absolute" | "any";
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

export interface TcpBody {
  readonly kind: "tcp";
  /** Letters of F S R P . U E W A, as written; empty for `-`. */
  readonly flags: string;
  readonly sequence: SequenceRange;
  readonly acknowledgment: number | null;
  readonly window: number | null;
  readonly urgent: number | null;
  /** `"anything"` for `<...>`. */
  readonly options: readonly TcpOptionSpec[] | "anything";
}

export type TcpOptionSpec =
  | { readonly kind: "nop" | "eol" | "sackOK" }
  | { readonly kind: "mss" | "wscale"; readonly value: number }
  | { readonly kind: "TS"; readonly value: number; readonly echo: number }
  | { readonly kind: "sack"; readonly blocks: readonly { readonly left: number; readonly right: number }[] }
  /** Options that the stack does not speak (`FO`, `md5`, `exp-fo`, ...): name and text. */
  | { readonly kind: "other"; readonly name: string; readonly text: string };

export interface UdpBody {
  readonly kind: "udp";
  readonly length: number;
}

export interface IcmpBody {
  readonly kind: "icmp";
  readonly type: string;
  readonly code: string | null;
  readonly mtu: number | null;
  readonly quote: SequenceRange | { readonly udpLength: number } | null;
}

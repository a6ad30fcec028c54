// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/packetdrill

type AcceptedDifference = "push" | "option order" | "segmentation" | "window held back" | "timestamp value" | "timestamp not compared" | "FIN repeated" | "retransmission slop" | "degree of reordering";

interface CallAction {
    readonly kind: "call";
    readonly name: string;
    readonly parameters: readonly Expression[];
    readonly end: Microseconds | null;
    readonly result: Expression | null;
    readonly error: string | null;
    readonly note: string | null;
}

interface CodeAction {
    readonly kind: "code";
    readonly text: string;
}

interface CommandAction {
    readonly kind: "command";
    readonly text: string;
}

type Expression = {
    readonly kind: "number";
    readonly value: number;
    readonly hexadecimal: boolean;
} | {
    readonly kind: "string";
    readonly value: string;
} | {
    readonly kind: "word";
    readonly name: string;
} | {
    readonly kind: "anything";
} | {
    readonly kind: "union";
    readonly parts: readonly Expression[];
} | {
    readonly kind: "complement";
    readonly of: Expression;
} | {
    readonly kind: "list";
    readonly items: readonly Expression[];
} | {
    readonly kind: "structure";
    readonly fields: readonly Field[];
} | {
    readonly kind: "application";
    readonly name: string;
    readonly parameters: readonly Expression[];
};

interface Field {
    readonly name: string | null;
    readonly value: Expression;
}

interface IcmpBody {
    readonly kind: "icmp";
    readonly type: string;
    readonly code: string | null;
    readonly mtu: number | null;
    readonly quote: SequenceRange | {
        readonly udpLength: number;
    } | null;
}

type Microseconds = number;

interface NetworkHeader {
    readonly ecn: "noecn" | "ect0" | "ect1" | "ect01" | "ce" | null;
    readonly trafficClass: number | null;
    readonly hopLimit: number | null;
    readonly flowLabel: number | null;
}

interface PacketAction {
    readonly kind: "packet";
    readonly direction: "in" | "out";
    readonly header: NetworkHeader;
    readonly ports: {
        readonly source: number;
        readonly destination: number;
    } | null;
    readonly body: TcpBody | UdpBody | IcmpBody;
    readonly encapsulation: {
        readonly source: number;
        readonly destination: number;
    } | null;
}

interface RunOptions {
    readonly medium?: "ip" | "ethernet";
    readonly family?: 4 | 6 | "mapped";
    readonly tolerance?: number;
    readonly seed?: number;
    readonly initialSequence?: number;
    readonly portShift?: number;
    readonly duplicate?: boolean;
}

interface Script {
    readonly options: readonly ScriptOption[];
    readonly events: readonly ScriptEvent[];
}

declare class ScriptError extends Error {
    readonly line: number;
    constructor(line: number, message: string);
}

interface ScriptEvent {
    readonly line: number;
    readonly when: When;
    readonly action: PacketAction | CallAction | CommandAction | CodeAction;
}

interface ScriptFailure {
    readonly line: number;
    readonly what: string;
    readonly expected: string;
    readonly actual: string;
    readonly packets: readonly string[];
}

interface ScriptOption {
    readonly line: number;
    readonly name: string;
    readonly value: string | null;
}

type ScriptVerdict = {
    readonly kind: "pass";
    readonly accepted: ReadonlyMap<AcceptedDifference, number>;
} | {
    readonly kind: "skip";
    readonly reason: string;
} | {
    readonly kind: "fail";
    readonly failure: ScriptFailure;
};

interface SequenceRange {
    readonly base: "initial" | "absolute" | "any";
    readonly start: number;
    readonly end: number;
    readonly length: number;
}

interface TcpBody {
    readonly kind: "tcp";
    readonly flags: string;
    readonly sequence: SequenceRange;
    readonly acknowledgment: number | null;
    readonly window: number | null;
    readonly urgent: number | null;
    readonly options: readonly TcpOptionSpec[] | "anything";
}

type TcpOptionSpec = {
    readonly kind: "nop" | "eol" | "sackOK";
} | {
    readonly kind: "mss" | "wscale";
    readonly value: number;
} | {
    readonly kind: "TS";
    readonly value: number;
    readonly echo: number;
} | {
    readonly kind: "sack";
    readonly blocks: readonly {
        readonly left: number;
        readonly right: number;
    }[];
} | {
    readonly kind: "other";
    readonly name: string;
    readonly text: string;
};

interface UdpBody {
    readonly kind: "udp";
    readonly length: number;
}

type When = {
    readonly kind: "none";
} | {
    readonly kind: "any";
} | {
    readonly kind: "relative" | "absolute";
    readonly at: Microseconds;
} | {
    readonly kind: "relative-range" | "absolute-range";
    readonly from: Microseconds;
    readonly to: Microseconds;
};

declare function parseScript(text: string, defined?: ReadonlySet<string>): Script;

declare function printScript(script: Script): string;

declare function runScript(script: Script, options?: RunOptions): ScriptVerdict;

export {
  type AcceptedDifference,
  type CallAction,
  type CodeAction,
  type CommandAction,
  type Expression,
  type Field,
  type IcmpBody,
  type Microseconds,
  type NetworkHeader,
  type PacketAction,
  type RunOptions,
  type Script,
  ScriptError,
  type ScriptEvent,
  type ScriptFailure,
  type ScriptOption,
  type ScriptVerdict,
  type SequenceRange,
  type TcpBody,
  type TcpOptionSpec,
  type UdpBody,
  type When,
  parseScript,
  printScript,
  runScript,
};

// shared-1



import type { TcpParameters } from "@mnet/tcp";
import { Unsupported } from "../engine/outcome.ts";
import { readStateCount } from "../engine/state-count.ts";
import type { Script } from "../language/tree.ts";
import { type Assignments, assignmentsIn, isHarmless, usesLinuxDefaults } from "./commands.ts";
import { freebsdIgnores, freebsdParameters, roundReceiveBuffer } from "./freebsd.ts";
import { linuxIgnores, linuxParameters } from "./linux.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** What a system control changes. */
export type Overrides = Partial<Mutable<TcpParameters>>;

/** What a script asks of the host under test before its first packet. */
export interface ScriptSettings {
  /** Whose conventions the script follows where systems differ. */
  readonly dialect: "linux" | "freebsd" | "standard";
  readonly family: 4 | 6;
  readonly mtu: number;
  /** By how many microseconds the host may be early or late. */
  readonly tolerance: number;
  readonly tcp: Overrides;
  /** What SO_RCVBUF says before there is a connection. */
  readonly declaredReceiveBuffer: number | null;
}

/** packetdrill's own default, microseconds. */
const DEFAULT_TOLERANCE = 4000;
const DEFAULT_MTU = 1500;

/** Options that need nothing here. */
const ignoredOptions = new Set([
  "local_ip",
  "remote_ip",
  "netmask_ip",
  "gateway_ip",
  "strict_segments",
  "non_fatal",
  "send_omit_free",
]);

/** Reads the options of a script and the system controls at its beginning. @throws Unsupported naming what there is nothing like. */
export function settingsOf(script: Script): ScriptSettings {
  let family: 4 | 6 = 4;
  let mtu = DEFAULT_MTU;
  let tolerance = DEFAULT_TOLERANCE;
  for (const { name, value } of script.options) {
    if (name === "ip_version") family = value === "ipv6" ? 6 : 4;
    else if (name === "mtu") mtu = Number(value);
    else if (name === "tolerance_usecs") tolerance = Number(value);
    else if (!ignoredOptions.has(name)) throw new Unsupported(`option --${name}`);
  }
  const commands = leadingCommands(script);
  const dialect = commands.some((text) => text.includes("net.inet."))
    ? "freebsd"
    : commands.some((text) => usesLinuxDefaults(text))
      ? "linux"
      : "standard";
  const tcp = parametersOf(dialect, commands);
  const declaredReceiveBuffer = tcp.receiveBuffer ?? null;
  if (dialect === "freebsd") roundReceiveBuffer(tcp, family, mtu);
  return { dialect, family, mtu, tolerance, tcp, declaredReceiveBuffer };
}

/** The commands before the first packet, call or code. */
function leadingCommands(script: Script): string[] {
  const texts: string[] = [];
  for (const { action } of script.events) {
    if (action.kind !== "command") {
      if (action.kind === "packet" || texts.length > 0) break;
      continue;
    }
    if (readStateCount(action.text) === null) texts.push(action.text);
  }
  return texts;
}

function parametersOf(dialect: ScriptSettings["dialect"], commands: readonly string[]): Overrides {
  const assignments: Assignments = new Map();
  for (const text of commands) {
    if (!isHarmless(text)) throw new Unsupported(`command ${JSON.stringify(text)}`);
    for (const [name, value] of assignmentsIn(text)) assignments.set(name, value);
  }
  if (dialect === "freebsd") return freebsdParameters(assignments);
  return linuxParameters(assignments, dialect === "linux");
}

/** Whether a command in the middle of a script asks for nothing that the host did not have from its beginning. */
export function changesNothing({ dialect }: ScriptSettings, script: Script, text: string): boolean {
  if (leadingCommands(script).includes(text)) return true;
  if (!isHarmless(text)) return false;
  return [...assignmentsIn(text).keys()].every((name) =>
    dialect === "freebsd" ? freebsdIgnores(name) : linuxIgnores(name),
  );
}

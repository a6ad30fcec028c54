import type { TcpParameters } from "@mnet/tcp";
import type { StreamOptions } from "../calls/stream-socket.ts";
import { Unsupported } from "../engine/outcome.ts";
import { readStateCount } from "../engine/state-count.ts";
import { HEADER_DIFFERENCE } from "../engine/translate.ts";
import type { Script } from "../language/tree.ts";
import { type Assignments, assignmentsIn, isHarmless, usesLinuxDefaults } from "./commands.ts";
import { freebsdParameters, freebsdSocketDefaults, roundReceiveBuffer, slopIn } from "./freebsd.ts";
import { linuxParameters, linuxSocketDefaults } from "./linux.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** What a system control changes. */
export type Overrides = Partial<Mutable<TcpParameters>>;

/** What a script asks of the host under test before its first packet. */
export interface ScriptSettings {
  /** Whose conventions the script follows where systems differ. */
  readonly dialect: "linux" | "freebsd" | "standard";
  /** Of the packets on the wire. */
  readonly family: 4 | 6;
  /** Whether sockets are AF_INET6 although packets are IPv4's (RFC 3493 3.7): `ipv4-mapped-ipv6`. */
  readonly mapped: boolean;
  /** Whether the script is one for IPv4 that runs over IPv6. */
  readonly translated: boolean;
  readonly mtu: number;
  /** Into how large pieces the peer's text is cut (`--mss`); `null`: as the script has it. */
  readonly peerSegment: number | null;
  /** By how many microseconds the host may be early or late. */
  readonly tolerance: number;
  /** Microseconds that a timestamp value of the host stands for; `null`: they are not compared. */
  readonly timestampTick: number | null;
  readonly tcp: Overrides;
  /** Microseconds that BSD adds to each timeout after the first; RFC 6298 5.5 only doubles. */
  readonly retransmissionSlop: number;
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

/**
 * Reads the options of a script and the system controls at its beginning. @throws Unsupported naming what there is nothing like.
 * @param otherwise the flavour of IP of a script that names none.
 */
export function settingsOf(script: Script, otherwise: IpFlavour = 4): ScriptSettings {
  let version: IpVersion | null = null;
  let mtu = DEFAULT_MTU;
  let tolerance = DEFAULT_TOLERANCE;
  let peerSegment: number | null = null;
  let timestampTick: number | null = null;
  for (const { name, value } of script.options) {
    if (name === "ip_version") version = ipVersion(value);
    else if (name === "mtu") mtu = Number(value);
    else if (name === "tolerance_usecs") tolerance = Number(value);
    else if (name === "tcp_ts_tick_usecs") timestampTick = tickOf(value);
    else if (name === "mss") peerSegment = Number(value);
    else if (!ignoredOptions.has(name)) throw new Unsupported(`option --${name}`);
  }
  const translated = version === null && otherwise === 6;
  // As packetdrill's own runner has it (`--ip_version=ipv6 --mtu=1520`): segments are as large as over IPv4.
  if (translated) mtu += HEADER_DIFFERENCE;
  const { family, mapped } = version ?? { family: otherwise === 6 ? 6 : 4, mapped: otherwise === "mapped" };
  const commands = leadingCommands(script);
  const dialect = commands.some((text) => text.includes("net.inet."))
    ? "freebsd"
    : commands.some((text) => usesLinuxDefaults(text))
      ? "linux"
      : "standard";
  const tcp = parametersOf(dialect, commands);
  const declaredReceiveBuffer = tcp.receiveBuffer ?? null;
  if (dialect === "freebsd") roundReceiveBuffer(tcp, family, mtu);
  const retransmissionSlop = dialect === "freebsd" ? slopIn(commands) : 0;
  const linger = lingerIn(script);
  if (linger !== null) tcp.finWait2 = linger;
  const receiving = { retransmissionSlop, declaredReceiveBuffer };
  const network = { family, mapped, translated, mtu };
  return { dialect, ...network, peerSegment, tolerance, timestampTick, tcp, ...receiving };
}

/** The bound of packetdrill: a second. */
const LONGEST_TICK = 1_000_000;

/** 0, as in packetdrill: no comparison. @throws Unsupported naming what is no tick. */
function tickOf(value: string | null): number | null {
  const tick = Number(value ?? Number.NaN);
  if (!Number.isInteger(tick) || tick < 0 || tick > LONGEST_TICK)
    throw new Unsupported(`--tcp_ts_tick_usecs=${value ?? ""}`);
  return tick === 0 ? null : tick;
}

/** IPv4, IPv6, or packets of IPv4 for sockets of AF_INET6. */
export type IpFlavour = 4 | 6 | "mapped";

type IpVersion = Pick<ScriptSettings, "family" | "mapped">;

/** The flavours of IP, as packetdrill names them. */
const ipVersions: Readonly<Record<string, IpVersion>> = {
  ipv4: { family: 4, mapped: false },
  "ipv4-mapped-ipv6": { family: 4, mapped: true },
  ipv6: { family: 6, mapped: false },
};

/** @throws Unsupported naming another. */
function ipVersion(value: string | null): IpVersion {
  const known = value === null ? undefined : ipVersions[value];
  if (known === undefined) throw new Unsupported(`--ip_version=${value ?? ""}`);
  return known;
}

/** TCP_LINGER2, milliseconds: how long FIN-WAIT-2 lasts is a matter of the host here, not of a socket. `null`: not set. */
function lingerIn(script: Script): number | null {
  for (const { action } of script.events) {
    if (action.kind !== "call" || action.name !== "setsockopt") continue;
    const [, , name, value] = action.parameters;
    const item = value?.kind === "list" ? value.items[0] : value;
    if (name?.kind !== "word" || name.name !== "TCP_LINGER2" || item?.kind !== "number") continue;
    return item.value * 1000;
  }
  return null;
}

/** The commands at the beginning, up to the first call, code or packet behind them. */
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

/**
 * What a command in the middle of a script changes for sockets opened after it; nothing for one that was there from the beginning.
 * @throws Unsupported when it asks for more.
 */
export function socketDefaultsOf({ dialect }: ScriptSettings, script: Script, text: string): StreamOptions {
  if (leadingCommands(script).includes(text)) return {};
  const assignments = assignmentsIn(text);
  if (isHarmless(text)) {
    const found =
      dialect === "freebsd" ? freebsdSocketDefaults(assignments) : linuxSocketDefaults(assignments);
    if (found !== null) return found;
  }
  throw new Unsupported(`command ${JSON.stringify(text)} while running`);
}

/** Looks at a command behind the last packet, which can only clean up. @throws Unsupported when it asks for what there is nothing like. */
export function checkCleanUp({ dialect }: ScriptSettings, text: string): void {
  parametersOf(dialect, [text]);
}

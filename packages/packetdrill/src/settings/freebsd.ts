import type { StreamOptions } from "../calls/stream-socket.ts";
import { Unsupported } from "../engine/outcome.ts";
import { type Assignments, assignmentsIn } from "./commands.ts";
import type { Overrides } from "./settings.ts";

type Rule = (value: number, overrides: Overrides) => void;

/** Controls of FreeBSD that have a parameter here. */
const rules: Readonly<Record<string, Rule>> = {
  "net.inet.tcp.rfc1323": (value, overrides) => {
    overrides.timestamps = value !== 0;
    overrides.windowScaling = value !== 0;
  },
  "net.inet.tcp.sack.enable": (value, overrides) => {
    overrides.selectiveAcknowledgments = value !== 0;
  },
  "net.inet.tcp.recvspace": (value, overrides) => {
    overrides.receiveBuffer = value;
  },
  "net.inet.tcp.sendspace": (value, overrides) => {
    overrides.sendBuffer = value;
  },
  "kern.ipc.maxsockbuf": (value, overrides) => {
    overrides.largestReceiveBuffer = value;
    overrides.largestSendBuffer = value;
  },
  "net.inet.tcp.ecn.enable": (value, overrides) => {
    overrides.ecn = value === 0 ? "off" : value === 1 ? "on" : "passive";
  },
  "net.inet.tcp.insecure_rst": (value, overrides) => {
    overrides.acceptResetInWindow = value !== 0;
  },
  "net.inet.tcp.insecure_syn": (value, overrides) => {
    overrides.acceptSynInWindow = value !== 0;
  },
  "net.inet.tcp.drop_synfin": (value, overrides) => {
    overrides.acceptSynFin = value === 0;
  },
  "net.inet.tcp.delacktime": (value, overrides) => {
    overrides.delayedAcknowledgment = value;
  },
  "net.inet.tcp.rexmit_initial": (value, overrides) => {
    overrides.initialTimeout = value;
  },
  "net.inet.tcp.keepinit": (value, overrides) => {
    overrides.connectTimeout = value;
  },
  "net.inet.tcp.keepidle": (value, overrides) => {
    overrides.keepAliveIdle = value;
  },
  "net.inet.tcp.keepintvl": (value, overrides) => {
    overrides.keepAliveInterval = value;
  },
  "net.inet.tcp.keepcnt": (value, overrides) => {
    overrides.keepAliveProbes = value;
  },
};

/** Controls whose one value is how this stack always is; other values are not offered. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  "net.inet.tcp.blackhole": ["0"],
  "net.inet.tcp.syncookies_only": ["0"],
};

/** Controls that scripts set without depending on them. */
const ignored = new Set([
  "net.inet.tcp.hostcache.purgenow",
  "net.inet.tcp.rexmit_drop_options",
  "net.inet.tcp.rexmit_slop",
  "net.inet.tcp.syncookies",
  "net.inet.tcp.udp_tunneling_port",
  "net.inet.tcp.udp_tunneling_overhead",
  "net.inet.tcp.tolerate_missing_ts",
  "net.inet.tcp.icmp_may_rst",
  "net.inet.tcp.ecn.maxretries",
]);

/** The stack's parameters for FreeBSD's controls. @throws Unsupported naming a control there is nothing like. */
export function freebsdParameters(assignments: Assignments): Overrides {
  const overrides: Overrides = { ...freebsdDefaults };
  for (const [name, text] of assignments) {
    const rule = rules[name];
    if (rule !== undefined) rule(Number(text), overrides);
    else if (name in fixed) {
      if (!fixed[name]!.includes(text)) throw new Unsupported(`${name}=${text}`);
    } else if (!ignored.has(name)) throw new Unsupported(`control ${name}`);
  }
  return overrides;
}

/** Where FreeBSD's defaults differ and scripts see it. */
const freebsdDefaults: Overrides = {
  delayedAcknowledgment: 40,
  quickAcknowledgments: 0,
  acknowledgeEverySecond: "any",
  acceptSynFin: true,
  acceptWithinBuffer: true,
  largestReceiveBuffer: 2_097_152,
  largestSendBuffer: 2_097_152,
};

/** FreeBSD gives a connection whole segments of buffer. */
export function roundReceiveBuffer(overrides: Overrides, family: 4 | 6, mtu: number): void {
  const { receiveBuffer } = overrides;
  if (receiveBuffer === undefined) return;
  const segment = mtu - (family === 4 ? 40 : 60);
  overrides.receiveBuffer = Math.ceil(receiveBuffer / segment) * segment;
}

/** Controls that can change while the host runs: the options of sockets opened from then on; `null` when one of them cannot. */
export function freebsdSocketDefaults(assignments: Assignments): StreamOptions | null {
  const found: StreamOptions = {};
  for (const [name, text] of assignments) {
    const key = socketDefaults[name];
    if (key !== undefined) found[key] = Number(text);
    else if (!ignored.has(name)) return null;
  }
  return found;
}

const socketDefaults: Readonly<
  Record<string, "keepAliveIdle" | "keepAliveInterval" | "keepAliveProbes" | "connectTimeout">
> = {
  "net.inet.tcp.keepidle": "keepAliveIdle",
  "net.inet.tcp.keepintvl": "keepAliveInterval",
  "net.inet.tcp.keepcnt": "keepAliveProbes",
  "net.inet.tcp.keepinit": "connectTimeout",
};

/** `rexmit_slop` of the commands, microseconds. */
export function slopIn(commands: readonly string[]): number {
  const values = commands.map((text) => assignmentsIn(text).get("net.inet.tcp.rexmit_slop"));
  return Number(values.findLast((value) => value !== undefined) ?? 0) * 1000;
}

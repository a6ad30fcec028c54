import type { StreamOptions } from "../calls/stream-socket.ts";
import { Unsupported } from "../engine/outcome.ts";
import type { Assignments } from "./commands.ts";
import type { Overrides } from "./settings.ts";

type Rule = (value: string, overrides: Overrides) => void;

/** The last of `minimum default maximum`, or the middle one. */
function triple(value: string, at: 1 | 2): number {
  return Number(value.trim().split(/\s+/)[at]);
}

/** Controls of Linux that have a parameter here. */
const rules: Readonly<Record<string, Rule>> = {
  "net.ipv4.tcp_sack": (value, overrides) => {
    overrides.selectiveAcknowledgments = value !== "0";
  },
  "net.ipv4.tcp_timestamps": (value, overrides) => {
    overrides.timestamps = value !== "0";
  },
  "net.ipv4.tcp_window_scaling": (value, overrides) => {
    overrides.windowScaling = value !== "0";
  },
  "net.ipv4.tcp_rmem": (value, overrides) => {
    overrides.receiveBuffer = triple(value, 1);
    overrides.largestReceiveBuffer = triple(value, 2);
  },
  "net.ipv4.tcp_wmem": (value, overrides) => {
    overrides.sendBuffer = triple(value, 1);
    overrides.largestSendBuffer = triple(value, 2);
  },
  "net.ipv4.tcp_syncookies": (value, overrides) => {
    overrides.synCookies = value === "0" ? "never" : value === "1" ? "overflow" : "always";
  },
  "net.ipv4.tcp_max_syn_backlog": (value, overrides) => {
    overrides.synQueue = Number(value);
  },
  "net.ipv4.tcp_synack_retries": (value, overrides) => {
    overrides.synAckRetries = Number(value);
  },
  "net.ipv4.tcp_early_retrans": (value, overrides) => {
    overrides.tailLossProbe = value !== "0";
  },
  "net.ipv4.tcp_mtu_probing": (value, overrides) => {
    overrides.pathMtuProbing = value !== "0";
  },
  "net.ipv4.tcp_ecn": (value, overrides) => {
    overrides.ecn = value === "0" ? "off" : value === "1" ? "on" : "passive";
  },
  "net.ipv4.tcp_congestion_control": (value, overrides) => {
    if (value === "reno") overrides.congestion = "newreno";
    else if (value === "cubic") overrides.congestion = "cubic";
    else throw new Unsupported(`congestion control ${value}`);
  },
};

/** Controls that scripts set without depending on them here. */
const ignored = new Set([
  "net.ipv4.tcp_syn_retries",
  "net.ipv4.tcp_frto",
  "net.ipv4.tcp_dsack",
  "net.ipv4.tcp_fack",
  "net.ipv4.tcp_reordering",
  "net.ipv4.tcp_slow_start_after_idle",
  "net.ipv4.tcp_recovery",
  "net.ipv4.tcp_tso_win_divisor",
  "net.ipv4.tcp_min_tso_segs",
  "net.ipv4.tcp_pacing_ss_ratio",
  "net.ipv4.tcp_pacing_ca_ratio",
  "net.ipv4.tcp_notsent_lowat",
  "net.ipv4.tcp_fastopen",
  "net.ipv4.tcp_fastopen_key",
  "net.ipv4.tcp_no_metrics_save",
  "net.ipv4.tcp_ecn_option",
  "net.ipv4.tcp_invalid_ratelimit",
]);

/** The stack's parameters for Linux's controls. @throws Unsupported naming a control there is nothing like. */
export function linuxParameters(assignments: Assignments, linux: boolean): Overrides {
  const overrides: Overrides = linux ? { ...linuxDefaults } : {};
  for (const [name, value] of assignments) {
    const rule = rules[name];
    if (rule !== undefined) rule(value, overrides);
    else if (!ignored.has(name)) throw new Unsupported(`control ${name}=${value}`);
  }
  return overrides;
}

/** What `defaults.sh` of Google's tests sets, where it differs from the stack's own defaults. */
const linuxDefaults: Overrides = {
  receiveBuffer: 540_000,
  largestReceiveBuffer: 15_728_640,
  sendBuffer: 262_144,
  largestSendBuffer: 4_194_304,
};

/** As `freebsdSocketDefaults`: nothing of Linux can change while the host runs. */
export function linuxSocketDefaults(assignments: Assignments): StreamOptions | null {
  return [...assignments.keys()].every((name) => ignored.has(name)) ? {} : null;
}

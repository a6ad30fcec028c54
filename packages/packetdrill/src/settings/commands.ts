/** System controls by name, the last value of each. */
export type Assignments = Map<string, string>;

const sysctl = /sysctl\s+(?:-[ewq]+\s+)*([a-z0-9_./]+)\s*=\s*("[^"]*"|[^\s;]+)/g;
const procFile = /\/proc\/sys\/([a-z0-9_/]+)=("[^"]*"|\S+)/g;

/** The assignments in shell commands: `sysctl name=value`, and the `/proc/sys/name=value` of Google's `set_sysctls.py`. */
export function assignmentsIn(text: string): Assignments {
  const found: Assignments = new Map();
  for (const [, name, value] of text.matchAll(sysctl)) found.set(dotted(name!), unquoted(value!));
  for (const [, path, value] of text.matchAll(procFile)) found.set(dotted(path!), unquoted(value!));
  return found;
}

function dotted(path: string): string {
  return path.replaceAll("/", ".");
}

function unquoted(value: string): string {
  return value.replace(/^"|"$/g, "");
}

/** The scripts that set Linux up as Google's tests want it. */
export function usesLinuxDefaults(text: string): boolean {
  return /common\/(?:defaults|set_sysctls)/.test(text) || text.includes("net.ipv4.");
}

const harmlessLines: readonly RegExp[] = [
  /^$/,
  /^#/,
  // Without more than assignmentsIn reads.
  /^sysctl\s+(?:-[ewq]+\s+)*[a-z0-9_./]+\s*=\s*(?:"[^"]*"|[^\s;]+)\s*(?:#.*)?$/,
  // set_sysctls.py and the lines of its arguments.
  /common\/(?:defaults\.sh|set_sysctls\.py)/,
  /^\/proc\/sys\/\S+=\S+( \\)?$/,
  /^\/tmp\/sysctl_restore/,
  // Queueing disciplines and offloads of a device that is not there.
  /^tc\s+qdisc\b(?!.*\blimit 0\b).*\b(?:fq|pfifo|noqueue)\b/,
  // How Linux' HyStart looks for the end of slow start; HyStart++ (RFC 9406) has no such choice.
  /^echo \d+ > \/sys\/module\/tcp_cubic\/parameters\/hystart_detect$/,
  /^ethtool\s+-K\b/,
  // What FreeBSD's scripts clean up with.
  /^tcpdrop\b/,
  /^setkey\s+-F/,
  /^true$/,
];

/** Whether every line of a command is one that needs nothing but its assignments. */
export function isHarmless(text: string): boolean {
  const joined = text.replace(/\\\s*\n/g, " \\\n");
  return joined.split(/\n|;/).every((line) => {
    const trimmed = line.trim();
    return harmlessLines.some((pattern) => pattern.test(trimmed));
  });
}

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

/** Set in the process that was started inside the namespace. */
const MARK = "MNET_DEMO_NAMESPACE";

export function insideNamespace(): boolean {
  return process.env[MARK] === "1";
}

/** Why there can be no TAP here, or `null` when it is worth a try. */
export function noTapBecause(): string | null {
  if (process.platform !== "linux") return `a TAP needs Linux, and this is ${process.platform}`;
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
  } catch {
    return "/dev/net/tun is not there or not accessible";
  }
  const probe = spawnSync("unshare", [...unshareFlags(), "true"], { stdio: "ignore" });
  return probe.status === 0 ? null : "this user may not make a network namespace";
}

/** Runs this program again in a network namespace of its own; returns its exit code. */
export function runInNamespace(): number {
  const child = spawnSync(
    "unshare",
    [...unshareFlags(), process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    {
      stdio: "inherit",
      env: { ...process.env, [MARK]: "1" },
    },
  );
  return child.status ?? 1;
}

/** Root makes a network namespace directly; anybody else does inside a user namespace. */
function unshareFlags(): readonly string[] {
  return process.getuid?.() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"];
}

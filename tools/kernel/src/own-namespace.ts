import { spawnSync } from "node:child_process";
import { enterNamespace, namespaceAvailable, userNamespaceAvailable } from "./namespace.ts";

/**
 * Puts this process into a network namespace of its own. Root enters one directly; anybody else runs this program again in a user
 * namespace, where it is root.
 * @returns `"entered"`; the exit code of the other run; or why neither is possible.
 */
export function ownNamespace(): "entered" | { readonly exitCode: number } | { readonly obstacle: string } {
  if (process.getuid?.() === 0) {
    const { ok, reason } = namespaceAvailable();
    if (!ok) return { obstacle: reason };
    enterNamespace();
    return "entered";
  }
  const { ok, reason } = userNamespaceAvailable();
  if (!ok) return { obstacle: reason };
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const again = spawnSync("unshare", ["--user", "--map-root-user", "--net", ...program], {
    stdio: "inherit",
  });
  return { exitCode: again.status ?? 1 };
}

import { beforeAll, describe, test } from "vitest";
import { enterNamespace, namespaceAvailable } from "./namespace.ts";
import { missingCommands } from "./run.ts";

export interface KernelSuiteOptions {
  /** Programs the tests run, besides `ip`. */
  readonly commands?: readonly string[];
}

/**
 * A vitest suite against the real kernel: its tests run in a fresh network namespace with `lo` up. Where that cannot be, the suite is
 * skipped and its name says why; under CI it fails instead, so that nothing is believed to be tested that was not.
 */
export function kernelSuite(name: string, body: () => void, options: KernelSuiteOptions = {}): void {
  const reason = obstacle(["ip", ...(options.commands ?? [])]);
  if (reason === null) {
    describe(name, () => {
      beforeAll(enterNamespace);
      body();
    });
  } else if (process.env["CI"]) {
    describe(name, () => {
      test("the kernel tests can run", () => {
        throw new Error(reason);
      });
    });
  } else {
    describe.skip(`${name} (${reason})`, body);
  }
}

function obstacle(commands: readonly string[]): string | null {
  const { ok, reason } = namespaceAvailable();
  if (!ok) return reason;
  const missing = missingCommands(commands);
  return missing.length === 0
    ? null
    : `not installed: ${missing.join(", ")} (tools/install-debian-packages.sh)`;
}

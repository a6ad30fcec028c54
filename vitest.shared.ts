import { fileURLToPath } from "node:url";
import {
  defineConfig,
  type TestProjectInlineConfiguration,
  type UserWorkspaceConfig,
  type ViteUserConfig,
} from "vitest/config";

export interface SuiteOptions {
  /** Lend packets as private copies and poison them on return. Off where nothing depends on @mnet/core. */
  readonly borrowDebug?: boolean;
}

/**
 * The tests of one package, run from source: the `@mnet/source` condition leads every `@mnet/*` import to
 * `src/`, so nothing has to be built first.
 *
 * `vitest run` takes `test/`, `vitest run --mode kernel` takes `test/kernel/`: those talk to the real Linux
 * kernel, each file in a process and a network namespace of its own, with a generous limit.
 */
export function suite(name: string, options: SuiteOptions = {}): ViteUserConfig {
  return defineConfig(({ mode }) => {
    const kernel = mode === "kernel";
    const test = kernel ? { projects: kernelProjects(name, options) } : portable(name, options);
    const reports = {
      reporters: ["default", "json"],
      outputFile: { json: `.test-results/${kernel ? "kernel" : "test"}.json` },
    };
    return { ...SOURCE, test: { ...test, ...reports } };
  }) as ViteUserConfig;
}

type TestOptions = NonNullable<UserWorkspaceConfig["test"]>;

const POLL = { poll: { timeout: 30_000 } };

const SOURCE = { ssr: { resolve: { conditions: ["@mnet/source", "node", "import", "default"] } } };

function portable(name: string, options: SuiteOptions): TestOptions {
  return {
    name,
    include: ["test/**/*.test.ts"],
    exclude: ["test/kernel/**"],
    setupFiles: setupFiles(options),
    // Limits for tests that hang, not for slow machines.
    testTimeout: 60_000,
    expect: POLL,
    // Nothing in the project keeps state in a module, so the files of a package may share theirs: half the time.
    isolate: false,
  };
}

/** Most of them wait for timers of the kernel, and do so side by side. Those in `load/` want the machine to themselves: after the others, one at a time. */
function kernelProjects(name: string, options: SuiteOptions): TestProjectInlineConfiguration[] {
  const load = "test/kernel/load/**";
  const common = {
    setupFiles: setupFiles(options),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: POLL,
  };
  const waiting: TestOptions = {
    ...common,
    name,
    include: ["test/kernel/**/*.test.ts"],
    exclude: [load],
    maxWorkers: 3,
    sequence: { groupOrder: 0 },
  };
  const loading: TestOptions = {
    ...common,
    name: `${name} under load`,
    include: [`${load}/*.test.ts`],
    maxWorkers: 1,
    sequence: { groupOrder: 1 },
  };
  return [
    { ...SOURCE, test: waiting },
    { ...SOURCE, test: loading },
  ];
}

function setupFiles({ borrowDebug = true }: SuiteOptions): string[] {
  return borrowDebug ? [fileURLToPath(new URL("./vitest.setup.ts", import.meta.url))] : [];
}

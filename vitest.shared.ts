import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

export interface SuiteOptions {
  /** Lend packets as private copies and poison them on return. Off where nothing depends on @mnet/core. */
  readonly borrowDebug?: boolean;
}

/**
 * The tests of one package, run from source: the `@mnet/source` condition leads every `@mnet/*` import to
 * `src/`, so nothing has to be built first.
 *
 * `vitest run` takes `test/`, `vitest run --mode kernel` takes `test/kernel/`: those talk to the real Linux
 * kernel and share the machine, so they run one file at a time with a generous limit.
 */
export function suite(name: string, { borrowDebug = true }: SuiteOptions = {}): ViteUserConfig {
  return defineConfig(({ mode }) => {
    const kernel = mode === "kernel";
    return {
      ssr: { resolve: { conditions: ["@mnet/source", "node", "import", "default"] } },
      test: {
        name,
        include: kernel ? ["test/kernel/**/*.test.ts"] : ["test/**/*.test.ts"],
        exclude: kernel ? [] : ["test/kernel/**"],
        setupFiles: borrowDebug ? [fileURLToPath(new URL("./vitest.setup.ts", import.meta.url))] : [],
        reporters: ["default", "json"],
        outputFile: { json: `.test-results/${kernel ? "kernel" : "test"}.json` },
        // A limit for tests that hang, not for slow machines.
        testTimeout: 60_000,
        // Nothing in the project keeps state in a module, so the files of a package may share theirs: half the time.
        isolate: kernel,
        ...(kernel ? { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } : {}),
      },
    };
  }) as ViteUserConfig;
}

import { defineConfig, type Options } from "tsup";

/** Builds a package of this repository: ES modules with declarations into `dist/`, dependencies left as imports. */
export function library(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ["src/index.ts"],
    format: ["esm"],
    target: "es2022",
    platform: "neutral",
    // tsup 8 passes `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    removeNodeProtocol: false,
    ...options,
  });
}

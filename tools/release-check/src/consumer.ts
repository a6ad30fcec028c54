import { mkdirSync, writeFileSync } from "node:fs";
import type { Example } from "./examples.ts";
import type { PackedPackage } from "./pack.ts";
import { run, runOk } from "./shell.ts";
import { readManifest, root } from "./workspace.ts";

/**
 * A project of a stranger, outside of the workspace, with the tarballs installed by npm. Third-party packages come from
 * whatever registry npm is set up for.
 */
export async function installConsumer(folder: string, packed: readonly PackedPackage[]): Promise<void> {
  const tools = readManifest(root)["devDependencies"] as Record<string, string>;
  mkdirSync(folder);
  const manifest = {
    name: "consumer",
    private: true,
    type: "module",
    dependencies: Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`])),
    devDependencies: { "@types/node": tools["@types/node"], vitest: tools["vitest"] },
  };
  writeFileSync(`${folder}/package.json`, JSON.stringify(manifest, null, 2));
  // What `npm run` tells its children would lead this npm back to the repository.
  const env = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^npm_(package|lifecycle)_|^npm_config_(local_prefix|reporter)$/.test(name))
      .map((name) => [name, undefined]),
  );
  await runOk("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], {
    cwd: folder,
    env,
  });
}

const STRICT = {
  target: "ES2022",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  // The declarations of the packages are what is being checked.
  skipLibCheck: false,
};
const BROWSER = {
  module: "ESNext",
  moduleResolution: "bundler",
  lib: ["ES2023", "DOM", "ESNext.Disposable"],
};
const NODE = { module: "NodeNext", moduleResolution: "NodeNext", lib: ["ES2023", "ESNext.Disposable"] };

/** Every public entry, so that all declarations are checked whether or not an example touches them. */
function everyEntry(packed: readonly PackedPackage[], wanted: (entry: string) => boolean): string {
  return packed
    .flatMap(({ name, manifest }) =>
      Object.entries(manifest.exports ?? {})
        .filter(([, target]) => typeof target !== "string")
        .map(([entry]) => name + entry.slice(1)),
    )
    .filter(wanted)
    .map((entry, index) => `export * as entry${index} from ${JSON.stringify(entry)};\n`)
    .join("");
}

const NODE_ENTRY = /^@mnet\/(boot|tuntap|socket-stack|[\w-]+\/node)$/;

/**
 * Compiles the examples as TypeScript, once as a browser project (lib.dom, bundler resolution) and once as a Node project
 * (@types/node, NodeNext), and every declaration file with them. The Node program leaves JavaScript in `out/`. What needs
 * Node has @types/node in the browser program too, and tests are compiled without a look into vitest's own declarations.
 */
export async function compileExamples(
  folder: string,
  packed: readonly PackedPackage[],
  examples: readonly Example[],
): Promise<string[]> {
  mkdirSync(`${folder}/examples`, { recursive: true });
  for (const { file, test, code } of examples)
    writeFileSync(`${folder}/examples/${file}${test ? ".test" : ""}.ts`, code);
  writeFileSync(
    `${folder}/examples/every-entry.ts`,
    everyEntry(packed, () => true),
  );
  writeFileSync(
    `${folder}/examples/portable-entries.ts`,
    everyEntry(packed, (entry) => !NODE_ENTRY.test(entry)),
  );
  const files = (wanted: (example: Example) => boolean): string[] =>
    examples.filter(wanted).map(({ file, test }) => `examples/${file}${test ? ".test" : ""}.ts`);
  const programs = {
    dom: {
      compilerOptions: { ...STRICT, ...BROWSER, types: [], noEmit: true },
      files: ["examples/portable-entries.ts", ...files(({ node, test }) => !node && !test)],
    },
    "dom-and-node": {
      compilerOptions: { ...STRICT, ...BROWSER, types: ["node"], noEmit: true },
      files: ["examples/every-entry.ts", ...files(({ node, test }) => node && !test)],
    },
    node: {
      compilerOptions: { ...STRICT, ...NODE, types: ["node"], rootDir: "examples", outDir: "out" },
      files: ["examples/every-entry.ts", ...files(({ test }) => !test)],
    },
    "dom-tests": {
      compilerOptions: { ...STRICT, ...BROWSER, skipLibCheck: true, types: [], noEmit: true },
      files: files(({ test }) => test),
    },
    "node-tests": {
      compilerOptions: { ...STRICT, ...NODE, skipLibCheck: true, types: ["node"], noEmit: true },
      files: files(({ test }) => test),
    },
  };
  const problems: string[] = [];
  await Promise.all(
    Object.entries(programs).map(async ([name, program]) => {
      if (program.files.length === 0) return;
      writeFileSync(`${folder}/tsconfig.${name}.json`, JSON.stringify(program, null, 2));
      const { code, output } = await run("tsc", ["-p", `tsconfig.${name}.json`], { cwd: folder });
      if (code !== 0) problems.push(`compiling the examples (tsconfig.${name}.json):\n${output}`);
    }),
  );
  return problems;
}

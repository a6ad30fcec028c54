import { describe, expect, it } from "vitest";
import { normalizeDeclarations } from "../src/declarations.ts";
import { extractExamples } from "../src/examples.ts";
import { metadataProblems } from "../src/metadata.ts";
import { renewBudgets, sizeProblems } from "../src/size.ts";

describe("examples", () => {
  const page = [
    "# Page",
    '```ts\nimport { boot } from "@mnet/boot";\n```',
    "```sh\nls\n```",
    "```ts fragment\nnot a program\n```",
    '```ts\nconsole.log("hi");\n```\n\n```text\nhi\n```',
    '```ts\nimport { it } from "vitest";\n```\nwords\n\n```text\nnot what it shows\n```',
    "",
  ].join("\n\n");

  it("are the whole ts blocks of a page, with what they show right behind them", () => {
    expect(extractExamples(page, "page", "x")).toMatchObject([
      { where: "page:3", file: "x-1", shows: null, tap: true, node: true, test: false },
      { where: "page:15", file: "x-2", shows: "hi", tap: false, node: false, code: 'console.log("hi");\n' },
      { where: "page:23", file: "x-3", shows: null, test: true },
    ]);
  });
});

describe("metadata", () => {
  const manifest = {
    name: "@mnet/x",
    version: "1.0.0",
    description: "A package that does something",
    keywords: ["a", "b", "c"],
    license: "MIT",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
    dependencies: { "@mnet/core": "^1.0.0" },
  };
  const files = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"];

  it("is right in a complete package", () => {
    expect(metadataProblems({ manifest, files })).toEqual([]);
  });

  it.each([
    ["no description", { manifest: { ...manifest, description: "" }, files }, /description/],
    ["another licence", { manifest: { ...manifest, license: "ISC" }, files }, /license/],
    ["no README", { manifest, files: files.filter((file) => file !== "README.md") }, /README/],
    ["no licence text", { manifest, files: files.filter((file) => file !== "LICENSE") }, /licence/],
    ["a test", { manifest, files: [...files, "test/x.test.ts"] }, /test\/x\.test\.ts does not belong/],
    [
      "an export to nowhere",
      { manifest, files: files.filter((file) => file !== "dist/index.d.ts") },
      /leads to/,
    ],
    [
      "a workspace range",
      { manifest: { ...manifest, dependencies: { y: "workspace:^" } }, files },
      /outside/,
    ],
    [
      "a condition for the sources",
      { manifest: { ...manifest, exports: { ".": { "@mnet/source": "./src/index.ts" } } }, files },
      /conditions/,
    ],
  ])("is wrong with %s", (_what, packed, problem) => {
    expect(metadataProblems(packed).join("\n")).toMatch(problem);
  });
});

describe("size budgets", () => {
  it("name what outgrew its budget, by how much, and how to raise it", () => {
    const [problem] = sizeProblems({ "@mnet/x": 1200 }, { "@mnet/x": 1000 });
    expect(problem).toMatch(/@mnet\/x is 1200 octets.*200 above its budget of 1000.*--raise/s);
    expect(sizeProblems({ "@mnet/x": 1000 }, { "@mnet/x": 1000 })).toEqual([]);
  });

  it("are missed, and out of date, by name", () => {
    expect(sizeProblems({ "@mnet/x": 1 }, { "@mnet/y": 1 })).toEqual([
      expect.stringContaining("@mnet/x has no size budget"),
      expect.stringContaining("a budget for @mnet/y, which does not exist"),
    ]);
  });

  it("are added with a tenth of headroom, and raised only when asked", () => {
    const sizes = { new: 1000, grown: 1000, small: 10 };
    const budgets = { grown: 500, small: 700, gone: 1 };
    expect(renewBudgets(sizes, budgets, false)).toEqual({ new: 1100, grown: 500, small: 700 });
    expect(renewBudgets(sizes, budgets, true)).toEqual({ new: 1100, grown: 1100, small: 700 });
  });
});

describe("API snapshots", () => {
  const entry = (text: string): string =>
    normalizeDeclarations([{ path: "index.d.ts", entry: "@mnet/x", text }]);
  const surface = "declare const a: number;\ninterface B {\n  c(): void;\n}\nexport { type B, a };\n";

  it("do not change with comments, order of declarations or of exports", () => {
    const same =
      "/** Doc. */\ninterface B {\n  /** Doc. */\n  c(): void; // why\n}\ndeclare const a: number;\nexport { a, type B };\n//# sourceMappingURL=x\n";
    expect(entry(same)).toBe(entry(surface));
  });

  it.each([
    ["a member", surface.replace("c(): void", "c(): number")],
    ["a new export", surface.replace("type B, a", "type B, a, a as d")],
    ["an export gone", surface.replace("type B, a", "a")],
  ])("change with %s", (_what, changed) => {
    expect(entry(changed)).not.toBe(entry(surface));
  });

  it("do not depend on how the bundler names what entries share", () => {
    const bundled = (hash: string, alias: string): string =>
      normalizeDeclarations([
        {
          path: "index.d.ts",
          entry: "@mnet/x",
          text: `import { ${alias} as Shared } from './api-${hash}.js';\nexport { Shared };\n`,
        },
        {
          path: `api-${hash}.d.ts`,
          entry: null,
          text: `interface Shared {\n}\nexport type { Shared as ${alias} };\n`,
        },
      ]);
    expect(bundled("B7Jc1x05", "S")).toBe(bundled("Zz_9-abc", "b"));
    expect(bundled("B7Jc1x05", "S")).toContain('import {\n  Shared,\n} from "./shared-1";');
  });
});

import type { Manifest } from "./workspace.ts";

/** What a tarball says about itself. */
export interface Packed {
  readonly manifest: Manifest;
  /** Paths in the tarball, without the leading `package/`. */
  readonly files: readonly string[];
}

const LICENCES = ["LICENSE", "LICENSE.md"];

/** What is wrong with a package as it would be published: one sentence each. */
export function metadataProblems({ manifest, files }: Packed): string[] {
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  const { description, keywords } = manifest;
  expect(
    typeof description === "string" && description.length > 20,
    "`description` is missing or says nothing",
  );
  expect(Array.isArray(keywords) && keywords.length >= 3, "`keywords` has fewer than three words");
  expect(manifest["license"] === "MIT", "`license` is not MIT");
  expect(manifest["type"] === "module", "`type` is not module");
  expect(manifest["sideEffects"] === false, "`sideEffects` is not false, so bundlers keep what nobody uses");
  expect(
    (manifest["engines"] as { node?: string } | undefined)?.node === ">=20.19",
    "`engines.node` is not >=20.19",
  );
  expect(files.includes("README.md"), "README.md is not in the tarball");
  expect(
    files.some((file) => LICENCES.includes(file)),
    "the licence is not in the tarball",
  );
  for (const file of files) {
    expect(
      /^(dist\/.*|package\.json|README\.md|CHANGELOG\.md|LICENSE(\.md)?)$/.test(file),
      `${file} does not belong in the tarball`,
    );
  }
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    expect(
      !range.includes(":"),
      `the dependency ${name} is ${range}, which means nothing outside of the workspace`,
    );
  }
  return [...problems, ...exportProblems(manifest, files)];
}

/** Every target of `exports` has to be in the tarball, and `types` come first. */
function exportProblems(manifest: Manifest, files: readonly string[]): string[] {
  const problems: string[] = [];
  if (manifest.exports?.["."] === undefined) problems.push('`exports` has no "."');
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    const conditions = typeof target === "string" ? { default: target } : (target as Record<string, string>);
    if (typeof target !== "string" && Object.keys(target as object).join() !== "types,default")
      problems.push(`the conditions of "${entry}" are ${Object.keys(target as object)}, not types,default`);
    for (const path of Object.values(conditions)) {
      if (!files.includes(path.replace(/^\.\//, "")))
        problems.push(`"${entry}" leads to ${path}, which is not in the tarball`);
    }
  }
  return problems;
}

import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { run, runOk } from "./shell.ts";
import { publicPackages, root, workspacePackages } from "./workspace.ts";

/**
 * Proves in a clone that a release would work: `changeset status` notices a change that has no changeset, and with one for a
 * single package `changeset version` moves every public package to the same version, writes their changelogs, and leaves
 * private packages and the ranges between packages alone.
 */
export async function changesetProblems(folder: string): Promise<string[]> {
  const clone = `${folder}/`;
  await runOk("git", ["clone", "--quiet", "--shared", root, clone]);
  const git = (...options: string[]): Promise<string> =>
    runOk("git", ["-c", "user.name=release-check", "-c", "user.email=release-check@localhost", ...options], {
      cwd: clone,
    });
  symlinkSync(`${root}node_modules`, `${clone}node_modules`);
  await git("checkout", "--quiet", "-B", "main");
  return [...(await statusProblems(clone, git)), ...(await versionProblems(clone))];
}

/** On a branch with a changed package: an error without a changeset, none with one. */
async function statusProblems(
  clone: string,
  git: (...options: string[]) => Promise<string>,
): Promise<string[]> {
  const [changed] = publicPackages(clone);
  for (const file of readdirSync(`${clone}.changeset`))
    if (file.endsWith(".md") && file !== "README.md") rmSync(`${clone}.changeset/${file}`);
  await git("commit", "--quiet", "--all", "--allow-empty", "--message", "everything is released");
  await git("checkout", "--quiet", "-b", "a-change");
  appendFileSync(`${changed!.directory}src/index.ts`, "export const changed: boolean = true;\n");
  await git("commit", "--quiet", "--all", "--message", "a change");
  const without = await run("changeset", ["status", "--since=main"], { cwd: clone });
  writeFileSync(`${clone}.changeset/proof.md`, `---\n"${changed!.name}": minor\n---\n\nA change.\n`);
  await git("add", ".changeset");
  await git("commit", "--quiet", "--message", "its changeset");
  const withOne = await run("changeset", ["status", "--since=main"], { cwd: clone });
  return [
    ...(without.code === 0 ? ["`changeset status` does not notice a change without a changeset"] : []),
    ...(withOne.code === 0 ? [] : [`\`changeset status\` with a changeset:\n${withOne.output}`]),
  ];
}

async function versionProblems(clone: string): Promise<string[]> {
  const before = new Map(workspacePackages(clone).map(({ name, manifest }) => [name, manifest.version]));
  await runOk("changeset", ["version"], { cwd: clone });
  const problems: string[] = [];
  const versions = new Set(publicPackages(clone).map(({ manifest }) => manifest.version));
  if (versions.size !== 1) problems.push(`the public packages have different versions: ${[...versions]}`);
  for (const { name, directory, manifest } of workspacePackages(clone)) {
    const moved = manifest.version !== before.get(name);
    if (moved === (manifest.private === true))
      problems.push(`${name} ${moved ? "is private and got a version" : `stays at ${manifest.version}`}`);
    for (const [dependency, range] of Object.entries(manifest.dependencies ?? {}))
      if (before.has(dependency) && !range.startsWith("workspace:"))
        problems.push(`${name} now asks for ${dependency} ${range}`);
    const changelog = `${directory}CHANGELOG.md`;
    const written =
      existsSync(changelog) && readFileSync(changelog, "utf8").includes(`## ${manifest.version}`);
    if (manifest.private !== true && !written)
      problems.push(`${name} has no changelog entry for its version`);
  }
  return problems;
}

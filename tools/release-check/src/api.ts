import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { normalizeDeclarations } from "./declarations.ts";
import { run } from "./shell.ts";
import { root, type WorkspacePackage } from "./workspace.ts";

const FOLDER = `${root}api/`;
/** Lines of a difference that are shown. */
const SHOWN = 80;

const HEADER =
  "// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.\n\n";

/** The surface of a package that is built. */
function surface({ name, directory, manifest }: WorkspacePackage): string {
  const entries = new Map<string, string>();
  for (const [entry, target] of Object.entries(manifest.exports ?? {}))
    if (typeof target !== "string")
      entries.set((target as { types: string }).types.replace("./dist/", ""), name + entry.slice(1));
  const files = readdirSync(`${directory}dist`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".d.ts"))
    .map((path) => ({
      path,
      entry: entries.get(path) ?? null,
      text: readFileSync(`${directory}dist/${path}`, "utf8"),
    }))
    .sort((a, b) => ((a.entry ?? "~") < (b.entry ?? "~") ? -1 : 1));
  return HEADER + normalizeDeclarations(files);
}

/** Writes the snapshots of all packages and removes those of packages that are gone. Returns what changed. */
export function updateSurfaces(packages: readonly WorkspacePackage[]): string[] {
  mkdirSync(FOLDER, { recursive: true });
  const changed: string[] = [];
  for (const one of packages) {
    const file = `${FOLDER}${one.short}.d.ts`;
    const text = surface(one);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    writeFileSync(file, text);
    changed.push(`api/${one.short}.d.ts`);
  }
  for (const file of leftovers(packages)) {
    rmSync(FOLDER + file);
    changed.push(`api/${file}`);
  }
  return changed;
}

/** What differs between the packages as built and the snapshots that were reviewed. */
export async function surfaceProblems(packages: readonly WorkspacePackage[]): Promise<string[]> {
  const built = mkdtempSync(`${tmpdir()}/mnet-api-`);
  const problems: string[] = leftovers(packages).map((file) => `api/${file} belongs to no package`);
  for (const one of packages) {
    const file = `${one.short}.d.ts`;
    const text = surface(one);
    if (!existsSync(FOLDER + file)) {
      problems.push(`${one.name} has no api/${file}`);
    } else if (readFileSync(FOLDER + file, "utf8") !== text) {
      writeFileSync(`${built}/${file}`, text);
      const { output } = await run("git", ["diff", "--no-index", "-U1", FOLDER + file, `${built}/${file}`]);
      const lines = output.split("\n").slice(4);
      const more = lines.length > SHOWN ? `\n... and ${lines.length - SHOWN} lines more` : "";
      problems.push(`the public surface of ${one.name} changed:\n${lines.slice(0, SHOWN).join("\n")}${more}`);
    }
  }
  rmSync(built, { recursive: true });
  if (problems.length > 0)
    problems.push("when the changes above are meant: `npm run release-check -- --update`, and a changeset");
  return problems;
}

function leftovers(packages: readonly WorkspacePackage[]): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).filter((file) => !packages.some(({ short }) => file === `${short}.d.ts`));
}

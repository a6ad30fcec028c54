import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository, with a slash at the end. */
export const root: string = fileURLToPath(new URL("../../../", import.meta.url));
/** This tool's folder, with a slash at the end: budgets live here. */
export const home: string = fileURLToPath(new URL("../", import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Record<string, unknown>;
  readonly dependencies?: Record<string, string>;
  readonly [field: string]: unknown;
}

export interface WorkspacePackage {
  readonly name: string;
  /** The name without its scope. */
  readonly short: string;
  /** With a slash at the end. */
  readonly directory: string;
  readonly manifest: Manifest;
}

export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(`${directory}package.json`, "utf8")) as Manifest;
}

/** Every package of the workspace at `base`, by name. */
export function workspacePackages(base: string = root): WorkspacePackage[] {
  return ["packages", "apps", "tools"]
    .flatMap((group) =>
      existsSync(base + group) ? readdirSync(base + group).map((n) => `${group}/${n}/`) : [],
    )
    .filter((directory) => existsSync(`${base}${directory}package.json`))
    .map((directory) => {
      const manifest = readManifest(base + directory);
      const short = manifest.name.replace(/^@[^/]*\//, "");
      return { name: manifest.name, short, directory: base + directory, manifest };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function publicPackages(base: string = root): WorkspacePackage[] {
  return workspacePackages(base).filter(({ manifest }) => manifest.private !== true);
}

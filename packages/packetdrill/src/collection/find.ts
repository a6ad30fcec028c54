import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** A script on disk. */
export interface ScriptFile {
  readonly path: string;
  /** The path below the folder that was asked for, with `/`. */
  readonly name: string;
}

/** All `.pkt` files in the given files and folders, by name. @throws Error when one of them does not exist, or holds none. */
export function findScripts(places: readonly string[]): ScriptFile[] {
  return places.flatMap((place) => {
    if (!statSync(place).isDirectory()) return [{ path: place, name: place }];
    const entries = readdirSync(place, { recursive: true, withFileTypes: true });
    const scripts = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".pkt"))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, name: relative(place, path).replaceAll("\\", "/") }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    if (scripts.length === 0) throw new Error(`no scripts in ${place}`);
    return scripts;
  });
}

import { mkdirSync, readdirSync, statSync } from "node:fs";
import type { Packed } from "./metadata.ts";
import { forEach, run, runOk } from "./shell.ts";
import { home, readManifest, type WorkspacePackage } from "./workspace.ts";

export interface PackedPackage extends Packed {
  readonly name: string;
  readonly short: string;
  readonly tarball: string;
  /** Where it is unpacked, with a slash at the end. */
  readonly directory: string;
}

/** Packs what would be published into `folder`, and unpacks it beside. */
export function packAll(packages: readonly WorkspacePackage[], folder: string): Promise<PackedPackage[]> {
  return forEach(packages, async ({ name, short, directory, manifest }) => {
    await runOk("pnpm", ["pack", "--pack-destination", folder], { cwd: directory });
    const tarball = `${folder}/${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
    const unpacked = `${folder}/${short}/`;
    mkdirSync(unpacked);
    await runOk("tar", ["-xzf", tarball, "--strip-components=1", "-C", unpacked]);
    const files = readdirSync(unpacked, { recursive: true, encoding: "utf8" }).filter((path) =>
      statSync(unpacked + path).isFile(),
    );
    return { name, short, tarball, directory: unpacked, files, manifest: readManifest(unpacked) };
  });
}

/** What publint and attw (are the types wrong?) say about the tarballs. */
export async function lintProblems(packed: readonly PackedPackage[]): Promise<string[]> {
  const problems = await forEach(packed, async ({ name, tarball }) => {
    const publint = await run(`${home}node_modules/.bin/publint`, [tarball, "--strict"], { cwd: home });
    const attw = await run(
      `${home}node_modules/.bin/attw`,
      [tarball, "--profile", "esm-only", "--format", "ascii"],
      { cwd: home },
    );
    return [
      ...(publint.code === 0 ? [] : [`${name}: publint says\n${publint.output}`]),
      ...(attw.code === 0 ? [] : [`${name}: attw says\n${attw.output}`]),
    ];
  });
  return problems.flat();
}

// Installs the dependencies with the pinned pnpm when they are absent or older than the lockfile. Says nothing
// when there is nothing to do. Works on a fresh clone with nothing but Node and npm.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const installed = `${root}node_modules/.modules.yaml`;

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  console.error(`Installing the dependencies with ${packageManager} ...`);
  const { status, stdout, stderr, error } = spawnSync(
    "npx",
    ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only"],
    { cwd: root, encoding: "utf8", shell: process.platform === "win32" },
  );
  if (status !== 0) {
    console.error(`${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`);
    console.error(
      "Installing failed. After editing a package.json, bring the lockfile up to date: npx pnpm install",
    );
    process.exit(1);
  }
  // pnpm leaves the file alone when it was up to date; the time has to say that we looked.
  const now = new Date();
  utimesSync(installed, now, now);
}

if (modified(installed) < modified(`${root}pnpm-lock.yaml`) || modified(installed) === 0) install();

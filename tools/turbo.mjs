// Starts turbo the same way on every system: dependencies installed, telemetry off, the pinned pnpm on the PATH.
import "./bootstrap.mjs";
import { spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [`${root}node_modules/turbo/bin/turbo`, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH}`,
      TURBO_TELEMETRY_DISABLED: "1",
      TURBO_LOG_ORDER: "grouped",
      TURBO_NO_UPDATE_NOTIFIER: "1",
      // pnpm would repeat every script before its output and again after a failure.
      npm_config_reporter: "silent",
    },
  },
);
process.exit(status ?? 1);

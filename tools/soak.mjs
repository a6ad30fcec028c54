// npm run soak -- [--hours 8] [--seed 1] [--inputs 2000000] [package ...]
// The whole network table once, then the fuzz tests of all packages, round after round with new seeds, until the hours are over or one finds a
// fault. With packages named, only their fuzz tests.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hours: { type: "string", default: process.env.MNET_SOAK_HOURS ?? "8" },
    seed: { type: "string" },
    inputs: { type: "string", default: "2000000" },
  },
});
const hours = Number(values.hours);
const first = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
if (!(hours >= 0) || !Number.isSafeInteger(first) || first < 1) {
  console.error("usage: npm run soak -- [--hours 8] [--seed 1] [--inputs 2000000] [package ...]");
  process.exit(2);
}

const files = (folder) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => /fuzz\.test\.ts$/.test(name)) : [];
const packages = (positionals.length > 0 ? positionals : readdirSync(`${root}packages`)).filter(
  (name) => files(`${root}packages/${name}/test`).length > 0,
);
const until = Date.now() + hours * 3_600_000;

if (positionals.length === 0) {
  const table = `${root}tools/network-table/src/main.ts`;
  const { status } = spawnSync(
    process.execPath,
    ["--conditions=@mnet/source", "--import", "tsx", table, "--all"],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  if (status !== 0) {
    console.error(
      "the network table is not as it was, or not as it has to be. Again: npm run network-table -- --all",
    );
    process.exit(1);
  }
  console.log("network table ok");
}

let rounds = 0;
do {
  const seed = first + rounds;
  for (const name of packages) {
    const began = Date.now();
    const tests = files(`${root}packages/${name}/test`).map((file) => `test/${file}`);
    const { status } = spawnSync(
      process.execPath,
      [`${root}node_modules/vitest/vitest.mjs`, "run", "--testTimeout=0", "--reporter=dot", ...tests],
      {
        cwd: `${root}packages/${name}`,
        env: { ...process.env, MNET_FUZZ_SEED: String(seed), MNET_FUZZ_INPUTS: values.inputs },
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    if (status !== 0) {
      console.error(`${name}: a fault with seed ${seed}, ${values.inputs} inputs. Again:`);
      console.error(`  npm run soak -- --hours 0 --seed ${seed} --inputs ${values.inputs} ${name}`);
      process.exit(1);
    }
    console.log(`seed ${seed}: ${name} ok, ${((Date.now() - began) / 1000).toFixed(0)} s`);
  }
  rounds += 1;
} while (Date.now() < until);
console.log(`${rounds} round(s) of ${packages.join(", ")} without a fault`);

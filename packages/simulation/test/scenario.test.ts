import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPcapng } from "@mnet/pcap";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { playScenario, ScenarioFailure } from "../src/index.ts";
import { scenario } from "../src/node/index.ts";
import { shout } from "./shout.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mnet-scenario-"));
  vi.stubEnv("MNET_SEED", undefined);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const failure = (promise: Promise<void>): Promise<ScenarioFailure> =>
  promise.then(
    () => Promise.reject(new Error("it passed")),
    (error) => error,
  );

describe("a scenario", () => {
  it("that passes leaves nothing behind", async () => {
    await scenario("quiet", (played) => shout(played, 0), { folder });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("plays as many seeds as it is told, from the given one, or each time others", async () => {
    const seeds: number[] = [];
    const note = (played: { seed: number }): void => void seeds.push(played.seed);
    await scenario("counted", note, { seed: 7, runs: 3 });
    expect(seeds).toEqual([7, 8, 9]);
    for (let run = 0; run < 3; run++) await scenario("random", note);
    expect(new Set(seeds).size).toBe(6);
  });

  it("that fails says its seed, what failed, how to replay it, and leaves a pcapng for each recorded device", async () => {
    const error = await failure(
      scenario("A loss, on purpose!", (played) => shout(played, 1), { folder, seed: 42 }),
    );
    expect(error).toBeInstanceOf(ScenarioFailure);
    const [sent, received] = [1, 2].map((number) => join(folder, `A-loss-on-purpose-42-${number}.pcapng`));
    expect(error.message).toBe(
      [
        "A loss, on purpose! failed with seed 42: 0 of 10 arrived",
        "  replay: MNET_SEED=42",
        `  capture: ${sent}`,
        `  capture: ${received}`,
      ].join("\n"),
    );
    expect(error.cause).toMatchObject({ message: "0 of 10 arrived" });
    expect(readPcapng(readFileSync(sent!)).packets).toHaveLength(10);
    expect(readPcapng(readFileSync(received!)).packets).toHaveLength(0);
  });

  it("replays with MNET_SEED, octet for octet, whatever seeds it would have taken", async () => {
    const played = (options = {}) =>
      failure(scenario("lossy", (each) => shout(each, 0.9), { folder, ...options }));
    const first = await played();
    vi.stubEnv("MNET_SEED", String(first.seed));
    const seeds: number[] = [];
    const second = await played({ seed: 1, runs: 5 });
    await scenario("lossy", ({ seed }) => void seeds.push(seed), { runs: 5 });
    expect([second.seed, seeds]).toEqual([first.seed, [first.seed]]);
    expect(second.captures).toEqual(first.captures);
    expect(second.captures[0]!.length).toBeGreaterThan(500);
    vi.stubEnv("MNET_SEED", String((first.seed + 1) % 2 ** 32));
    expect((await played()).captures).not.toEqual(first.captures);
  });

  it("refuses a seed that is none", async () => {
    for (const seed of ["x", "-1", "1.5", String(2 ** 32)]) {
      vi.stubEnv("MNET_SEED", seed);
      await expect(scenario("any", () => {})).rejects.toThrow(RangeError);
    }
  });

  it("is playable without Node too; what is thrown need not be an error", async () => {
    const error = await failure(
      playScenario("plain", 3, () => {
        throw "text";
      }),
    );
    expect(error).toMatchObject({ message: "plain failed with seed 3: text", seed: 3, captures: [] });
  });

  it("of a whole program prints all that, and the program replays it", () => {
    const program = fileURLToPath(new URL("failing-scenario.ts", import.meta.url));
    const run = (seed?: string) =>
      spawnSync(process.execPath, ["--conditions=@mnet/source", "--import", "tsx", program, folder], {
        encoding: "utf8",
        env: { ...process.env, ...(seed === undefined ? {} : { MNET_SEED: seed }) },
      });
    const first = run();
    const [, seed, path] =
      /seed (\d+): \d of 10 arrived\n.*\n {2}capture: (.*)-1\.pcapng/.exec(first.stderr) ?? [];
    expect([first.status, path]).toEqual([1, join(folder, `every-shout-is-heard-${seed}`)]);
    const captured = readFileSync(`${path}-1.pcapng`);
    rmSync(`${path}-1.pcapng`);
    expect(run(seed).stderr).toContain(`MNET_SEED=${seed}`);
    expect(Buffer.compare(readFileSync(`${path}-1.pcapng`), captured)).toBe(0);
  });
});

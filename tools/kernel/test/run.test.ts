import { expect, test } from "vitest";
import { missingCommands, run, runOk } from "../src/run.ts";

const node = process.execPath;

test("gives back what the program said and how it ended", async () => {
  const script =
    "process.stdin.on('data', (d) => process.stdout.write('<' + d + '>')); process.on('exit', () => console.error('bye'))";
  expect(
    await run(node, ["-e", `${script}; process.stdin.on('end', () => process.exit(3))`], { input: "hi" }),
  ).toEqual({
    code: 3,
    stdout: "<hi>",
    stderr: "bye\n",
    timedOut: false,
  });
});

test("kills a program that takes too long", async () => {
  const result = await run(node, ["-e", "setInterval(() => {}, 1000)"], { timeout: 200 });
  expect(result).toMatchObject({ code: null, timedOut: true });
});

test("rejects for a program that is not there", async () => {
  await expect(run("mnet-no-such-program", [])).rejects.toThrow("ENOENT");
});

test("runOk rejects with the program's words unless it exits with 0", async () => {
  await expect(runOk(node, ["-e", "console.error('no luck'); process.exit(4)"])).rejects.toThrow(
    /ended with 4\nno luck/,
  );
});

test("finds programs on the PATH", () => {
  expect(missingCommands(["ls", "mnet-no-such-program"])).toEqual(["mnet-no-such-program"]);
});

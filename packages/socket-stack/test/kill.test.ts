import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const program = fileURLToPath(new URL("kill-program.ts", import.meta.url));

it("with everything pending: all reject, no handle is left, the process exits", async () => {
  const child = spawn(process.execPath, ["--conditions=@mnet/source", "--import", "tsx", program]);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([output.stderr, code]).toEqual(["", 0]);
  expect(JSON.parse(output.stdout)).toEqual({
    accept: "ENETDOWN",
    serve: "ENETDOWN",
    read: "ENETDOWN",
    connect: "ENETDOWN",
    recv: "ENETDOWN",
    far: "ENETDOWN",
    left: [],
  });
});

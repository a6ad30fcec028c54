import { existsSync, writeFileSync } from "node:fs";
import type { Example } from "./examples.ts";
import { type Finished, forEach, run } from "./shell.ts";

/** Imports an example and prints what it exports, waiting for promises. One that stays pending is exit code 13. */
const PROGRAM = `const exported = await import(process.argv[2]);
for (const name of Object.keys(exported).sort()) {
  const value = await exported[name];
  console.log(typeof value === "string" ? value : JSON.stringify(value));
}
`;

/** Starts a service made with boot, talks to it as the host, and ends it as an operator would. */
const SERVICE = `import { spawn } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
const [, , program, port] = process.argv;
const addresses = ["--net", "service=tap0", "--ipv4", "10.0.0.2/24", "--host-ipv4", "10.0.0.1/24"];
const service = spawn(process.execPath, [program, ...addresses], { stdio: "inherit" });
const ended = new Promise((resolve) => service.on("exit", (code, signal) => resolve(code ?? signal)));
const ask = () =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: "10.0.0.2", port: Number(port), timeout: 2000 }, () => socket.end("hello"));
    let text = "";
    socket.on("data", (chunk) => (text += chunk));
    socket.on("end", () => resolve(text));
    socket.on("timeout", () => socket.destroy(new Error("timeout")));
    socket.on("error", reject);
  });
let echoed = "";
for (let attempt = 0; attempt < 50 && echoed === ""; attempt++) {
  await sleep(100);
  echoed = await ask().catch(() => "");
}
service.kill("SIGTERM");
const code = await ended;
if (echoed !== "hello" || code !== 0) {
  console.error(\`the service answered \${JSON.stringify(echoed)} and ended with \${code}\`);
  process.exit(1);
}
`;

export interface Outcome {
  readonly problems: string[];
  readonly ran: number;
  /** Where the examples are from that could only be compiled. */
  readonly compiledOnly: string[];
}

/** Whether examples that make a TAP can run: as root, in a network namespace that nobody else sees. */
async function tapAvailable(): Promise<boolean> {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/dev/net/tun")) return false;
  return (await run("unshare", ["-n", "true"])).code === 0;
}

function start(folder: string, { file, code, tap }: Example): Promise<Finished> {
  const program = `${folder}/out/${file}.js`;
  const how = { cwd: folder, limit: 60_000 };
  if (!tap) return run(process.execPath, ["run.mjs", program], how);
  const inNamespace = ["-n", process.execPath];
  if (!code.includes('from "@mnet/boot"')) return run("unshare", [...inNamespace, "run.mjs", program], how);
  const port = /port: (\d+)/.exec(code)?.[1] ?? "9000";
  return run("unshare", [...inNamespace, "service.mjs", program, port], how);
}

/** Runs what {@link compileExamples} left in `out/`, and the tests with vitest. */
export async function runExamples(folder: string, examples: readonly Example[]): Promise<Outcome> {
  writeFileSync(`${folder}/run.mjs`, PROGRAM);
  writeFileSync(`${folder}/service.mjs`, SERVICE);
  const withTap = await tapAvailable();
  const problems: string[] = [];
  const programs = examples.filter(({ test, tap }) => !test && (!tap || withTap));
  await forEach(programs, async (example) => {
    const { code, output } = await start(folder, example);
    if (code === 13) problems.push(`${example.where} waits for something that never happens`);
    else if (code !== 0) problems.push(`${example.where} ended with ${code}:\n${output}`);
    else if (example.shows !== null && output.trim() !== example.shows)
      problems.push(`${example.where} says it shows\n${example.shows}\nand shows\n${output}`);
  });
  const tests = examples.filter(({ test }) => test);
  if (tests.length > 0) {
    const { code, output } = await run(`${folder}/node_modules/.bin/vitest`, ["run", "examples"], {
      cwd: folder,
    });
    if (code !== 0) problems.push(`the examples that are tests:\n${output}`);
  }
  const compiledOnly = examples.filter(({ tap }) => tap && !withTap).map(({ where }) => where);
  return { problems, ran: programs.length + tests.length, compiledOnly };
}

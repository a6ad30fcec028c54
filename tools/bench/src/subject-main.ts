/** The process of one subject: makes it, and runs a round whenever it is told to. */
import type { Sample, Scale, Subject } from "./subject.ts";
import type { Answer, Command } from "./subject-process.ts";
import { subjects } from "./subjects/index.ts";

const name = process.argv[2] ?? "";

function say(answer: Answer): void {
  process.send?.(answer);
}

async function measure(subject: Subject, scale: Scale): Promise<Sample> {
  const before = process.cpuUsage();
  const began = performance.now();
  const figures = await subject.round(scale);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { figures, cpuSeconds: (user + system) / 1e6, seconds };
}

try {
  const make = subjects[name];
  if (make === undefined) throw new RangeError(`there is no subject ${name}`);
  const subject = await make();
  process.on("message", async (command: Command) => {
    try {
      if ("round" in command) say({ sample: await measure(subject, command.round) });
      else await subject.close().finally(() => process.disconnect());
    } catch (error) {
      say({ error: (error as Error).message });
    }
  });
  say({ ready: true });
} catch (error) {
  say({ error: (error as Error).message });
  process.disconnect();
}

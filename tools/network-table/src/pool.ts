import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Task } from "./worker.ts";

const script = fileURLToPath(new URL("./worker.ts", import.meta.url));

/**
 * Runs tasks in `size` processes; the results come in the order of the tasks. Each result depends on its task alone, so neither the number of
 * processes nor who does what changes any.
 * @throws Error when a process dies.
 */
export async function runAll<T>(
  tasks: readonly Task[],
  size: number,
  done: (result: T) => void,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const child = fork(script);
    try {
      for (let at = next++; at < tasks.length; at = next++) {
        results[at] = await answer<T>(child, tasks[at]!);
        done(results[at]!);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(size, tasks.length) }, work));
  return results;
}

function answer<T>(child: ChildProcess, task: Task): Promise<T> {
  return new Promise((resolve, reject) => {
    const died = (): void => reject(new Error(`the process of ${JSON.stringify(task)} died`));
    child.once("exit", died);
    child.once("message", (result) => {
      child.off("exit", died);
      resolve(result as T);
    });
    child.send(task);
  });
}

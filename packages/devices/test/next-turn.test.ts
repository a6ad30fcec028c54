import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each([
  ["setImmediate", []],
  ["a message", ["setImmediate"]],
  ["a timer", ["setImmediate", "MessageChannel"]],
])("runs callbacks in order after the microtasks of this turn, by %s", async (_, missing) => {
  for (const name of missing) vi.stubGlobal(name, undefined);
  vi.resetModules();
  const { nextTurn } = await import("../src/next-turn.ts");
  const log: string[] = [];
  await new Promise<void>((resolve) => {
    nextTurn(() => log.push("first"));
    nextTurn(() => log.push("second"));
    nextTurn(resolve);
    queueMicrotask(() => queueMicrotask(() => log.push("microtask")));
  });
  expect(log).toEqual(["microtask", "first", "second"]);
});

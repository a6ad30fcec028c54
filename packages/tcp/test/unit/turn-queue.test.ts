import { describe, expect, it } from "vitest";
import type { ControlBlock } from "../../src/control-block.ts";
import { TurnQueue } from "../../src/output/turn-queue.ts";

function block(name: string): ControlBlock {
  return { name, nextTurn: null } as unknown as ControlBlock;
}

function drain(queue: TurnQueue): string[] {
  const names: string[] = [];
  for (let next = queue.shift(); next !== null; next = queue.shift()) {
    names.push((next as unknown as { name: string }).name);
  }
  return names;
}

function queueOf(...names: string[]): TurnQueue {
  const queue = new TurnQueue();
  for (const name of names) queue.push(block(name));
  return queue;
}

describe("the queue of turns", () => {
  it("is first come, first served, also for who comes back", () => {
    const queue = queueOf("a", "b");
    const first = queue.shift()!;
    queue.push(first);
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual(["b", "a"]);
    expect([queue.size, queue.shift()]).toEqual([0, null]);
    queue.push(block("c"));
    expect(drain(queue)).toEqual(["c"]);
  });

  it("takes others in front, in their order, and leaves them none", () => {
    for (const [mine, others] of [
      [["c"], ["a", "b"]],
      [[], ["a"]],
      [["a"], []],
      [[], []],
    ] as const) {
      const queue = queueOf(...mine);
      const front = queueOf(...others);
      queue.moveToFront(front);
      expect([front.size, front.shift()]).toEqual([0, null]);
      expect(queue.size).toBe(mine.length + others.length);
      queue.push(block("z"));
      expect(drain(queue)).toEqual([...others, ...mine, "z"]);
    }
  });

  it("forgets everybody", () => {
    const queue = queueOf("a", "b");
    queue.clear();
    expect([queue.size, queue.shift()]).toEqual([0, null]);
  });
});

/** Runs a callback in a later turn of the event loop. */
export type Schedule = (run: () => void) => void;

/**
 * Runs `run` in the next turn of the event loop, after the microtasks of this one: `setImmediate` where the platform has it (Node, Deno,
 * Bun), else a message to ourselves, else a timer. Keeps the process alive until then.
 */
export const nextTurn: Schedule = (run) => hop(run);

// Chosen at the first use, so that importing this module has no effect.
let hop: Schedule = (run) => {
  hop = chooseHop();
  hop(run);
};

function chooseHop(): Schedule {
  const platform = globalThis as { setImmediate?: Schedule; MessageChannel?: unknown };
  const { setImmediate } = platform;
  if (typeof setImmediate === "function") return (run) => setImmediate(run);
  if (typeof platform.MessageChannel === "function") return messageHop();
  return (run) => {
    setTimeout(run, 0);
  };
}

/** One message per callback: the platform keeps the order. Not throttled, unlike nested timers in browsers. */
function messageHop(): Schedule {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.addEventListener("message", () => waiting.shift()?.());
  port1.start();
  return (run) => {
    waiting.push(run);
    port2.postMessage(null);
  };
}

export interface StopSignal {
  readonly signal: AbortSignal;
  remove(): void;
}

/** Runs `stop` at the first SIGINT or SIGTERM. The second one ends the process as if nobody listened. */
export function onStopSignal(stop: () => void): StopSignal {
  const controller = new AbortController();
  const remove = (): void => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
  const onSignal = (): void => {
    remove();
    controller.abort();
    stop();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return { signal: controller.signal, remove };
}

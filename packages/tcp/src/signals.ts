import type { ControlBlock } from "./control-block.ts";

/** What the application is told once the segment, call or timer at hand is done with. */
export const Signal = {
  Established: 1,
  Readable: 2,
  Writable: 4,
  Finished: 8,
  Closed: 16,
  Urgent: 32,
} as const;

/**
 * Tells the application what was noted in `block.signals`. Called last, when the segment, timer or call is done with and the connection's
 * state is consistent: whatever a sink does is then an ordinary call.
 */
export function raise(block: ControlBlock): void {
  const signals = block.signals;
  if (signals === 0) return;
  block.signals = 0;
  const closed = (signals & Signal.Closed) !== 0;
  const { connection, listener } = block;
  if (signals & Signal.Established && listener !== null && !closed) listener.established(block);
  if (listener !== null && closed) listener.dropped(block);
  const { events } = block;
  if (events === null) return;
  if (signals & Signal.Established) events.established(connection);
  if (signals & Signal.Urgent) events.urgent?.(connection);
  if (signals & Signal.Readable) events.readable(connection);
  if (signals & Signal.Writable) events.writable(connection);
  if (signals & Signal.Finished) events.finished(connection);
  if (closed) events.closed(connection, block.error);
}

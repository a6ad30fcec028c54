import { TcpState } from "@mnet/tcp";
import { Mismatch, Unsupported } from "../engine/outcome.ts";
import type { Expression } from "../language/tree.ts";
import { type Arguments, namesIn } from "./arguments.ts";
import type { Machine } from "./machine.ts";
import { type Attempt, returned } from "./outcome.ts";
import type { StreamSocket } from "./stream-socket.ts";

interface Polled {
  readonly socket: StreamSocket;
  readonly asked: readonly string[];
  readonly expected: readonly string[];
}

/** `poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, timeout)`: what is ready must be what the script says. */
export function poll(machine: Machine, given: Arguments): Attempt {
  const list = given.at(0);
  if (list.kind !== "list") throw new Unsupported("poll without a list");
  const polled = list.items.map((item) => read(machine, item));
  const timeout = given.number(2);
  const until = timeout < 0 ? Number.POSITIVE_INFINITY : machine.now() + timeout;
  return () => {
    const ready = polled.map(({ socket, asked }) =>
      readiness(socket).filter((name) => asked.includes(name) || always(name)),
    );
    const count = ready.filter((names) => names.length > 0).length;
    if (count === 0 && machine.now() < until) return null;
    for (const [at, { expected }] of polled.entries()) compare(expected, ready[at]!);
    return returned(count);
  };
}

function read(machine: Machine, item: Expression): Polled {
  if (item.kind !== "structure") throw new Unsupported("poll without structures");
  const field = (name: string): Expression | undefined => item.fields.find((one) => one.name === name)?.value;
  const [number, events, found] = [field("fd"), field("events"), field("revents")];
  if (number?.kind !== "number" || events === undefined) throw new Unsupported("poll without fd and events");
  return {
    socket: machine.stream(number.value),
    asked: namesIn(events),
    expected: found === undefined ? [] : namesIn(found),
  };
}

function readiness(socket: StreamSocket): string[] {
  const { connection, listener } = socket;
  if (listener !== null) return listener.pending > 0 ? ["POLLIN"] : [];
  if (connection === null) return ["POLLOUT", "POLLHUP"];
  const names: string[] = [];
  const { state } = connection;
  const ended = state === TcpState.Closed || connection.error !== null;
  const peerDone =
    ended || connection.endOfStream || state === TcpState.CloseWait || state === TcpState.LastAck;
  if (connection.readableOctets > 0 || peerDone) names.push("POLLIN");
  if (connection.writableOctets > 0 || ended) names.push("POLLOUT");
  if (connection.error !== null) names.push("POLLERR");
  if (ended) names.push("POLLHUP");
  if (peerDone) names.push("POLLRDHUP");
  return names;
}

/** Reported whether asked for or not. */
function always(name: string): boolean {
  return name === "POLLERR" || name === "POLLHUP";
}

function compare(expected: readonly string[], actual: readonly string[]): void {
  const text = (names: readonly string[]): string => [...names].sort().join("|");
  if (text(expected) !== text(actual)) throw new Mismatch("poll differs", text(expected), text(actual));
}

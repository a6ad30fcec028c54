import { chooseConditions } from "./conditions.ts";
import { Cursor } from "./cursor.ts";
import { parseExpression, parseList } from "./parse-expression.ts";
import { parsePacket } from "./parse-packet.ts";
import type { CallAction, Microseconds, Script, ScriptEvent, ScriptOption, When } from "./tree.ts";

const option = /--([a-z0-9_]+)(?:=([^\n]*?))?\s*(?=\n|$|\/\/)/y;
const seconds = /\d*\.?\d+|\d+\./y;
const call = /([a-z_][a-z_0-9]*)\s*\(/y;
const command = /`([^`]*)`/y;
const code = /%\{([\s\S]*?)\}%/y;

/**
 * Reads a script.
 * @param defined the names for which `#ifdef` holds.
 * @throws ScriptError naming the line.
 */
export function parseScript(text: string, defined: ReadonlySet<string> = new Set()): Script {
  const cursor = new Cursor(chooseConditions(text, defined));
  const options: ScriptOption[] = [];
  const events: ScriptEvent[] = [];
  while (cursor.sees("--")) {
    const { line } = cursor;
    const [, name, value] = cursor.require(option, "--name=value");
    options.push({ line, name: name!, value: value ?? null });
  }
  while (!cursor.atEnd) events.push(parseEvent(cursor));
  return { options, events };
}

function parseEvent(cursor: Cursor): ScriptEvent {
  if (cursor.sees("`")) {
    const { line } = cursor;
    return { line, when: { kind: "none" }, action: parseCommand(cursor) };
  }
  const when = parseWhen(cursor);
  const { line } = cursor;
  return { line, when, action: parseAction(cursor) };
}

function parseWhen(cursor: Cursor): When {
  if (cursor.takeText("*")) return { kind: "any" };
  const relative = cursor.takeText("+");
  const at = parseSeconds(cursor);
  if (!cursor.takeText("~")) return { kind: relative ? "relative" : "absolute", at };
  if (relative) cursor.takeText("+");
  return { kind: relative ? "relative-range" : "absolute-range", from: at, to: parseSeconds(cursor) };
}

function parseSeconds(cursor: Cursor): Microseconds {
  return Math.round(Number(cursor.require(seconds, "a time")[0]) * 1e6);
}

function parseAction(cursor: Cursor): ScriptEvent["action"] {
  if (cursor.takeText("<")) return parsePacket(cursor, "in");
  if (cursor.takeText(">")) return parsePacket(cursor, "out");
  if (cursor.sees("`")) return parseCommand(cursor);
  const embedded = cursor.take(code);
  if (embedded !== null) return { kind: "code", text: embedded[1]!.trim() };
  return parseCall(cursor);
}

function parseCommand(cursor: Cursor): ScriptEvent["action"] {
  return { kind: "command", text: cursor.require(command, "a command in back-quotes")[1]!.trim() };
}

/** `[...end] name(parameters) = result [ERRNO] [(note)]`. */
function parseCall(cursor: Cursor): CallAction {
  const end = cursor.takeText("...") ? parseSeconds(cursor) : null;
  const name = cursor.require(call, "a packet, a call, a command or code")[1]!;
  const parameters = parseList(cursor, ")");
  cursor.expect("=");
  const result = cursor.takeText("?") ? null : parseExpression(cursor);
  const error = cursor.take(/E[A-Z0-9]+/y)?.[0] ?? null;
  const note = cursor.take(/\(([^)\n]*)\)/y)?.[1] ?? null;
  return { kind: "call", name, parameters, end, result, error, note };
}

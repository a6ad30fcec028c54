import type { Cursor } from "./cursor.ts";
import type { Expression, Field } from "./tree.ts";

const hexadecimal = /0[xX]([0-9a-fA-F]+)/y;
const decimal = /-?\d+/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const application = /([A-Za-z_][A-Za-z0-9_]*)\(/y;
const text = /"((?:[^"\\]|\\.)*)"/y;

/** `A | B | ...` */
export function parseExpression(cursor: Cursor): Expression {
  const first = parseOperand(cursor);
  if (!cursor.sees("|")) return first;
  const parts = [first];
  while (cursor.takeText("|")) parts.push(parseOperand(cursor));
  return { kind: "union", parts };
}

function parseOperand(cursor: Cursor): Expression {
  if (cursor.takeText("...")) return { kind: "anything" };
  if (cursor.takeText("~")) return { kind: "complement", of: parseOperand(cursor) };
  if (cursor.takeText("[")) return { kind: "list", items: parseList(cursor, "]") };
  if (cursor.takeText("{")) return { kind: "structure", fields: parseFields(cursor) };
  const hex = cursor.take(hexadecimal);
  if (hex !== null) return { kind: "number", value: Number.parseInt(hex[1]!, 16), hexadecimal: true };
  const number = cursor.take(decimal);
  if (number !== null) return { kind: "number", value: Number(number[0]), hexadecimal: false };
  const quoted = cursor.take(text);
  if (quoted !== null) return { kind: "string", value: quoted[1]! };
  // Without a blank: what stands in parentheses behind a result is a remark.
  const applied = cursor.take(application);
  if (applied !== null) {
    return { kind: "application", name: applied[1]!, parameters: parseList(cursor, ")") };
  }
  return { kind: "word", name: cursor.require(word, "an expression")[0] };
}

/** Expressions up to `close`, separated by commas. */
export function parseList(cursor: Cursor, close: string): readonly Expression[] {
  const items: Expression[] = [];
  while (!cursor.takeText(close)) {
    items.push(parseExpression(cursor));
    if (!cursor.takeText(",") && !cursor.sees(close)) cursor.fail(`expected "," or "${close}"`);
  }
  return items;
}

const fieldName = /([A-Za-z_][A-Za-z0-9_.]*(?:\([^()]*\))?)\s*(?:=|:)(?!=)/y;

function parseFields(cursor: Cursor): readonly Field[] {
  const fields: Field[] = [];
  while (!cursor.takeText("}")) {
    const name = cursor.take(fieldName)?.[1] ?? null;
    fields.push({ name, value: parseExpression(cursor) });
    if (!cursor.takeText(",") && !cursor.sees("}")) cursor.fail('expected "," or "}"');
  }
  return fields;
}

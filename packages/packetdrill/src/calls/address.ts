import { type Endpoint, IpAddress } from "@mnet/core";
import { Mismatch, Unsupported } from "../engine/outcome.ts";
import { printExpression } from "../language/print.ts";
import type { Expression } from "../language/tree.ts";

/** The port in a `sockaddr` structure; `null` for `...`. @throws Unsupported for anything else. */
export function portIn(expression: Expression): number | null {
  if (expression.kind === "anything") return null;
  const port = fieldOf(expression, ["sin_port", "sin6_port", "port"]);
  if (port === null) refuse(expression);
  return portOf(port) ?? refuse(expression);
}

/**
 * Compares the address that a call hands back with the script's `sockaddr` structure: what it says of family, address and port.
 * @throws Mismatch, and Unsupported for a structure that says something else.
 */
export function expectAddress(name: string, expression: Expression, actual: Endpoint): void {
  if (expression.kind === "anything") return;
  const port = fieldOf(expression, ["sin_port", "sin6_port", "port"]);
  if (port !== null && (portOf(port) ?? refuse(expression)) !== actual.port) {
    throw new Mismatch(`${name}: the port differs`, printExpression(port), String(actual.port));
  }
  const address = fieldOf(expression, ["sin_addr", "sin6_addr", "addr"]);
  if (address !== null && !(addressOf(address) ?? refuse(expression)).equals(actual.address)) {
    throw new Mismatch(`${name}: the address differs`, printExpression(address), actual.address.toString());
  }
  const family = fieldOf(expression, ["sa_family", "sin_family", "sin6_family"]);
  const known = actual.address.family === 4 ? "AF_INET" : "AF_INET6";
  if (family !== null && printExpression(family) !== known) {
    throw new Mismatch(`${name}: the family differs`, printExpression(family), known);
  }
  if (port === null && address === null && family === null) refuse(expression);
}

/** The value of the field that has one of several names. @throws Unsupported for what is no structure. */
function fieldOf(expression: Expression, names: readonly string[]): Expression | null {
  if (expression.kind !== "structure") refuse(expression);
  return expression.fields.find(({ name }) => name !== null && names.includes(name))?.value ?? null;
}

/** `htons(80)` or `80`. */
function portOf(value: Expression): number | null {
  const inner = value.kind === "application" && value.name === "htons" ? value.parameters[0] : value;
  return inner?.kind === "number" ? inner.value : null;
}

/** `inet_addr("192.0.2.1")`, or any other function of a text. */
function addressOf(value: Expression): IpAddress | null {
  const inner = value.kind === "application" ? value.parameters.find(({ kind }) => kind === "string") : value;
  return inner?.kind === "string" ? IpAddress.parse(inner.value) : null;
}

function refuse(expression: Expression): never {
  throw new Unsupported(`address ${printExpression(expression)}`);
}

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

/** How an address looks to a socket of a domain: IPv4's to AF_INET6 as `::ffff:192.0.2.1` (RFC 3493 3.7). */
function shown(address: IpAddress, domain: 4 | 6): string {
  return domain === 6 && address.family === 4 ? `::ffff:${address}` : address.toString();
}

/** Whether a script's text is that address in the form that sockets of the domain use. */
function names(text: string, address: IpAddress, domain: 4 | 6): boolean {
  return text.includes(":") === (domain === 6) && IpAddress.parse(text).equals(address);
}

/**
 * The errno of a call that is given an address of another family than its socket's, `null` for none.
 * @throws Unsupported for an address that is not the peer's.
 */
export function refusal(expression: Expression, peer: IpAddress, domain: 4 | 6): "EAFNOSUPPORT" | null {
  if (expression.kind === "anything") return null;
  const family = fieldOf(expression, familyFields);
  if (family !== null && printExpression(family) !== familyName(domain)) return "EAFNOSUPPORT";
  const address = fieldOf(expression, addressFields);
  if (address !== null && !names(textOf(address) ?? refuse(expression), peer, domain)) refuse(expression);
  return null;
}

/**
 * Compares the address that a call hands back with the script's `sockaddr` structure: what it says of family, address and port.
 * @param domain of the socket. @throws Mismatch, and Unsupported for a structure that says something else.
 */
export function expectAddress(name: string, expression: Expression, actual: Endpoint, domain: 4 | 6): void {
  if (expression.kind === "anything") return;
  const port = fieldOf(expression, ["sin_port", "sin6_port", "port"]);
  if (port !== null && (portOf(port) ?? refuse(expression)) !== actual.port) {
    throw new Mismatch(`${name}: the port differs`, printExpression(port), String(actual.port));
  }
  const address = fieldOf(expression, addressFields);
  if (address !== null && !names(textOf(address) ?? refuse(expression), actual.address, domain)) {
    throw new Mismatch(
      `${name}: the address differs`,
      printExpression(address),
      shown(actual.address, domain),
    );
  }
  const family = fieldOf(expression, familyFields);
  if (family !== null && printExpression(family) !== familyName(domain)) {
    throw new Mismatch(`${name}: the family differs`, printExpression(family), familyName(domain));
  }
  if (port === null && address === null && family === null) refuse(expression);
}

const familyFields = ["sa_family", "sin_family", "sin6_family"];
const addressFields = ["sin_addr", "sin6_addr", "addr"];

function familyName(domain: 4 | 6): string {
  return domain === 4 ? "AF_INET" : "AF_INET6";
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
function textOf(value: Expression): string | null {
  const inner = value.kind === "application" ? value.parameters.find(({ kind }) => kind === "string") : value;
  return inner?.kind === "string" ? inner.value : null;
}

function refuse(expression: Expression): never {
  throw new Unsupported(`address ${printExpression(expression)}`);
}

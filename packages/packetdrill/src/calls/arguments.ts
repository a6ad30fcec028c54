import { Mismatch, Unsupported } from "../engine/outcome.ts";
import { printExpression } from "../language/print.ts";
import type { CallAction, Expression } from "../language/tree.ts";

/** The parameters of one call, read as what they must be. */
export class Arguments {
  readonly #call: CallAction;

  constructor(call: CallAction) {
    this.#call = call;
  }

  /** The parameter at `at`. @throws Unsupported when there are fewer. */
  at(at: number): Expression {
    const found = this.#call.parameters[at];
    if (found === undefined)
      throw new Unsupported(`${this.#call.name} with ${this.#call.parameters.length} parameters`);
    return found;
  }

  get count(): number {
    return this.#call.parameters.length;
  }

  number(at: number): number {
    const expression = this.at(at);
    if (expression.kind !== "number") this.#refuse(expression);
    return expression.value;
  }

  /** A number in a list of one, such as `[1]`. */
  boxedNumber(at: number): number {
    const expression = this.at(at);
    const item =
      expression.kind === "list" && expression.items.length === 1 ? expression.items[0]! : expression;
    if (item.kind !== "number") this.#refuse(expression);
    return item.value;
  }

  /** The name of a constant. */
  word(at: number): string {
    const expression = this.at(at);
    if (expression.kind === "number") return String(expression.value);
    if (expression.kind !== "word") this.#refuse(expression);
    return expression.name;
  }

  /** As {@link word}, but `null` for `...`. */
  wordOrNone(at: number): string | null {
    return this.at(at).kind === "anything" ? null : this.word(at);
  }

  /** Whether a constant is among those joined by `|`. */
  has(at: number, name: string): boolean {
    return namesIn(this.at(at)).includes(name);
  }

  /** Whether a constant is in any parameter. */
  hasAnywhere(name: string): boolean {
    return this.#call.parameters.some((parameter) => namesIn(parameter).includes(name));
  }

  #refuse(expression: Expression): never {
    throw new Unsupported(`${this.#call.name} with ${printExpression(expression)}`);
  }
}

/** The names joined by `|`. */
export function namesIn(expression: Expression): readonly string[] {
  if (expression.kind === "word") return [expression.name];
  return expression.kind === "union" ? expression.parts.flatMap(namesIn) : [];
}

/** The name of a constant in `[NAME]`; `null` for anything else. */
export function boxedWord(expression: Expression): string | null {
  const item =
    expression.kind === "list" && expression.items.length === 1 ? expression.items[0]! : expression;
  return item.kind === "word" ? item.name : null;
}

/** Compares the value a call hands back in `[value]` with the script's. */
export function expectBoxed(name: string, expression: Expression, actual: number | string): void {
  const item =
    expression.kind === "list" && expression.items.length === 1 ? expression.items[0]! : expression;
  if (item.kind === "anything") return;
  const expected = item.kind === "number" ? item.value : item.kind === "word" ? item.name : null;
  if (expected === null) throw new Unsupported(`${name} with ${printExpression(expression)}`);
  if (expected !== actual) throw new Mismatch(`${name} differs`, String(expected), String(actual));
}

import { type ParseArgsConfig, parseArgs } from "node:util";
import { type ParameterDefinition, parameterDefinitions } from "./definitions.ts";
import { UsageError } from "./usage-error.ts";

/** A flag of the service's own, shown in the help text beside the boot parameters. */
export interface ServiceFlag {
  /** What stands for the value; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

/** A boot parameter as it was written. */
export interface WrittenParameter {
  readonly definition: ParameterDefinition;
  /** The flag with its dashes: a synonym or a letter where that was written. */
  readonly spelling: string;
  readonly text: string;
}

/** A command line, split but not judged. */
export interface CommandLine {
  /** In their order. */
  readonly parameters: readonly WrittenParameter[];
  /** The service's own: text, or true for a switch. The last of a name counts. */
  readonly flags: Readonly<Record<string, string | true>>;
  readonly positionals: readonly string[];
  readonly help: boolean;
}

type Flags = Readonly<Record<string, ServiceFlag>>;
type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/** Boot parameters by each name of their flags. */
const byName = new Map(
  parameterDefinitions.flatMap((definition) =>
    namesOf(definition).map((name) => [name, definition] as const),
  ),
);

/** Splits a command line; boot parameters and the service's flags may stand in any order. @throws UsageError */
export function splitCommandLine(argv: readonly string[], flags: Flags): CommandLine {
  // Judged here rather than by `strict`, whose messages have several lines.
  const options = optionsOf(flags);
  const rules = { allowPositionals: true, strict: false, tokens: true } as const;
  const tokens: readonly Token[] = parseArgs({ args: [...argv], options, ...rules }).tokens;
  const parameters: WrittenParameter[] = [];
  const own: Record<string, string | true> = {};
  const positionals: string[] = [];
  let help = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const definition = byName.get(token.name);
    if (Object.hasOwn(flags, token.name)) {
      own[token.name] = flagValue(token, flags[token.name]!.value ?? null) ?? true;
    } else if (token.name === "help") {
      help = flagValue(token, null) === null;
    } else if (definition === undefined) {
      throw new UsageError(unknown(token));
    } else {
      const next = tokens[at + 1];
      const word = isBareSwitch(token, definition) && next?.kind === "positional" ? next.value : null;
      if (word !== null) at++;
      const text = word === null ? parameterText(token, definition) : switchWord(token, definition, word);
      parameters.push({ definition, spelling: token.rawName, text });
    }
  }
  return { parameters, flags: own, positionals, help };
}

function isBareSwitch(token: OptionToken, definition: ParameterDefinition): boolean {
  return definition.value === null && token.value === undefined;
}

function parameterText(token: OptionToken, { value }: ParameterDefinition): string {
  return value === null ? (token.value ?? "true") : flagValue(token, value)!;
}

function optionsOf(flags: Flags): NonNullable<ParseArgsConfig["options"]> {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const [name, { value, short }] of byName) {
    const letter = short === undefined ? {} : { short };
    options[name] = { type: value === null ? "boolean" : "string", ...letter };
  }
  for (const [name, { value }] of Object.entries(flags)) {
    options[name] = { type: value === undefined ? "boolean" : "string" };
  }
  return options;
}

function namesOf({ name, synonyms = [], flagSynonyms = [] }: ParameterDefinition): readonly string[] {
  return [name, ...synonyms, ...flagSynonyms];
}

/** The value of a flag; `null` for a switch. @param placeholder what stands for the value in the help text; `null` for a switch. */
function flagValue({ rawName, value, inlineValue }: OptionToken, placeholder: string | null): string | null {
  if (placeholder === null) {
    if (value === undefined) return null;
    throw new UsageError(`${rawName}=${value}: takes no value`);
  }
  if (value === undefined) throw new UsageError(`${rawName}: must have a value, ${placeholder}`);
  // `--ipv4 --ipv6-only` has forgotten something.
  if (inlineValue || !/^-./.test(value)) return value;
  const dashed = `one that begins with a dash is written ${rawName}=${value}`;
  throw new UsageError(`${rawName} ${value}: must have a value, ${placeholder}; ${dashed}`);
}

/** The word behind a switch is its value: taken for anything else, a mistyped `false` would mean true. */
function switchWord({ rawName }: OptionToken, { kind }: ParameterDefinition, word: string): string {
  try {
    kind.read(word);
    return word;
  } catch (error) {
    const advice = `what is no value of ${rawName} stands before it or behind --`;
    throw new UsageError(`${rawName} ${word}: ${(error as Error).message}; ${advice}`);
  }
}

function unknown({ name, rawName, value }: OptionToken): string {
  if (!name.startsWith("net:")) return `${rawName}: there is no such option`;
  const shown = value === undefined ? rawName : `${rawName}=${value}`;
  return `${shown}: knows no network ${JSON.stringify(name.slice(4))}; the only one is --net:service=DEVICE`;
}

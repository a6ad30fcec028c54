import { type ParseArgsConfig, parseArgs } from "node:util";
import {
  type BootParameters,
  defaultParameters,
  type ParameterDefinition,
  parameterDefinitions,
} from "./parameters.ts";

/** A flag of the service's own, shown in the help text beside the boot parameters. */
export interface ServiceFlag {
  /** What stands for the value; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

export interface ParsedArguments {
  readonly parameters: BootParameters;
  /** The service's own flags as given: text, or true for a switch. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  readonly help: boolean;
}

/** The command line is wrong; the message names the flag, the value and what would be right. */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}

/**
 * Reads a command line: boot parameters as `--x=y` or `--x y`, the service's own flags, positionals. `--net:service=tap0`, as Solo5
 * writes it, is the same as `--net service=tap0`.
 * @throws UsageError
 */
export function parseArguments(
  argv: readonly string[],
  flags: Readonly<Record<string, ServiceFlag>> = {},
  defaults: Partial<BootParameters> = {},
): ParsedArguments {
  const { values, positionals } = split(argv, flags);
  const parameters: Record<string, unknown> = { ...defaultParameters, ...defaults };
  for (const definition of parameterDefinitions) {
    const given = values[definition.name];
    if (given !== undefined) parameters[definition.field] = readValue(definition, String(given));
  }
  const own = Object.fromEntries(Object.keys(flags).map((name) => [name, values[name]]));
  return {
    parameters: parameters as unknown as BootParameters,
    flags: own,
    positionals,
    help: values["help"] === true,
  };
}

function split(
  argv: readonly string[],
  flags: Readonly<Record<string, ServiceFlag>>,
): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const { name, value, short } of parameterDefinitions) {
    options[name] = {
      type: value === null ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    };
  }
  for (const [name, { value }] of Object.entries(flags)) {
    options[name] = { type: value === undefined ? "boolean" : "string" };
  }
  const args = argv.map((argument) => argument.replace(/^--net:service=/, "--net=service="));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message.split(". To specify")[0]!);
  }
}

function readValue(definition: ParameterDefinition, text: string): unknown {
  try {
    return definition.read(text);
  } catch (error) {
    throw new UsageError(`--${definition.name} ${text}: ${(error as Error).message}`);
  }
}

/** The help text: usage, the service's flags, the boot parameters. */
export function helpText(usage: string, flags: Readonly<Record<string, ServiceFlag>>): string {
  const own = Object.entries(flags).map(([name, { value, help }]) => line(`--${name}`, value ?? null, help));
  const boot = parameterDefinitions.map(({ name, short, value, help }) =>
    line(`${short === undefined ? "" : `-${short}, `}--${name}`, value, help),
  );
  return [`usage: ${usage}`, "", ...own, ...boot, line("-h, --help", null, "shows this")].join("\n");
}

function line(flag: string, value: string | null, help: string): string {
  return `  ${(value === null ? flag : `${flag} ${value}`).padEnd(30)} ${help}`;
}

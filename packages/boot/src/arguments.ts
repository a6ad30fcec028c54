import { type ParseArgsConfig, parseArgs } from "node:util";
import { checkParameters } from "./check-parameters.ts";
import { type ParameterDefinition, parameterDefinitions } from "./definitions.ts";
import { type BootParameters, defaultParameters } from "./parameters.ts";
import { isTruthText } from "./read-values.ts";
import {
  type BootConfiguration,
  fromConfiguration,
  fromEnvironment,
  fromFlags,
  UsageError,
} from "./sources.ts";

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

/** Where parameters come from besides the command line. */
export interface ParameterSources {
  /** Environment variables such as `MNET_IPV4`. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What the program itself says, as values or as text. */
  readonly configuration?: BootConfiguration;
}

/**
 * Reads boot parameters, each from the first that says something: the command line, the environment, the configuration, the defaults.
 * Flags are written `--x=y` or `--x y`; a switch may have `true` or `false` as its value. `--net:service=tap0`, as Solo5 writes it, is the
 * same as `--net service=tap0`. The service's own flags and positionals stand beside.
 * @throws UsageError
 */
export function parseArguments(
  argv: readonly string[],
  flags: Readonly<Record<string, ServiceFlag>> = {},
  { environment = {}, configuration = {} }: ParameterSources = {},
): ParsedArguments {
  const { values, positionals } = split(argv, flags);
  const own = Object.fromEntries(
    Object.keys(flags).map((name) => [name, values[name] as string | boolean | undefined]),
  );
  const help = values["help"] === true;
  // Who asks for help gets it, whatever else is said.
  const parameters: BootParameters = {
    ...defaultParameters,
    ...(help ? {} : fromConfiguration(configuration)),
    ...(help ? {} : fromEnvironment(environment)),
    ...(help ? {} : fromFlags(values as Record<string, readonly string[] | undefined>)),
  };
  checkParameters(parameters);
  return { parameters, flags: own, positionals, help };
}

type Values = Record<string, string | boolean | readonly (string | boolean)[] | undefined>;

function split(
  argv: readonly string[],
  flags: Readonly<Record<string, ServiceFlag>>,
): { values: Values; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const definition of parameterDefinitions) {
    for (const name of namesOf(definition)) {
      const { short } = definition;
      const letter = short === undefined || name !== definition.name ? {} : { short };
      options[name] = { type: "string", multiple: true, ...letter };
    }
  }
  for (const [name, { value }] of Object.entries(flags)) {
    options[name] = { type: value === undefined ? "boolean" : "string" };
  }
  try {
    const { values, positionals } = parseArgs({
      args: withSwitchValues(argv),
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values: values as Values, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message.split(". To specify")[0]!);
  }
}

/** `--ipv4-only` is `--ipv4-only=true`, and `--ipv4-only false` is `--ipv4-only=false`. */
function withSwitchValues(argv: readonly string[]): string[] {
  const switches = new Map<string, string>();
  for (const definition of parameterDefinitions) {
    if (definition.value !== null) continue;
    for (const name of namesOf(definition)) switches.set(`--${name}`, `--${name}`);
    if (definition.short !== undefined) switches.set(`-${definition.short}`, `--${definition.name}`);
  }
  const args: string[] = [];
  const given = argv.map((argument) => argument.replace(/^--net:service=/, "--net=service="));
  for (let at = 0; at < given.length; at++) {
    const argument = given[at]!;
    if (argument === "--") return [...args, ...given.slice(at)];
    const flag = switches.get(argument);
    if (flag === undefined) args.push(argument);
    else if (at + 1 < given.length && isTruthText(given[at + 1]!)) args.push(`${flag}=${given[++at]}`);
    else args.push(`${flag}=true`);
  }
  return args;
}

function namesOf({ name, synonyms = [] }: ParameterDefinition): readonly string[] {
  return [name, ...synonyms];
}

/** The help text: usage, the service's flags, the boot parameters. */
export function helpText(usage: string, flags: Readonly<Record<string, ServiceFlag>>): string {
  const own = Object.entries(flags).map(([name, { value, help }]) => line(`--${name}`, value ?? null, help));
  const boot = parameterDefinitions.map(({ name, short, value, help }) =>
    line(`${short === undefined ? "" : `-${short}, `}--${name}`, value, help),
  );
  const note = "Boot parameters are also read from the environment: --ipv4-gateway is MNET_IPV4_GATEWAY.";
  return [`usage: ${usage}`, "", ...own, ...boot, line("-h, --help", null, "shows this"), "", note].join(
    "\n",
  );
}

function line(flag: string, value: string | null, help: string): string {
  return `  ${(value === null ? flag : `${flag} ${value}`).padEnd(30)} ${help}`;
}

import { checkParameters } from "./check-parameters.ts";
import { type ServiceFlag, splitCommandLine } from "./command-line.ts";
import { parameterDefinitions } from "./definitions.ts";
import type { ParameterOrigins } from "./origins.ts";
import { type BootParameters, defaultParameters } from "./parameters.ts";
import { type BootConfiguration, fromConfiguration, fromEnvironment, fromFlags } from "./sources.ts";

export interface ParsedArguments {
  readonly parameters: BootParameters;
  /** Who said each parameter. */
  readonly origins: ParameterOrigins;
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
 * Flags are written `--x=y` or `--x y`; of several the last counts. A switch may have `true` or `false` as its value, and the word behind it
 * must be one. `--net:service=tap0`, as Solo5 writes it, is the same as `--net service=tap0`. The service's own flags and positionals stand beside.
 * @throws UsageError
 */
export function parseArguments(
  argv: readonly string[],
  flags: Readonly<Record<string, ServiceFlag>> = {},
  { environment = {}, configuration = {} }: ParameterSources = {},
): ParsedArguments {
  const line = splitCommandLine(argv, flags);
  const { help, positionals } = line;
  // Who asks for help gets it, whatever else is said.
  const given = help
    ? []
    : [...fromConfiguration(configuration), ...fromEnvironment(environment), ...fromFlags(line.parameters)];
  const parameters: BootParameters = {
    ...defaultParameters,
    ...Object.fromEntries(given.map(({ field, value }) => [field, value])),
  };
  const origins: ParameterOrigins = Object.fromEntries(given.map(({ field, origin }) => [field, origin]));
  checkParameters(parameters, origins);
  return { parameters, origins, flags: line.flags, positionals, help };
}

/** The help text: usage, the service's flags, the boot parameters. */
export function helpText(usage: string, flags: Readonly<Record<string, ServiceFlag>>): string {
  const own = Object.entries(flags).map(([name, { value, help }]) =>
    lineOf(`--${name}`, value ?? null, help),
  );
  const boot = parameterDefinitions.map(({ name, short, value, help }) =>
    lineOf(`${short === undefined ? "" : `-${short}, `}--${name}`, value, help),
  );
  const note =
    "The word behind a switch is its value, true or false. Boot parameters are also read from the environment: --ipv4-gateway is MNET_IPV4_GATEWAY.";
  return [`usage: ${usage}`, "", ...own, ...boot, lineOf("-h, --help", null, "shows this"), "", note].join(
    "\n",
  );
}

function lineOf(flag: string, value: string | null, help: string): string {
  return `  ${(value === null ? flag : `${flag} ${value}`).padEnd(30)} ${help}`;
}

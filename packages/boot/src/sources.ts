import type { WrittenParameter } from "./command-line.ts";
import { type ParameterDefinition, parameterDefinitions } from "./definitions.ts";
import { describeName, describeValue, type ParameterOrigin } from "./origins.ts";
import { type BootParameters, defaultParameters } from "./parameters.ts";
import { UsageError } from "./usage-error.ts";

/** Parameters as a program gives them: as values, or as the text that a command line would have. */
export type BootConfiguration = {
  readonly [K in keyof BootParameters]?: ConfigurationValue<BootParameters[K]>;
};

/** One value, or any number where a parameter may be repeated. */
export type ConfigurationValue<Value> = Value extends readonly (infer Item)[]
  ? Item | string | readonly (Item | string)[]
  : Value | string;

/** One parameter that somebody gave, read. */
export interface GivenParameter {
  readonly field: keyof BootParameters;
  readonly value: unknown;
  readonly origin: ParameterOrigin;
}

/** What every environment variable begins with. */
const PREFIX = "MNET_";

/**
 * Reads the environment: `MNET_IPV4` is `--ipv4`, `MNET_IPV4_GATEWAY` is `--ipv4-gateway`, and so on. What may be given several times is
 * separated by commas. An empty variable is as good as none. Variables have no order, so that two names of one parameter must agree.
 * @throws UsageError
 */
export function fromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): readonly GivenParameter[] {
  return parameterDefinitions.flatMap((definition) => {
    const names = [definition.name, ...(definition.synonyms ?? [])];
    const given = names.flatMap((name) => variable(definition, name, environment));
    const [first, ...others] = given;
    if (first === undefined) return [];
    const differs = others.find(({ value }) => JSON.stringify(value) !== JSON.stringify(first.value));
    if (differs === undefined) return [first];
    const both = [first, differs].map(({ origin }) => describeValue(origin, environment[origin.name]));
    throw new UsageError(`${both.join(" and ")} contradict each other: give one`);
  });
}

function variable(
  definition: ParameterDefinition,
  flag: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly GivenParameter[] {
  const name = `${PREFIX}${flag.toUpperCase().replaceAll("-", "_")}`;
  const text = environment[name];
  if (text === undefined || text === "") return [];
  const origin = { source: "environment", name } as const;
  const values = (definition.repeatable ? text.split(",") : [text]).map((one) =>
    readText(definition, origin, one),
  );
  return [{ field: definition.field, value: definition.repeatable ? values : values[0], origin }];
}

/** Reads a configuration object. @throws UsageError */
export function fromConfiguration(configuration: BootConfiguration): readonly GivenParameter[] {
  const known = new Set<string>(parameterDefinitions.map(({ field }) => field));
  for (const field of Object.keys(configuration)) {
    if (!known.has(field)) throw new UsageError(`the configuration's ${field} is no boot parameter`);
  }
  return parameterDefinitions.flatMap((definition) => {
    const { field, repeatable = false } = definition;
    const given: unknown = configuration[field];
    // As the defaults have it: nothing is said.
    if (given === undefined || (given === null && defaultParameters[field] === null)) return [];
    const origin = { source: "configuration", name: field } as const;
    const value =
      repeatable && Array.isArray(given)
        ? given.map((item) => readValue(definition, origin, item))
        : readValue(definition, origin, given);
    return [{ field, value: repeatable && !Array.isArray(value) ? [value] : value, origin }];
  });
}

/** Reads flags: the last of a parameter counts, or all of them where it may be repeated. @throws UsageError */
export function fromFlags(written: readonly WrittenParameter[]): readonly GivenParameter[] {
  return parameterDefinitions.flatMap((definition) => {
    const { field, repeatable = false } = definition;
    const given = written
      .filter((one) => one.definition === definition)
      .map(({ spelling, text }) => {
        const origin = { source: "arguments", name: spelling } as const;
        return { field, value: readText(definition, origin, text), origin };
      });
    const last = given.at(-1);
    if (last === undefined) return [];
    return [repeatable ? { ...last, value: given.map(({ value }) => value) } : last];
  });
}

function readValue(definition: ParameterDefinition, origin: ParameterOrigin, value: unknown): unknown {
  const { expected, write } = definition.kind;
  const text = typeof value === "string" ? value : write(value);
  const shown = Array.isArray(value) ? `[${value}]` : String(value);
  if (text !== null) return readText(definition, origin, text, shown);
  throw new UsageError(`${describeName(origin)} ${shown}: must be ${expected}`);
}

/** @param shown what the message of an error has as the value. */
function readText(
  { kind }: ParameterDefinition,
  origin: ParameterOrigin,
  text: string,
  shown: string = text,
): unknown {
  try {
    return kind.read(text);
  } catch (error) {
    throw new UsageError(`${describeValue(origin, shown)}: ${(error as Error).message}`);
  }
}

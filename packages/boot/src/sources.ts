import { type ParameterDefinition, parameterDefinitions } from "./definitions.ts";
import type { BootParameters } from "./parameters.ts";

/** The input of a service is wrong; the message names the parameter, the value and what would be right. */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}

/** Parameters as a program gives them: as values, or as the text that a command line would have. */
export type BootConfiguration = {
  readonly [K in keyof BootParameters]?: BootParameters[K] | string | readonly string[];
};

/** Values by field; what was not given is absent. */
export type GivenParameters = { [K in keyof BootParameters]?: BootParameters[K] };

/** What every environment variable begins with. */
const PREFIX = "MNET_";

/**
 * Reads the environment: `MNET_IPV4` is `--ipv4`, `MNET_IPV4_GATEWAY` is `--ipv4-gateway`, and so on. What may be given several times is
 * separated by commas. An empty variable is as good as none.
 * @throws UsageError
 */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): GivenParameters {
  return collect((definition) => {
    for (const name of [definition.name, ...(definition.synonyms ?? [])]) {
      const variable = `${PREFIX}${name.toUpperCase().replaceAll("-", "_")}`;
      const text = environment[variable];
      if (text === undefined || text === "") continue;
      const texts = definition.repeatable ? text.split(",") : [text];
      return readTexts(definition, texts, (one) => `${variable}=${one}`);
    }
    return undefined;
  });
}

/** Reads a configuration object. @throws UsageError */
export function fromConfiguration(configuration: BootConfiguration): GivenParameters {
  const known = new Set<string>(parameterDefinitions.map(({ field }) => field));
  for (const field of Object.keys(configuration)) {
    if (!known.has(field)) throw new UsageError(`the configuration's ${field} is no boot parameter`);
  }
  return collect((definition) => {
    const given = configuration[definition.field];
    if (given === undefined) return undefined;
    const list = definition.repeatable && !Array.isArray(given) ? [given] : given;
    if (!Array.isArray(list)) return typeof given === "string" ? one(definition, given) : given;
    return list.map((item: unknown) => (typeof item === "string" ? one(definition, item) : item));
  });
  function one(definition: ParameterDefinition, text: string): unknown {
    return readTexts(
      { ...definition, repeatable: false },
      [text],
      () => `the configuration's ${definition.field} ${text}`,
    );
  }
}

/** Reads flags. @param texts by a flag's name, all that were given. @throws UsageError */
export function fromFlags(texts: Readonly<Record<string, readonly string[] | undefined>>): GivenParameters {
  return collect((definition) => {
    const all = [definition.name, ...(definition.synonyms ?? [])].flatMap((name) => texts[name] ?? []);
    if (all.length === 0) return undefined;
    return readTexts(definition, all, (one) => `--${definition.name} ${one}`);
  });
}

/** The last text counts, or all of them. */
function readTexts(
  definition: ParameterDefinition,
  texts: readonly string[],
  describe: (text: string) => string,
): unknown {
  const values = texts.map((text) => {
    try {
      return definition.read(text);
    } catch (error) {
      throw new UsageError(`${describe(text)}: ${(error as Error).message}`);
    }
  });
  return definition.repeatable ? values : values.at(-1);
}

function collect(find: (definition: ParameterDefinition) => unknown): GivenParameters {
  const found = parameterDefinitions.map((definition) => [definition.field, find(definition)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as GivenParameters;
}

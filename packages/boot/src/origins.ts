import { parameterDefinitions } from "./definitions.ts";
import type { BootParameters } from "./parameters.ts";

/** Who said a parameter, and under which name: `--mtu`, `MNET_MTU` or `mtu`. */
export interface ParameterOrigin {
  readonly source: "arguments" | "environment" | "configuration";
  readonly name: string;
}

/** By field; what nobody said is absent. */
export type ParameterOrigins = { readonly [K in keyof BootParameters]?: ParameterOrigin };

/** A parameter and its value as whoever said it wrote them: `--mtu 1`, `MNET_MTU=1`, `the configuration's mtu 1`. */
export function describeValue(origin: ParameterOrigin, value: unknown): string {
  return `${describeName(origin)}${origin.source === "environment" ? "=" : " "}${value}`;
}

/** The parameter alone: `--mtu`, `MNET_MTU`, `the configuration's mtu`. */
export function describeName({ source, name }: ParameterOrigin): string {
  return source === "configuration" ? `the configuration's ${name}` : name;
}

/** Where a parameter comes from; what nobody is known to have said has its flag's name. */
export function originOf(origins: ParameterOrigins, field: keyof BootParameters): ParameterOrigin {
  const definition = parameterDefinitions.find((one) => one.field === field)!;
  return origins[field] ?? { source: "arguments", name: `--${definition.name}` };
}

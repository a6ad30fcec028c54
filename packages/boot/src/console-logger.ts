import { isNetError } from "@mnet/core";
import type { LogFields, Logger } from "@mnet/stack";

/** Writes one line per message to standard error; `info` and `debug` only when `verbose`. */
export function consoleLogger(name: string, verbose: boolean): Logger {
  const write = (message: string, fields: LogFields): void =>
    console.error(`${name}: ${message}${suffix(fields)}`);
  const quiet = (): void => {};
  return { debug: verbose ? write : quiet, info: verbose ? write : quiet, warn: write };
}

function suffix({ layer, mac, ip, flow, error }: LogFields): string {
  const parts = Object.entries({ layer, mac, ip, flow }).filter(([, value]) => value !== undefined);
  const fields = parts.map(([key, value]) => ` ${key}=${value}`).join("");
  if (error === undefined) return fields;
  // A network error is an event of the wire; anything else is a defect whose origin matters.
  return `${fields} ${isNetError(error) ? error.message : ((error as Error)?.stack ?? String(error))}`;
}

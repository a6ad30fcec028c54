import { isNetError } from "@mnet/core";
import type { Stack } from "@mnet/stack";
import { helpText, type ParsedArguments, parseArguments } from "./arguments.ts";
import type { ServiceFlag } from "./command-line.ts";
import { consoleLogger } from "./console-logger.ts";
import { onStopSignal } from "./signals.ts";
import type { BootConfiguration } from "./sources.ts";
import { type StartedStack, startStack } from "./target.ts";
import type { ImportModule } from "./tuntap2.ts";
import { UsageError } from "./usage-error.ts";

export interface BootOptions {
  /** The service's name: in logs, in the help text, and where its MAC address and stable IPv6 addresses come from. */
  readonly name: string;
  /** Command line without the program. Default: the process's. */
  readonly arguments?: readonly string[];
  /** Used where the command line says nothing: `MNET_IPV4` is `--ipv4`. Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Used where the environment says nothing either: boot parameters as values, or as the text that the command line would have. */
  readonly configuration?: BootConfiguration;
  /** The service's own flags. */
  readonly flags?: Readonly<Record<string, ServiceFlag>>;
  /** What the help text shows after the name. Default `[OPTIONS]`. */
  readonly usage?: string;
  /** Reads the service's own flags before anything is opened. @throws UsageError to refuse them. */
  readonly check?: (parsed: ParsedArguments) => void;
  /** How packages that a device needs and that may be missing are imported. Default: `import()`. */
  readonly importModule?: ImportModule;
}

/** What a service's main function works with. */
export interface Booted extends ParsedArguments {
  readonly stack: Stack;
  /** Aborted when SIGINT or SIGTERM asks the service to end; the stack is being killed then. */
  readonly signal: AbortSignal;
}

/**
 * From boot parameters to a running service: reads them, opens the device, creates the stack, waits for what `--wait-for` says, runs `main`,
 * kills the stack when `main` has ended or a signal came. Resolves when everything is closed.
 *
 * A wrong parameter and a stack that cannot be started are one line on standard error and exit code 2, a device that goes away one line
 * and exit code 1; SIGINT and SIGTERM are a graceful end and exit code 0; what `main` rejects with is rejected, unless it is the
 * stack's own end after a signal.
 */
export async function boot(
  options: BootOptions,
  main: (booted: Booted) => Promise<void> | void,
): Promise<void> {
  const parsed = readParameters(options);
  if (parsed === null) return;
  let killOnSignal: (() => void) | null = null;
  const stop = onStopSignal(() => killOnSignal?.());
  const started = await startOrExplain(options, parsed, stop.signal);
  if (started === null) return stop.remove();
  const { stack } = started;
  killOnSignal = () => void stack.kill();
  let deviceFault: Error | null = null;
  stack.on("closed", ({ error }) => {
    deviceFault = error;
  });
  const failure = await failureOf(main, { ...parsed, stack, signal: stop.signal });
  await stack.kill();
  stop.remove();
  started.close();
  if (deviceFault !== null) explain(`${options.name}: ${(deviceFault as Error).message}`, 1);
  // What a service is told when its stack ends under it is no fault of its own.
  const ended = stop.signal.aborted || deviceFault !== null;
  if (failure !== null && !(ended && isNetError(failure.error, "ENETDOWN"))) throw failure.error;
}

async function failureOf(
  main: (booted: Booted) => Promise<void> | void,
  booted: Booted,
): Promise<{ readonly error: unknown } | null> {
  try {
    await main(booted);
    return null;
  } catch (error) {
    return { error };
  }
}

async function startOrExplain(
  { name, importModule }: BootOptions,
  { parameters, origins }: ParsedArguments,
  signal: AbortSignal,
): Promise<StartedStack | null> {
  const logger = consoleLogger(name, parameters.verbose);
  try {
    return await startStack(parameters, {
      name,
      logger,
      signal,
      origins,
      ...(importModule === undefined ? {} : { importModule }),
    });
  } catch (error) {
    // Whoever stops a service that is not ready yet wants no explanation.
    if (signal.aborted) return null;
    return explain(`${name}: ${(error as Error).message}`);
  }
}

function readParameters(options: BootOptions): ParsedArguments | null {
  const { name, flags = {}, usage = "[OPTIONS]", configuration = {} } = options;
  const { environment = process.env } = options;
  try {
    const argv = options.arguments ?? process.argv.slice(2);
    const parsed = parseArguments(argv, flags, { environment, configuration });
    if (parsed.help) {
      console.log(helpText(`${name} ${usage}`, flags));
      return null;
    }
    options.check?.(parsed);
    return parsed;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return explain(`${name}: ${error.message} (${name} --help shows all options)`);
  }
}

function explain(message: string, exitCode = 2): null {
  console.error(message);
  process.exitCode = exitCode;
  return null;
}

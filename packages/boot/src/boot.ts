import { isNetError } from "@mnet/core";
import { createStack, type Stack } from "@mnet/stack";
import { helpText, type ParsedArguments, parseArguments, type ServiceFlag, UsageError } from "./arguments.ts";
import { consoleLogger } from "./console-logger.ts";
import { type OpenedDevice, openDevice } from "./device.ts";
import type { BootParameters } from "./parameters.ts";
import { onStopSignal } from "./signals.ts";
import type { ImportModule } from "./tuntap2.ts";

export interface BootOptions {
  /** The service's name: in logs, in the help text, and where its MAC address comes from. */
  readonly name: string;
  /** Command line without the program. Default: the process's. */
  readonly arguments?: readonly string[];
  /** Used where the command line says nothing. */
  readonly defaults?: Partial<BootParameters>;
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
 * From a command line to a running service: reads the boot parameters, opens the device, creates the stack, runs `main`, kills the stack
 * when `main` has ended or a signal came. Resolves when everything is closed.
 *
 * A wrong command line and a device that cannot be opened are one line on standard error and exit code 2, a device that goes away one
 * line and exit code 1; SIGINT and SIGTERM are a
 * graceful end and exit code 0; what `main` rejects with is rejected, unless it is the stack's own end after a signal.
 */
export async function boot(
  options: BootOptions,
  main: (booted: Booted) => Promise<void> | void,
): Promise<void> {
  const parsed = readCommandLine(options);
  if (parsed === null) return;
  const { parameters } = parsed;
  const opened = await openOrExplain(options.name, parameters, options.importModule);
  if (opened === null) return;
  const stack = await startOrExplain(options.name, parameters, opened);
  if (stack === null) return;
  let deviceFault: Error | null = null;
  stack.on("closed", ({ error }) => {
    deviceFault = error;
  });
  const stop = onStopSignal(() => void stack.kill());
  const failure = await failureOf(main, { ...parsed, stack, signal: stop.signal });
  await stack.kill();
  stop.remove();
  opened.close();
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
  name: string,
  { mac, ipv4, ipv4Gateway, verbose }: BootParameters,
  opened: OpenedDevice,
): Promise<Stack | null> {
  try {
    return await createStack({
      device: opened.device,
      name,
      logger: consoleLogger(name, verbose),
      ...(mac === null ? {} : { mac }),
      ...(ipv4 === null ? {} : { ipv4 }),
      ...(ipv4Gateway === null ? {} : { gateway: ipv4Gateway }),
    });
  } catch (error) {
    await opened.device.close();
    opened.close();
    return explain(`${name}: ${(error as Error).message}`);
  }
}

function readCommandLine(options: BootOptions): ParsedArguments | null {
  const { name, flags = {}, usage = "[OPTIONS]" } = options;
  try {
    const parsed = parseArguments(options.arguments ?? process.argv.slice(2), flags, options.defaults);
    if (parsed.help) {
      console.log(helpText(`${name} ${usage}`, flags));
      return null;
    }
    options.check?.(parsed);
    checkGateway(parsed.parameters);
    return parsed;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return explain(`${name}: ${error.message} (${name} --help shows all options)`);
  }
}

function checkGateway({ ipv4, ipv4Gateway }: BootParameters): void {
  if (ipv4Gateway === null || ipv4?.contains(ipv4Gateway)) return;
  throw new UsageError(
    `--ipv4-gateway ${ipv4Gateway}: must be on the link of --ipv4 ${ipv4 ?? "(not given)"}`,
  );
}

async function openOrExplain(
  name: string,
  parameters: BootParameters,
  importModule: ImportModule | undefined,
): Promise<OpenedDevice | null> {
  try {
    return await openDevice(parameters, importModule === undefined ? {} : { importModule });
  } catch (error) {
    return explain(`${name}: ${(error as Error).message}`);
  }
}

function explain(message: string, exitCode = 2): null {
  console.error(message);
  process.exitCode = exitCode;
  return null;
}

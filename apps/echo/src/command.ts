import { boot } from "@mnet/boot";
import { formatEndpoint } from "@mnet/core";
import type { Stack } from "@mnet/stack";
import { type Command, flags, readCommand } from "./arguments.ts";
import { echoClient } from "./client.ts";
import { echoService } from "./service.ts";

const usage = "server|client ADDRESS:PORT [LENGTH] [OPTIONS]";

/**
 * The whole program: server or client, on the target that the boot parameters name. Resolves when it has ended and everything is closed.
 * @param argv the command line without the program. Default: the process's.
 */
export function echo(argv?: readonly string[]): Promise<void> {
  // A service is ready, and a client can begin, once its addresses are its own.
  const configuration = { waitFor: "dad" };
  const options = { name: "echo", usage, flags, configuration, check: readCommand };
  return boot(
    { ...options, ...(argv === undefined ? {} : { arguments: argv }) },
    async ({ stack, ...parsed }) => {
      const command = readCommand(parsed);
      if (command.role === "server") await serve(stack, command);
      else await request(stack, command);
    },
  );
}

async function serve(stack: Stack, { port, limit }: Command & { role: "server" }): Promise<void> {
  const log = (line: string): void => console.log(`echo: ${line}`);
  const serving = echoService(stack, { port, log, ...(limit === undefined ? {} : { limit }) });
  log(`serving TCP and UDP on ${placesOf(stack, port)}`);
  const { connections, datagrams } = await serving;
  log(`served ${connections} connections and ${datagrams} datagrams`);
}

/** Every address that the service can be reached at. */
function placesOf(stack: Stack, port: number): string {
  const usable = stack.addresses().filter(({ state }) => state === "preferred" || state === "deprecated");
  const places = usable.map(({ address }) => formatEndpoint({ address, port })).join(", ");
  return stack.mac === null ? places : `${places} (MAC ${stack.mac})`;
}

async function request(stack: Stack, { server, length }: Command & { role: "client" }): Promise<void> {
  const { octets, sent, received, equal, milliseconds } = await echoClient(stack, server, length);
  console.log(
    `echo: ${octets} of ${length} octets back in ${milliseconds.toFixed(0)} ms, SHA-256 ${received}`,
  );
  if (equal) return;
  console.error(`echo: the answer differs: sent ${sent}`);
  process.exitCode = 1;
}

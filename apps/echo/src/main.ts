#!/usr/bin/env node
import { boot } from "@mnet/boot";
import { formatEndpoint } from "@mnet/core";
import type { Stack } from "@mnet/stack";
import { type Command, flags, readCommand } from "./arguments.ts";
import { echoClient } from "./client.ts";
import { echoService } from "./service.ts";

const usage = "server|client ADDRESS:PORT [LENGTH] [OPTIONS]";

await boot({ name: "echo", usage, flags, check: readCommand }, async ({ stack, ...parsed }) => {
  const command = readCommand(parsed);
  if (command.role === "server") await serve(stack, command);
  else await request(stack, command);
});

async function serve(stack: Stack, { port, limit }: Command & { role: "server" }): Promise<void> {
  const at = stack.addresses().map(({ address }) => formatEndpoint({ address, port }));
  const log = (line: string): void => console.log(`echo: ${line}`);
  const serving = echoService(stack, { port, log, ...(limit === undefined ? {} : { limit }) });
  log(`serving TCP and UDP on ${at.join(", ")} (MAC ${stack.mac})`);
  const { connections, datagrams } = await serving;
  log(`served ${connections} connections and ${datagrams} datagrams`);
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

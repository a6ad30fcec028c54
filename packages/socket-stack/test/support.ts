import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { StacksUnderTest } from "@mnet/conformance";
import type { Stack } from "@mnet/stack";

/** Lets the event loop take what the host has for it. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The host's own clock runs by itself. */
export const settle = <T>(promise: Promise<T>): Promise<T> => promise;

/** Ports that are free at an address, for TCP and for UDP. */
export async function freePorts(address: string): Promise<readonly [number, number]> {
  const [one, two] = [await freePort(address), await freePort(address)];
  return one === two ? freePorts(address) : [one, two];
}

async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const free = await new Promise<boolean>((resolve) => {
    socket.on("error", () => resolve(false));
    socket.bind(port, address, () => resolve(true));
  });
  socket.close();
  return free ? port : freePort(address);
}

/** What two stacks on this host have in common. */
export function underTest(
  client: Stack,
  server: Stack,
  rest: Omit<StacksUnderTest, "client" | "server" | "settle" | "quiet">,
): StacksUnderTest {
  return { client, server, settle, quiet, ...rest };
}

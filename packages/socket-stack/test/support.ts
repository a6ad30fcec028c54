import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";

/** Lets the event loop take what the host has for it. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The host's own clock runs by itself. */
export const settle = <T>(promise: Promise<T>): Promise<T> => promise;

/** Two ports that are free at every one of these addresses, for TCP and for UDP. */
export async function freePorts(...addresses: readonly string[]): Promise<readonly [number, number]> {
  const [one, two] = [await freePort(addresses), await freePort(addresses)];
  return one === two ? freePorts(...addresses) : [one, two];
}

async function freePort(addresses: readonly string[]): Promise<number> {
  const port = await tcpPort(addresses[0]!, 0);
  for (const address of addresses) {
    const free = (await tcpPort(address, port!)) !== null && (await udpPortIsFree(address, port!));
    if (!free) return freePort(addresses);
  }
  return port!;
}

async function tcpPort(address: string, port: number): Promise<number | null> {
  const server = createServer();
  const bound = await new Promise<number | null>((resolve) => {
    server.on("error", () => resolve(null));
    server.listen(port, address, () => resolve((server.address() as { port: number }).port));
  });
  server.close();
  return bound;
}

async function udpPortIsFree(address: string, port: number): Promise<boolean> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const free = await new Promise<boolean>((resolve) => {
    socket.on("error", () => resolve(false));
    socket.bind(port, address, () => resolve(true));
  });
  socket.close();
  return free;
}

/**
 * Whether this machine makes IPv6 sockets. Without an address as well: Linux with IPv6 switched off on its interfaces (disable_ipv6) has none,
 * and may get some at any time.
 */
export async function makesIpv6Sockets(): Promise<boolean> {
  return (await tcpPort("::", 0)) !== null;
}

/** Whether this machine has ::1. */
export function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((own) => own?.some(({ address }) => address === "::1"));
}

/**
 * Registers suites that need ::1. Where there is none they are skipped by a name that says so, or fail under CI, so that nothing is believed
 * to be tested that was not.
 */
export function withIpv6(name: string, body: () => void): void {
  if (hasIpv6()) {
    describe(name, body);
  } else if (process.env["CI"]) {
    it(`${name}: this machine has ::1`, () => expect(hasIpv6()).toBe(true));
  } else {
    describe.skip(`${name} (this machine has no ::1)`, body);
  }
}

/** The code a promise rejects with, or `resolved`. */
export function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "resolved",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** The code that a call throws; `nothing`. */
export function thrownBy(run: () => unknown): string {
  try {
    run();
    return "nothing";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

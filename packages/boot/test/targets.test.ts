import { boot } from "@mnet/boot";
import type { Stack } from "@mnet/stack";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** Runs a service until `main` ends. Nothing comes from the environment. */
async function booted(argv: readonly string[], main: (stack: Stack) => Promise<void>): Promise<void> {
  await boot({ name: "service", arguments: argv, environment: {} }, ({ stack }) => main(stack));
}

/** One octet there and back. */
async function echoOnce(server: Stack, client: Stack, host: string): Promise<string> {
  const listener = server.tcp.listen({ port: 0, host });
  const accepting = listener.accept();
  const near = await client.tcp.connect({ host, port: listener.local.port });
  const far = await accepting;
  await near.write("x");
  await far.write(await far.readExactly(1));
  const [octet] = await near.readExactly(1);
  await Promise.all([near.close(), far.close(), listener.close()]);
  return String.fromCharCode(octet!);
}

test("memory:NAME is one segment for all that name it in this process", async () => {
  await booted(["--net=service=memory:lan", "--ipv4=10.0.0.2/24"], async (server) => {
    await booted(["--net=memory:lan", "--ipv4=10.0.0.1/24"], async (client) => {
      expect(await echoOnce(server, client, "10.0.0.2")).toBe("x");
    });
    await booted(["--net=memory:other", "--ipv4=10.0.0.1/24"], async (stranger) => {
      expect(await stranger.ping("10.0.0.2", { timeout: 50 })).toMatchObject({ received: 0 });
    });
  });
});

test("a segment has one MTU", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const main = vi.fn();
  await booted(["--net=memory:", "--mtu=1400", "--ipv4=10.0.0.2/24"], async () => {
    await booted(["--net=memory:", "--mtu=1500", "--ipv4=10.0.0.1/24"], main);
  });
  expect(error.mock.calls).toEqual([["service: --mtu 1500: memory: has an MTU of 1400"]]);
  expect(process.exitCode).toBe(2);
  expect(main).not.toHaveBeenCalled();
});

test("socket: is the host's own network; an address is where it listens, the mask does not matter", async () => {
  await booted(["--net=service=socket:", "--ipv4=127.0.0.1/24"], async (stack) => {
    expect(await echoOnce(stack, stack, "127.0.0.1")).toBe("x");
    expect(() => stack.tcp.listen({ port: 0, host: "127.0.0.2" })).toThrow(/EADDRNOTAVAIL/);
    expect(stack.supports).toMatchObject({ ping: false, addressChanges: false });
  });
  expect(process.exitCode).toBeUndefined();
});

test("what says nothing to the host's own network is told and does no harm", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const argv = ["--net=socket:", "--ipv4-only", "--mtu=1400", "--mac=02:00:00:00:00:01"];
  await booted(argv, async (stack) => {
    expect(stack.mac).toBeNull();
  });
  expect(error.mock.calls.map(([line]) => line)).toEqual([
    "service: --mac has no meaning on socket: layer=boot",
    "service: --mtu has no meaning on socket: layer=boot",
  ]);
});

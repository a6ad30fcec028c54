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
  const dual = (ipv4: string, ipv6: string): string[] => [
    `--ipv4=${ipv4}`,
    `--ipv6=${ipv6}`,
    "--wait-for=dad",
  ];
  await booted(["--net=service=memory:lan", ...dual("10.0.0.2/24", "fd00::2/64")], async (server) => {
    await booted(["--net=memory:lan", ...dual("10.0.0.1/24", "fd00::1/64")], async (client) => {
      expect(await echoOnce(server, client, "10.0.0.2")).toBe("x");
      expect(await echoOnce(server, client, "fd00::2")).toBe("x");
      const linkLocal = server.addresses().find(({ scope }) => scope === "link")!.address;
      expect(await client.ping(`${linkLocal}%service`)).toMatchObject({ received: 1 });
    });
    await booted(["--net=memory:other", "--ipv4=10.0.0.1/24"], async (stranger) => {
      expect(await stranger.ping("10.0.0.2", { timeout: 50 })).toMatchObject({ received: 0 });
    });
  });
});

test("stable addresses follow from the secret; without one that is told", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const addressWith = async (...secret: string[]): Promise<string> => {
    const addresses: string[] = [];
    const argv = [
      "--net=memory:alone",
      "--mac=02:00:00:00:00:01",
      "--ipv6-only",
      "--ipv6=stable",
      "--wait-for=dad",
    ];
    await booted([...argv, ...secret], async (stack) => {
      addresses.push(String(stack.addresses()[0]!.address));
    });
    return addresses.join();
  };
  const one = await addressWith(`--ipv6-stable-secret=${"01".repeat(16)}`);
  const another = await addressWith(`--ipv6-stable-secret=${"02".repeat(16)}`);
  expect(error).not.toHaveBeenCalled();
  expect(one).toMatch(/^fe80::/);
  expect(another).not.toBe(one);
  expect(await addressWith(`--ipv6-stable-secret=${"01".repeat(16)}`)).toBe(one);
  await addressWith();
  expect(error.mock.calls).toEqual([
    [expect.stringMatching(/^service: without --ipv6-stable-secret .* layer=boot$/)],
  ]);
});

test("what --wait-for waits for and cannot have is one line and exit code 2", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const main = vi.fn();
  const argv = ["--net=memory:alone", "--wait-for=global", "--wait-timeout=20ms"];
  await booted(argv, main);
  expect(error.mock.calls).toEqual([[expect.stringMatching(/^service: createStack ETIMEDOUT/)]]);
  await booted(["--net=memory:alone", "--wait-for=global", "--accept-router-advertisement=false"], main);
  expect(error.mock.calls[1]).toEqual([
    expect.stringMatching(/^service: --wait-for global: .* --ipv6 fd00::2\/64/),
  ]);
  await booted(["--net=memory:alone", "--mtu=1000", "--ipv6=stable"], main);
  expect(error.mock.calls[2]).toEqual([
    expect.stringMatching(/^service: --mtu 1000: IPv6 needs an MTU of 1280 octets/),
  ]);
  expect(process.exitCode).toBe(2);
  expect(main).not.toHaveBeenCalled();
});

test("a signal during the wait ends it without a word", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const main = vi.fn();
  const waiting = booted(["--net=memory:alone", "--wait-for=global"], main);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.emit("SIGTERM");
  await waiting;
  expect(error).not.toHaveBeenCalled();
  expect(process.exitCode).toBeUndefined();
  expect(main).not.toHaveBeenCalled();
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

test("socket: what has no effect is told, by the name under which it was said; what the program says for every target is not", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const argv = ["--net=socket:", "--accept-router-advertisements=false", "--wait-timeout=1s"];
  const environment = { MNET_WAIT_FOR: "global" };
  await boot({ name: "service", arguments: argv, environment }, () => {});
  expect(error.mock.calls.map(([line]) => line)).toEqual([
    "service: --accept-router-advertisements has no meaning on socket: layer=boot",
    "service: MNET_WAIT_FOR has no meaning on socket: layer=boot",
    "service: --wait-timeout has no meaning on socket: layer=boot",
  ]);
  error.mockClear();
  const configuration = { waitFor: "dad" } as const;
  await boot({ name: "service", arguments: ["--net=socket:"], environment: {}, configuration }, () => {});
  expect(error).not.toHaveBeenCalled();
});

test("memory: has no host to give an address to, which is told", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  await booted(["--net=memory:x", "--host-ipv4=10.0.0.1/24", "--host-ipv6=fd00::1/64"], async () => {});
  expect(error.mock.calls.map(([line]) => line)).toEqual([
    "service: --host-ipv4 has no meaning on memory: layer=boot",
    "service: --host-ipv6 has no meaning on memory: layer=boot",
  ]);
});

test("several IPv4 addresses", async () => {
  const addresses = ["--ipv4=10.0.0.2/24", "--ipv4=10.0.1.2/24"];
  await booted(["--net=memory:two", "--ipv4-only", ...addresses], async (stack) => {
    expect(stack.addresses().map(({ address }) => String(address))).toEqual(["10.0.0.2", "10.0.1.2"]);
  });
  await booted(["--net=socket:", "--ipv4=127.0.0.1/8", "--ipv4=127.0.0.2/8"], async (stack) => {
    expect(await echoOnce(stack, stack, "127.0.0.2")).toBe("x");
  });
  expect(process.exitCode).toBeUndefined();
});

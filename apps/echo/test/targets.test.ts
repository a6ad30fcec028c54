import { networkInterfaces } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { echo } from "../src/command.ts";

/** The whole program on the targets that need no rights: a segment in memory, and the host's own sockets. */

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** What is said on standard output from here on. */
function said(): () => string {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  return () => lines.join("\n");
}

test("memory: a server and its clients in one process, over both families", async () => {
  const output = said();
  const lan = ["--net", "service=memory:echo"];
  const serving = echo([
    "server",
    ...lan,
    "--ipv4=10.0.0.2/24",
    "--ipv6=fd00::2/64",
    "--port=7",
    "--limit=2",
  ]);
  await vi.waitFor(() => expect(output()).toContain("serving"), { timeout: 10_000 });
  expect(output()).toMatch(
    /serving TCP and UDP on 10\.0\.0\.2:7, \[fd00::2\]:7, \[fe80::[0-9a-f:]+\]:7 \(MAC /,
  );
  await echo(["client", "10.0.0.2:7", "100000", ...lan, "--ipv4=10.0.0.1/24", "--ipv4-only"]);
  await echo(["client", "[fd00::2]:7", "100000", ...lan, "--ipv6=fd00::1/64", "--ipv6-only"]);
  await serving;
  expect(output().match(/100000 of 100000 octets back/g)).toHaveLength(2);
  expect(output()).toContain("served 2 connections");
  expect(process.exitCode).toBeUndefined();
});

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((own) => own?.some(({ address }) => address === "::1"));
}

test.for<readonly [host: string, parameter: string]>([
  ["127.0.0.1", "--ipv4=127.0.0.1/24"],
  ["[::1]", "--ipv6=::1/128"],
])(
  "socket: server and client at %s, which is where the server listens",
  async ([host, parameter], { skip }) => {
    if (host === "[::1]" && !hasIpv6()) {
      // As the suites of @mnet/socket-stack: under CI nothing is believed to be tested that was not.
      if (process.env["CI"]) throw new Error("this machine has no ::1");
      skip("this machine has no ::1");
    }
    const output = said();
    // Below the ports that Linux gives to clients (ip_local_port_range).
    const port = 10_000 + (process.pid % 20_000);
    const target = ["--net", "service=socket:", parameter];
    const serving = echo(["server", ...target, `--port=${port}`, "--limit=1"]);
    await vi.waitFor(() => expect(output()).toContain("serving"), { timeout: 10_000 });
    await echo(["client", `${host}:${port}`, "100000", ...target]);
    await serving;
    expect(output()).toContain("100000 of 100000 octets back");
    expect(process.exitCode).toBeUndefined();
  },
);

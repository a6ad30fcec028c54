import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { runOk, tcpClient } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("../example.ts", import.meta.url));
const HOST = "10.0.0.1";
const SERVICE = "10.0.0.2";

function start(...argv: string[]) {
  const child = spawn(process.execPath, ["--conditions=@mnet/source", "--import", "tsx", program, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, errors: () => errors };
}

/** Tries until the service answers. */
async function reachable(): Promise<Awaited<ReturnType<typeof tcpClient>>> {
  for (let attempt = 0; ; attempt++) {
    const report = await tcpClient({ host: SERVICE, port: 9000, octets: 100_000 });
    if (report.first.error === null || attempt === 50) return report;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

kernelSuite("a booted service", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "the example serves on a TAP it makes; %s ends it with 0",
    async (signal) => {
      const { child, errors } = start(
        "--net",
        "boot0",
        "--ipv4",
        `${SERVICE}/24`,
        "--host-ipv4",
        `${HOST}/24`,
      );
      const { first } = await reachable();
      expect(first).toMatchObject({ received: 100_000, receivedHash: first.sentHash });
      child.kill(signal);
      const [code] = (await once(child, "exit")) as [number | null];
      expect(errors()).toBe("");
      expect(code).toBe(0);
    },
  );

  test("it attaches to a persistent TAP that is up and has the host's address", async () => {
    await runOk("ip", ["tuntap", "add", "dev", "tap0", "mode", "tap"]);
    await runOk("ip", ["addr", "add", `${HOST}/24`, "dev", "tap0"]);
    await runOk("ip", ["link", "set", "tap0", "up"]);
    const { child, errors } = start("--net:service=tap0", "--ipv4", `${SERVICE}/24`, "--ipv4-gateway", HOST);
    const { first } = await reachable();
    expect(first).toMatchObject({ received: 100_000, receivedHash: first.sentHash });
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(errors()).toBe("");
    const { stdout } = await runOk("ip", ["addr", "show", "dev", "tap0"]);
    expect(stdout).toContain(HOST);
    await runOk("ip", ["tuntap", "del", "dev", "tap0", "mode", "tap"]);
  });

  test("a device that is in use is one line and exit code 2", async () => {
    const first = start("--net", "busy0", "--ipv4", `${SERVICE}/24`, "--host-ipv4", `${HOST}/24`);
    await reachable();
    const second = start("--net", "busy0", "--ipv4", "10.0.0.3/24");
    const [code] = (await once(second.child, "exit")) as [number | null];
    expect(code).toBe(2);
    expect(second.errors()).toMatch(/^service: .*EBUSY.*\n$/);
    first.child.kill("SIGTERM");
    await once(first.child, "exit");
  });

  test("a device that goes away is one line and exit code 1", async () => {
    const { child, errors } = start("--net", "gone0", "--ipv4", `${SERVICE}/24`, "--host-ipv4", `${HOST}/24`);
    await reachable();
    const exited = once(child, "exit");
    await runOk("ip", ["link", "delete", "gone0"]);
    expect(await exited).toEqual([1, null]);
    expect(errors()).toMatch(/ENODEV/);
    expect(errors()).not.toContain("    at ");
  });

  test("an address that no host can have is one line and exit code 2", async () => {
    const { child, errors } = start("--net", "bad0", "--ipv4", "10.0.0.0/24");
    expect(await once(child, "exit")).toEqual([2, null]);
    expect(errors()).toMatch(/^service: --ipv4 10\.0\.0\.0\/24: is the network address .*\n$/);
  });
});

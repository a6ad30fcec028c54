import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { run } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { afterEach, expect, test } from "vitest";
import { nodeFromSource, program } from "./program.ts";

// A process that has a TAP open ends when it has nothing else to do, and leaves nothing behind. Each test is a process.
kernelSuite("a process with a TAP ends", () => {
  afterEach(async () => {
    const { stdout } = await run("ip", ["-brief", "link"]);
    expect(stdout).not.toContain("tap0");
  });

  const ended = { code: 0, timedOut: false, stderr: "" };

  test("by itself when the device was only opened", async () => {
    expect(await program("")).toMatchObject(ended);
  });

  test("by itself when it was started and not referenced", async () => {
    expect(await program("tap.start(sink);")).toMatchObject(ended);
  });

  test("after unref, and after close, but not before", async () => {
    const still =
      "setTimeout(() => { console.log('still here'); END }, 200).unref(); tap.start(sink); tap.ref();";
    for (const end of ["tap.unref();", "tap.close();"]) {
      expect(await program(still.replace("END", end))).toMatchObject({ ...ended, stdout: "still here\n" });
    }
  });

  test("with no handle and no descriptor left after close", async () => {
    const body = `
      tap.start(sink); tap.ref();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tap.close();
      console.log(process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap" && name !== "TTYWrap").join());
      const { readdirSync, readlinkSync } = await import("node:fs");
      for (const fd of readdirSync("/proc/self/fd")) {
        try { if (/tun|socket/.test(readlinkSync("/proc/self/fd/" + fd)) && fd > 2) console.log(fd); } catch {}
      }`;
    const before = await program("await tap.close(); console.log('');");
    expect(await program(body)).toMatchObject({ ...ended, stdout: before.stdout });
  });

  test("at once by process.exit, in the middle of frames", async () => {
    const body = `
      tap.start({ ...sink, receive() { process.exit(0); } }); tap.ref();
      setTimeout(() => process.exit(1), 10000);`;
    expect(await program(body)).toMatchObject(ended);
  });

  test("when the device is closed while a batch is delivered", async () => {
    const body =
      "tap.start({ ...sink, receive() { tap.close(); }, batchEnd() { console.log('after close'); } }); tap.ref();";
    expect(await program(body)).toMatchObject({ ...ended, stdout: "" });
  });

  test("when the interface is deleted under it", async () => {
    const body = `
      tap.start(sink); tap.ref();
      (await import("node:child_process")).execFileSync("ip", ["link", "delete", "tap0"]);`;
    expect(await program(body)).toMatchObject({
      ...ended,
      stdout: "read ENODEV tap0: the interface was deleted\n",
    });
  });

  test("killed, and the interface goes with it", async () => {
    const result = await program("tap.start(sink); tap.ref(); process.kill(process.pid, 'SIGKILL');");
    expect(result).toMatchObject({ code: null, timedOut: false });
  });

  test("with children that outlive it and do not hold the TAP", async () => {
    const body = `
      tap.start(sink);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { spawn } = await import("node:child_process");
      spawn("sleep", ["3"], { detached: true, stdio: "ignore" }).unref();`;
    expect(await program(body)).toMatchObject(ended);
  });

  test("or its worker, terminated with the device open", async () => {
    // The worker is a module too, and has to load TypeScript by itself.
    const worker = `
      import { parentPort } from "node:worker_threads";
      import { register } from "tsx/esm/api";
      register();
      const { openTap } = await import("@mnet/tuntap");
      const device = openTap({ name: "tap1" });
      device.start({ receive() {}, batchEnd() {}, writable() {}, linkChanged() {}, capabilitiesChanged() {}, failed() {} });
      device.ref();
      parentPort.postMessage("open");`;
    const body = `
      const { Worker } = await import("node:worker_threads");
      const worker = new Worker(${JSON.stringify(worker)}, { eval: true });
      await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
      console.log(await worker.terminate());
      openTap({ name: "tap1" }).close();`;
    expect(await program(body)).toMatchObject({ ...ended, stdout: "1\n" });
  });
});

kernelSuite("the README", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));

  test("its example runs as it stands", async () => {
    const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}README.md`, "utf8"))![1]!;
    mkdirSync(`${root}.test-results`, { recursive: true });
    const file = `${root}.test-results/readme-example.ts`;
    writeFileSync(file, example);
    expect(existsSync(file)).toBe(true);
    const result = await run(process.execPath, [...nodeFromSource, file], { timeout: 20_000 });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(
      /^tap0 is up, a stack may use 0a:48:b5:b7:c9:d4\n(.*\n)*the host asks: who has 10\.0\.0\.2\?\n$/,
    );
  });
});

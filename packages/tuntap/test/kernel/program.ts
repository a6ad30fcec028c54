import { type RunOptions, type RunResult, run } from "@mnet/kernel-tools";

/** How to run this package from its sources in another process. */
export const nodeFromSource: readonly string[] = ["--conditions=@mnet/source", "--import", "tsx"];

/** Runs a module's text in a process of its own, with everything of this package at hand and a TAP opened as `tap`. */
export function program(body: string, options: RunOptions = {}): Promise<RunResult> {
  const text = `
    import { openTap } from "@mnet/tuntap";
    const sink = { receive() {}, batchEnd() {}, writable() {}, linkChanged() {}, capabilitiesChanged() {},
      failed(error) { console.log(error.message); } };
    const tap = openTap({ name: "tap0" });
    ${body}`;
  const parameters = [...nodeFromSource, "--input-type=module", "--eval", text];
  return run(process.execPath, parameters, { timeout: 20_000, ...options });
}

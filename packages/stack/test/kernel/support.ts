import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "@mnet/devices";
import { tsharkExpert } from "@mnet/kernel-tools";
import { PcapngWriter } from "@mnet/pcap";
import { createStack, type Stack, type StackOptions } from "@mnet/stack";
import { openTap, type TapDevice } from "@mnet/tuntap";
import { expect, onTestFinished } from "vitest";

/** The Linux kernel's address on the TAP. */
export const HOST = "10.0.0.1";
/** Ours. */
export const STACK = "10.0.0.2";

/** Frames of each test that tshark judges. */
const JUDGED_FRAMES = 20_000;

export interface TapStack {
  readonly stack: Stack;
  readonly tap: TapDevice;
  /** Kills the stack and lets tshark judge what was on the wire: nothing malformed, no checksum wrong. */
  finish(): Promise<void>;
}

let taps = 0;

/** A stack on a TAP of its own, the kernel at its other end. Taken down when the test ends. */
export async function tapStack(options: Partial<StackOptions> = {}): Promise<TapStack> {
  const folder = mkdtempSync(join(tmpdir(), "mnet-kernel-"));
  const path = join(folder, "frames.pcapng");
  const file = openSync(path, "w");
  const writer = new PcapngWriter({ write: (bytes) => void writeSync(file, bytes) });
  const tap = openTap({ name: `mnet${taps++}`, host: { ipv4: `${HOST}/24` } });
  const clock = { now: () => performance.now() };
  const device = capture(tap, { writer, clock, origin: performance.timeOrigin, limit: JUDGED_FRAMES });
  const stack = await createStack({ device, name: "kernel-test", ipv4: `${STACK}/24`, ...options });
  const finish = async (): Promise<void> => {
    await stack.kill();
    const { frames, malformed, badChecksums, errors } = await tsharkExpert(path);
    expect(frames).toBeGreaterThan(0);
    expect({ malformed, badChecksums, errors }).toEqual({ malformed: [], badChecksums: [], errors: [] });
  };
  onTestFinished(async () => {
    await stack.kill({ timeout: 0 });
    closeSync(file);
    rmSync(folder, { recursive: true });
  });
  return { stack, tap, finish };
}

/** Polls until `done()` holds. @throws Error (as a rejection) after `limit` milliseconds. */
export async function until(done: () => boolean, limit = 10_000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Connections of the TCP layer that are not in TIME-WAIT. */
export function openConnections(stack: Stack): number {
  return stack.stats()["tcp"]!["connections"]!;
}

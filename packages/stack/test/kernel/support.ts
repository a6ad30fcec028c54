import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NetworkDevice } from "@mnet/core";
import { capture } from "@mnet/devices";
import { hostAddressesReady, PacketSocket, runOk, tsharkExpert } from "@mnet/kernel-tools";
import { PcapngWriter } from "@mnet/pcap";
import { createStack, type Stack, type StackOptions } from "@mnet/stack";
import { openTap, type TapDevice } from "@mnet/tuntap";
import { expect, onTestFinished } from "vitest";

/** The Linux kernel's address on the TAP. */
export const HOST = "10.0.0.1";
/** Ours. */
export const STACK = "10.0.0.2";
/** The same in IPv6, on links that have it. */
export const HOST6 = "fd00::1";
export const STACK6 = "fd00::2";

/** Frames of each test that tshark judges. */
const JUDGED_FRAMES = 20_000;

/** How the link is made, when it is no plain TAP between the kernel and the stack. */
export interface LinkOptions {
  /** Octets. Default 1500. */
  readonly mtu?: number;
  /** Whether both ends have IPv6 too; they wait until their addresses are checked. Default false: IPv4 alone. */
  readonly ipv6?: boolean;
  /** Frames that the kernel queues towards the stack. Default: the TAP's own. */
  readonly queue?: number;
  /** Called when the TAP is there and before the stack is: for whoever watches its first frames. */
  readonly opened?: (tap: TapDevice) => void | Promise<void>;
  /** Whether tshark judges the frames. Off where a test puts wrong ones on the wire, or counts time. Default true. */
  readonly judged?: boolean;
}

export interface TapStack {
  readonly stack: Stack;
  readonly tap: TapDevice;
  /** Kills the stack and lets tshark judge what was on the wire: nothing malformed, no checksum wrong. */
  finish(): Promise<void>;
}

let taps = 0;

/** A stack on a TAP of its own, the kernel at its other end. Taken down when the test ends. */
export async function tapStack(
  options: Partial<StackOptions> = {},
  link: LinkOptions = {},
): Promise<TapStack> {
  const { mtu = 1500, ipv6 = false, queue, opened, judged = true } = link;
  const host = { ipv4: `${HOST}/24`, ...(ipv6 ? { ipv6: `${HOST6}/64` } : {}) };
  const tap = openTap({ name: `mnet${taps++}`, mtu, host });
  onTestFinished(() => tap.close());
  if (queue !== undefined) await runOk("ip", ["link", "set", tap.name, "txqueuelen", String(queue)]);
  await opened?.(tap);
  const { device, judge } = judged ? recorded(tap) : { device: tap, judge: async () => {} };
  const families: Partial<StackOptions> = ipv6
    ? { ipv6: `${STACK6}/64`, waitFor: "dad" }
    : { ipv4Only: true };
  const stack = await createStack({
    device,
    name: "kernel-test",
    ipv4: `${STACK}/24`,
    ...families,
    ...options,
  });
  if (ipv6) await hostAddressesReady(tap.name);
  onTestFinished(() => stack.kill({ timeout: 0 }));
  const finish = async (): Promise<void> => {
    await stack.kill();
    await judge();
  };
  return { stack, tap, finish };
}

/** The raw frames of a TAP from the kernel's side, closed when the test ends. */
export function packetSocket(tap: TapDevice): PacketSocket {
  const socket = new PacketSocket(tap.name);
  onTestFinished(() => socket.close());
  return socket;
}

/** Records a device's frames, as long as the test lasts. */
function recorded(inner: NetworkDevice): { device: NetworkDevice; judge(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "mnet-kernel-"));
  const path = join(folder, "frames.pcapng");
  const file = openSync(path, "w");
  onTestFinished(() => {
    closeSync(file);
    rmSync(folder, { recursive: true });
  });
  const writer = new PcapngWriter({ write: (bytes) => void writeSync(file, bytes) });
  const clock = { now: () => performance.now() };
  const device = capture(inner, { writer, clock, origin: performance.timeOrigin, limit: JUDGED_FRAMES });
  const judge = async (): Promise<void> => {
    const { frames, malformed, badChecksums, errors } = await tsharkExpert(path);
    expect(frames).toBeGreaterThan(0);
    expect({ malformed, badChecksums, errors }).toEqual({ malformed: [], badChecksums: [], errors: [] });
  };
  return { device, judge };
}

/** Polls until `done()` holds. @throws Error (as a rejection) after `limit` milliseconds. */
export async function until(done: () => boolean | Promise<boolean>, limit = 10_000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Lets `duration` milliseconds pass. */
export function sleep(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}

/** The code a promise rejects with, or `resolved`. */
export function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "resolved",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** Connections of the TCP layer that are not in TIME-WAIT. */
export function openConnections(stack: Stack): number {
  return stack.stats()["tcp"]!["connections"]!;
}

/**
 * One echo request from Linux to us. One at a time: once ping(8) has seen an answer it waits for the next only twice as long as that took.
 * @param options more of ping's.
 */
export async function linuxPings(host: string, size: number, options: readonly string[] = []): Promise<void> {
  await runOk("ping", ["-n", "-q", "-c1", "-W5", "-s", String(size), ...options, host]);
}

import { type NetworkDevice, SeededRandom } from "@mnet/core";
import { record, type SimulatedLinkOptions, simulatedLink, Timeline } from "@mnet/simulation";
import { createStack, type Stack, type StackOptions } from "@mnet/stack";

export const CLIENT = "10.0.0.1";
export const SERVER = "10.0.0.2";

export interface WorldOptions extends SimulatedLinkOptions {
  seed?: number;
  client?: Partial<StackOptions>;
  server?: Partial<StackOptions>;
}

/** Two stacks, a client and a server, on one simulated link and one virtual clock. */
export interface World {
  readonly timeline: Timeline;
  readonly client: Stack;
  readonly server: Stack;
  /** Every frame on the client's device so far, as pcapng. */
  pcap(): Uint8Array;
}

export async function world(options: WorldOptions = {}): Promise<World> {
  const { seed = 1, client, server, ...link } = options;
  const timeline = new Timeline({ seed });
  const [near, far] = simulatedLink(timeline, { latency: 1, ...link });
  const { device, pcapng } = record(near, timeline);
  return {
    timeline,
    client: await stackOn(timeline, device, { name: "client", ipv4: `${CLIENT}/24`, ...client }),
    server: await stackOn(timeline, far, { name: "server", ipv4: `${SERVER}/24`, ...server }),
    pcap: pcapng,
  };
}

/** A stack on a virtual clock with randomness of the timeline's seed. */
export function stackOn(
  timeline: Timeline,
  device: NetworkDevice,
  options: Partial<StackOptions>,
): Promise<Stack> {
  return createStack({ device, host: timeline.host(), random: timeline.random.fork(), ...options });
}

/** Runs virtual time until the promise settles, then hands on its outcome. */
export async function settle<T>(timeline: Timeline, promise: Promise<T>, limit = 60_000): Promise<T> {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  await timeline.runUntil(() => settled, limit);
  return promise;
}

/** The code an outcome was rejected with, or `"resolved"`. */
export async function codeOf(timeline: Timeline, promise: Promise<unknown>, limit?: number): Promise<string> {
  return settle(
    timeline,
    promise.then(
      () => "resolved",
      (error: { code?: string }) => error.code ?? String(error),
    ),
    limit,
  );
}

export function octets(length: number, seed = 7): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  new SeededRandom(seed).fill(bytes);
  return bytes;
}

/** Compares at the speed of memory; vitest's own equality takes microseconds per octet. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

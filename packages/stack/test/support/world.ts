import { type NetworkDevice, SeededRandom } from "@mnet/core";
import { record, type SimulatedLinkOptions, simulatedLink, Timeline } from "@mnet/simulation";
import { createStack, type Stack, type StackOptions } from "@mnet/stack";

export const CLIENT = "10.0.0.1";
export const SERVER = "10.0.0.2";

/** Addresses in one family. */
export interface Places {
  readonly client: string;
  readonly server: string;
  /** On the link; nobody has it. */
  readonly nobody: string;
  /** Beyond the link. */
  readonly beyond: string;
  /** Of the link's prefix. */
  readonly length: number;
}

/** Who is where in each family. */
export const PLACES: Record<4 | 6, Places> = {
  4: { client: CLIENT, server: SERVER, nobody: "10.0.0.99", beyond: "192.0.2.1", length: 24 },
  6: { client: "fd00::1", server: "fd00::2", nobody: "fd00::99", beyond: "2001:db8::1", length: 64 },
};

/** For tests of what both families do alike. */
export const FAMILIES: readonly [4, 6] = [4, 6];

export interface WorldOptions extends SimulatedLinkOptions {
  seed?: number;
  /** The families of both stacks. Default: IPv4 alone. */
  family?: 4 | 6 | "dual";
  client?: Partial<StackOptions>;
  server?: Partial<StackOptions>;
}

/** Two stacks, a client and a server, on one simulated link and one virtual clock. */
export interface World {
  readonly timeline: Timeline;
  readonly client: Stack;
  readonly server: Stack;
  /** Of IPv6 in a dual world. */
  readonly places: Places;
  /** Every frame on the client's device so far, as pcapng. */
  pcap(): Uint8Array;
}

export async function world(options: WorldOptions = {}): Promise<World> {
  const { seed = 1, family = 4, client, server, ...link } = options;
  const timeline = new Timeline({ seed });
  const [near, far] = simulatedLink(timeline, { latency: 1, ...link });
  const { device, pcapng } = record(near, timeline);
  const [clientStack, serverStack] = await settle(
    timeline,
    Promise.all([
      stackOn(timeline, device, { name: "client", ...addressed("client", family), ...client }),
      stackOn(timeline, far, { name: "server", ...addressed("server", family), ...server }),
    ]),
  );
  return {
    timeline,
    client: clientStack,
    server: serverStack,
    places: PLACES[family === 4 ? 4 : 6],
    pcap: pcapng,
  };
}

/** Options of a host that has its addresses, checked, when it is there. */
function addressed(host: "client" | "server", family: 4 | 6 | "dual"): Partial<StackOptions> {
  const [ipv4, ipv6] = ([4, 6] as const).map((its) => `${PLACES[its][host]}/${PLACES[its].length}`);
  const only = { ipv4Only: family === 4, ipv6Only: family === 6 };
  return { ...only, ipv4: ipv4!, ipv6: ipv6!, waitFor: family === 4 ? "link" : "dad" };
}

/** A stack on a virtual clock with randomness of the timeline's seed; of IPv4 alone unless the options say otherwise. */
export function stackOn(
  timeline: Timeline,
  device: NetworkDevice,
  options: Partial<StackOptions>,
): Promise<Stack> {
  return createStack({
    device,
    host: timeline.host(),
    random: timeline.random.fork(),
    ipv4Only: true,
    ...options,
  });
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

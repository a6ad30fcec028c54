import type { DeviceSink, NetworkDevice, Packet } from "@mnet/core";
import { bridge, runOk } from "@mnet/kernel-tools";
import { type LinkConditions, simulatedLink, Timeline } from "@mnet/simulation";
import { openTap } from "@mnet/tuntap";

/** What became of the frames of one direction. */
export interface RelayStatistics {
  readonly sent: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly corrupted: number;
}

export interface Relay {
  /** From the stack to Linux. */
  readonly outward: RelayStatistics;
  /** From Linux to the stack. */
  readonly inward: RelayStatistics;
  stop(): Promise<void>;
}

export interface RelayOptions {
  /** The stack's TAP, which loses its addresses: Linux's is behind the relay. */
  readonly tap: string;
  /** Linux's address there, with the prefix length. */
  readonly host: string;
  /** Its IPv6 address there, with the prefix length. Default: no IPv6. */
  readonly host6?: string;
  readonly seed: number;
  readonly conditions: LinkConditions;
}

/** 1 % loss, 2 % disorder, 0.5 % duplicates, 0.5 % corruption, each way. */
export const BAD_CABLE: LinkConditions = {
  loss: 0.01,
  reordering: 0.02,
  reorderingDelay: 4,
  duplication: 0.005,
  corruption: 0.005,
};

let relays = 0;

/**
 * A bad cable between a TAP and the kernel, in this process. Frames leave the kernel of one TAP and enter it again through another;
 * what happens to them on the way is @mnet/simulation's, the same for the same seed and frames.
 *
 * ```text
 *   stack ── TAP ── bridge ── TAP ── this relay ── TAP with 10.0.0.1 ── Linux
 * ```
 */
export async function relay({ tap, host, host6, seed, conditions }: RelayOptions): Promise<Relay> {
  const number = relays++;
  const near = openTap({ name: `near${number}`, host: {} });
  const far = openTap({ name: `far${number}`, host: {} });
  await runOk("ip", ["address", "flush", "dev", tap]);
  await bridge([tap, near.name]);
  if (host6 === undefined) await runOk("sysctl", ["-q", "-w", `net.ipv6.conf.${far.name}.disable_ipv6=1`]);
  else await runOk("ip", ["-6", "address", "add", host6, "dev", far.name, "nodad"]);
  await runOk("ip", ["address", "add", host, "dev", far.name]);
  const cable = new Cable(seed, conditions);
  cable.attach(near, 0);
  cable.attach(far, 1);
  const stop = async (): Promise<void> => {
    cable.stop();
    await Promise.all([near.close(), far.close()]);
  };
  return { outward: cable.statistics(0), inward: cable.statistics(1), stop };
}

/** A simulated link whose virtual clock follows the real one. */
class Cable {
  readonly #timeline: Timeline;
  readonly #ends: ReturnType<typeof simulatedLink>;
  #timer: NodeJS.Timeout | null = null;

  constructor(seed: number, conditions: LinkConditions) {
    this.#timeline = new Timeline({ seed, start: performance.now() });
    this.#ends = simulatedLink(this.#timeline, conditions);
  }

  statistics(end: 0 | 1): RelayStatistics {
    return this.#ends[end].statistics;
  }

  /** What the device receives enters the cable at `end`, what comes out there is sent by the device. */
  attach(device: NetworkDevice, end: 0 | 1): void {
    const port = this.#ends[end];
    port.start(sink((packet) => void device.send(packet)));
    device.start(
      sink((packet) => {
        this.#follow();
        port.send(packet);
        this.#follow();
      }),
    );
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Lets happen what is due, and comes back for the rest. */
  #follow(): void {
    const timeline = this.#timeline;
    timeline.advance(Math.max(0, performance.now() - timeline.now()));
    this.stop();
    const next = timeline.peek();
    this.#timer = next === null ? null : setTimeout(() => this.#follow(), next.time - timeline.now());
  }
}

function sink(receive: (packet: Packet) => void): DeviceSink {
  return {
    receive,
    batchEnd() {},
    writable() {},
    linkChanged() {},
    capabilitiesChanged() {},
    failed() {},
  };
}

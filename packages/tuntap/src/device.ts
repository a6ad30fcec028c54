import type { DeviceSink, LinkCapabilities, MacAddress, NetworkDevice, Packet } from "@mnet/core";
import { deviceBroken, interfaceGone } from "./errors.ts";
import type { TapKernel, Watch } from "./kernel.ts";
import { Errno } from "./libc.ts";
import { REARM_LIMIT, WRITABLE_DELAY } from "./params.ts";
import { Receiver } from "./receiver.ts";
import { isGone } from "./tun-file.ts";

/** Frames by what became of them, since the device was opened. */
export interface TapStatistics {
  /** Delivered to the sink. */
  readonly received: number;
  /** Taken by the host. */
  readonly sent: number;
  /** Not taken for good: the interface was down or gone, or the frame was none. */
  readonly lost: number;
  /** Received longer than the MTU allows and dropped. */
  readonly oversized: number;
}

/** What {@link TapDevice} is made of; see `openTap`. */
export interface TapParts {
  readonly kernel: TapKernel;
  readonly name: string;
  readonly mac: MacAddress;
  readonly hostMac: MacAddress;
  readonly mtu: number;
}

/**
 * A Linux TAP: an Ethernet link to the host's network stack. Frames go out by one synchronous system call each and come in by
 * batches from the event loop; there is no queue and no thread in between. Open one with `openTap`.
 *
 * The interface may go down and up again: `linkChanged` tells, frames sent meanwhile are lost, everything goes on by itself. When it
 * is deleted the sink gets `failed` with a NetError ENODEV, once, and the device is closed.
 */
export class TapDevice implements NetworkDevice {
  readonly mac: MacAddress;
  /** The host's own MAC address on this link. */
  readonly hostMac: MacAddress;
  readonly #kernel: TapKernel;
  #name: string;
  #capabilities: LinkCapabilities;
  readonly #receiver: Receiver;
  #sink: DeviceSink | null = null;
  #watch: Watch | null = null;
  #monitor: { close(): Promise<void> } | null = null;
  #closing: Promise<void> | null = null;
  #up = true;
  #referenced = false;
  /** How often readiness was set up without a frame since. */
  #rearmed = 0;
  #lookQueued = false;
  #writable: NodeJS.Timeout | null = null;
  #sent = 0;
  #lost = 0;

  constructor(parts: TapParts) {
    this.mac = parts.mac;
    this.hostMac = parts.hostMac;
    this.#kernel = parts.kernel;
    this.#name = parts.name;
    this.#capabilities = capabilitiesFor(parts.mtu);
    this.#receiver = new Receiver(parts.kernel, parts.mtu);
  }

  /** The interface's name on the host; follows a renaming. */
  get name(): string {
    return this.#name;
  }

  /** Whether the host's side is up, as far as was noticed. */
  get up(): boolean {
    return this.#up;
  }

  /** Plain Ethernet frames; the MTU is the interface's and follows it. */
  get capabilities(): LinkCapabilities {
    return this.#capabilities;
  }

  statistics(): TapStatistics {
    const { received, oversized, abandoned } = this.#receiver;
    return { received, sent: this.#sent, lost: this.#lost + abandoned, oversized };
  }

  /** @throws TypeError when called twice; NetError ENODEV when the device is closed or cannot be watched. */
  start(sink: DeviceSink): void {
    if (this.#sink !== null) throw new TypeError("start: the device was started before");
    if (this.#closing !== null) throw interfaceGone(this.#name);
    this.#sink = sink;
    this.#receiver.start(sink);
    this.#arm();
    this.#monitor = this.#kernel.monitor(() => this.#look());
    this.#queueLook();
  }

  send(packet: Packet): boolean {
    const octets = packet.tails === 0 ? this.#write(packet) : this.#gather(packet);
    if (octets >= 0) {
      this.#sent++;
      return true;
    }
    return this.#refused(-octets);
  }

  pause(): void {
    this.#receiver.pause();
    this.#watch?.pause();
  }

  resume(): void {
    if (!this.#receiver.paused) return;
    this.#receiver.resume();
    if (this.#receiver.hasRest) setImmediate(() => this.#resumeRest());
    else this.#watch?.resume();
  }

  ref(): void {
    this.#referenced = true;
    this.#watch?.ref();
  }

  unref(): void {
    this.#referenced = false;
    this.#watch?.unref();
  }

  /** Detaches at once. A TAP that is not persistent disappears from the host. */
  close(): Promise<void> {
    this.#closing ??= this.#release();
    return this.#closing;
  }

  async #release(): Promise<void> {
    this.#receiver.stop();
    if (this.#writable !== null) clearTimeout(this.#writable);
    const watched = this.#watch?.close();
    const monitored = this.#monitor?.close();
    this.#kernel.close();
    await watched;
    await monitored;
  }

  #fail(error: Error): void {
    if (this.#closing !== null) return;
    void this.close();
    this.#sink?.failed(error);
  }

  /** Sets readiness up, again after a failure or for a larger arena. */
  #arm(): void {
    const watch = this.#kernel.watch(this.#receiver.buffer, {
      ready: (octets) => {
        this.#rearmed = 0;
        this.#receiver.ready(octets);
      },
      broken: (error) => this.#broken(error),
    });
    this.#watch = watch;
    if (this.#referenced) watch.ref();
    if (this.#receiver.paused || this.#receiver.hasRest) watch.pause();
  }

  #broken(error: Error): void {
    this.#watch = null;
    this.#look();
    if (this.#closing !== null) return;
    if (++this.#rearmed > REARM_LIMIT) {
      this.#fail(deviceBroken(this.#name, error));
      return;
    }
    this.#armAgain();
  }

  #armAgain(): void {
    try {
      this.#arm();
    } catch (cause) {
      this.#fail(deviceBroken(this.#name, cause));
    }
  }

  #resumeRest(): void {
    if (this.#receiver.deliverRest()) this.#watch?.resume();
  }

  #write(packet: Packet): number {
    const { bytes, start, end } = packet;
    if (end > bytes.length || start > end) return -Errno.EINVAL;
    return this.#kernel.write(bytes, start, end);
  }

  #gather(packet: Packet): number {
    const kernel = this.#kernel;
    if (packet.end > packet.bytes.length || packet.start > packet.end) return -Errno.EINVAL;
    kernel.part(0, packet.bytes, packet.start, packet.end);
    for (let i = 0; i < packet.tails; i++) {
      const slice = packet.tail[i as 0 | 1];
      if (slice.end > slice.bytes.length || slice.start > slice.end) return -Errno.EINVAL;
      kernel.part((i + 1) as 1 | 2, slice.bytes, slice.start, slice.end);
    }
    return kernel.writeParts((1 + packet.tails) as 2 | 3);
  }

  /** A frame that was not written: `false` when it may be tried again, else it is lost. */
  #refused(errno: number): boolean {
    if (errno === Errno.EAGAIN && this.#closing === null) {
      this.#writable ??= setTimeout(() => this.#roomAgain(), WRITABLE_DELAY).unref();
      return false;
    }
    this.#lost++;
    // EIO: the interface is down.
    if (errno === Errno.EIO || isGone(errno)) this.#queueLook();
    return true;
  }

  #roomAgain(): void {
    this.#writable = null;
    if (this.#closing === null) this.#sink?.writable();
  }

  /** Looks at the interface in the next turn: the sink is never called from inside `send`. */
  #queueLook(): void {
    if (this.#lookQueued || this.#closing !== null) return;
    this.#lookQueued = true;
    setImmediate(() => this.#look());
  }

  /** Compares the interface with what is known of it and tells the differences. */
  #look(): void {
    this.#lookQueued = false;
    if (this.#closing !== null || this.#sink === null) return;
    const state = this.#kernel.state();
    if (state === null) {
      this.#fail(interfaceGone(this.#name));
      return;
    }
    this.#name = state.name;
    // null: in another namespace, out of sight; it may still carry frames.
    if (state.mtu !== null && state.mtu !== this.#capabilities.mtu) this.#resize(state.mtu);
    if (this.#closing === null && state.up !== null && state.up !== this.#up) {
      this.#up = state.up;
      this.#sink.linkChanged(state.up);
    }
  }

  #resize(mtu: number): void {
    this.#capabilities = capabilitiesFor(mtu);
    if (this.#receiver.grow(mtu)) {
      void this.#watch?.close();
      this.#armAgain();
    }
    if (this.#closing === null) this.#sink?.capabilitiesChanged();
  }
}

function capabilitiesFor(mtu: number): LinkCapabilities {
  return Object.freeze({
    medium: "ethernet",
    mtu,
    headroom: 0,
    txChecksum: false,
    rxTrusted: false,
    gather: 2,
    segmentation: Object.freeze({ tcp4: false, tcp6: false, udp: false, maxOctets: 0 }),
  });
}

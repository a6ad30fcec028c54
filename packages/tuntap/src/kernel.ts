import type { HostInterface } from "./interface.ts";
import { type Libc, libc } from "./libc.ts";
import { LinkMonitor } from "./link-monitor.ts";
import { Addresses, IoVectors } from "./memory.ts";
import { Readiness, type ReadinessSink } from "./readiness.ts";
import type { TunFile } from "./tun-file.ts";

/** Readiness of a descriptor, as a device drives it. */
export interface Watch {
  pause(): void;
  resume(): void;
  ref(): void;
  unref(): void;
  /** Stops at once; resolves when nothing is left of it. */
  close(): Promise<void>;
}

/** An interface as the host has it. `null`: it is in another network namespace. */
export interface InterfaceState {
  readonly name: string;
  readonly up: boolean | null;
  readonly mtu: number | null;
}

/**
 * All that a TAP device asks of the system. Reads and writes answer octets or a negative error number; nothing throws but
 * `watch`, and `monitor` and `state` never touch other interfaces.
 */
export interface TapKernel {
  readonly libc: Libc;
  /** Watches the TAP, reading the first frame of each turn into `buffer`. @throws NetError when descriptors have run out. */
  watch(buffer: Uint8Array, sink: ReadinessSink): Watch;
  /** Calls `changed` whenever an interface may have changed. */
  monitor(changed: () => void): { close(): Promise<void> };
  /** The interface now; `null` once it is deleted. */
  state(): InterfaceState | null;
  /** Reads one frame to `address`. */
  read(address: number, length: number): number;
  /** Writes `bytes[start, end)` as one frame. */
  write(bytes: Uint8Array, start: number, end: number): number;
  /** Aims part `index` of the next {@link TapKernel.writeParts}. */
  part(index: 0 | 1 | 2, bytes: Uint8Array, start: number, end: number): void;
  /** Writes the first `count` parts as one frame. */
  writeParts(count: 1 | 2 | 3): number;
  close(): void;
}

/** The Linux kernel, through an attached descriptor. */
export class LinuxTap implements TapKernel {
  readonly libc: Libc;
  readonly #file: TunFile;
  readonly #host: HostInterface;
  readonly #addresses: Addresses;
  readonly #vectors: IoVectors;

  /** Takes ownership of `file` and `host`. */
  constructor(file: TunFile, host: HostInterface, library: Libc = libc()) {
    this.libc = library;
    this.#file = file;
    this.#host = host;
    this.#addresses = new Addresses(library);
    this.#vectors = new IoVectors(library);
  }

  watch(buffer: Uint8Array, sink: ReadinessSink): Watch {
    return new Readiness(this.libc, this.#file.descriptor, buffer, sink);
  }

  monitor(changed: () => void): { close(): Promise<void> } {
    return new LinkMonitor(this.libc, changed);
  }

  state(): InterfaceState | null {
    const name = this.#file.name();
    if (name === null) return null;
    return { name, up: this.#host.isUp(name), mtu: this.#host.mtu(name) };
  }

  read(address: number, length: number): number {
    return this.#file.read(address, length);
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    return this.#file.write(this.#addresses.of(bytes, start, 0), end - start);
  }

  part(index: 0 | 1 | 2, bytes: Uint8Array, start: number, end: number): void {
    this.#vectors.set(index, this.#addresses.of(bytes, start, index), end - start);
  }

  writeParts(count: 1 | 2 | 3): number {
    return this.#file.writeVectors(this.#vectors.address, count);
  }

  close(): void {
    this.#file.close();
    this.#host.close();
  }
}

import type { DeviceSink, Packet } from "@mnet/core";
import { MacAddress } from "@mnet/core";
import { TapDevice } from "../src/device.ts";
import type { InterfaceState, TapKernel, Watch } from "../src/kernel.ts";
import { Errno, type Libc } from "../src/libc.ts";
import type { ReadinessSink } from "../src/readiness.ts";

/** A kernel whose interface is two arrays: no TAP, no right and no time needed. */
export class FakeTap implements TapKernel {
  /** Frames that wait to be read. */
  readonly waiting: Uint8Array[] = [];
  /** Frames that were written. */
  readonly written: Uint8Array[] = [];
  /** What the next writes answer instead of taking the frame: negative error numbers. */
  readonly refusals: number[] = [];
  interface: InterfaceState | null = { name: "tap7", up: true, mtu: 1500 };
  paused = false;
  referenced = false;
  watches = 0;
  closed = false;
  changed: () => void = () => {};
  #buffer: Uint8Array = new Uint8Array(0);
  #sink: ReadinessSink | null = null;
  readonly #parts: Uint8Array[] = [];
  readonly #memories: Uint8Array[] = [];

  readonly libc = {
    // Memory n lies at n GiB.
    address: (memory: Uint8Array) => this.#memories.push(memory) * 0x4000_0000,
    pointerSize: 8,
  } as Libc;

  watch(buffer: Uint8Array, sink: ReadinessSink): Watch {
    this.watches++;
    this.#buffer = buffer;
    this.#sink = sink;
    this.referenced = false;
    this.paused = false;
    return {
      pause: () => {
        this.paused = true;
      },
      resume: () => {
        this.paused = false;
      },
      ref: () => {
        this.referenced = true;
      },
      unref: () => {
        this.referenced = false;
      },
      close: async () => {
        if (this.#sink === sink) this.#sink = null;
      },
    };
  }

  monitor(changed: () => void): { close(): Promise<void> } {
    this.changed = changed;
    return { close: async () => {} };
  }

  state(): InterfaceState | null {
    return this.interface;
  }

  read(address: number, length: number): number {
    const frame = this.waiting.shift();
    if (frame === undefined) return -Errno.EAGAIN;
    const memory = this.#memories[Math.floor(address / 0x4000_0000) - 1]!;
    const part = frame.subarray(0, length);
    memory.set(part, address % 0x4000_0000);
    return part.length;
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    return this.#take(bytes.slice(start, end));
  }

  part(index: 0 | 1 | 2, bytes: Uint8Array, start: number, end: number): void {
    this.#parts[index] = bytes.slice(start, end);
  }

  writeParts(count: 1 | 2 | 3): number {
    return this.#take(Uint8Array.from(this.#parts.slice(0, count).flatMap((part) => [...part])));
  }

  close(): void {
    this.closed = true;
  }

  /** One turn of the event loop: as libuv does, reads the first frame and tells. Answers whether there was one. */
  turn(): boolean {
    const frame = this.paused || this.#sink === null ? undefined : this.waiting.shift();
    if (frame === undefined) return false;
    const part = frame.subarray(0, this.#buffer.length);
    this.#buffer.set(part);
    this.#sink!.ready(part.length);
    return true;
  }

  /** The descriptor fails, as after a deletion. */
  breakDown(): void {
    this.#sink?.broken(new Error("EBADFD"));
  }

  #take(frame: Uint8Array): number {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return refusal;
    this.written.push(frame);
    return frame.length;
  }
}

/** Records what a device tells, frames as copies. */
export class RecordingSink implements DeviceSink {
  readonly frames: Uint8Array[] = [];
  /** Frames per batch. */
  readonly batches: number[] = [];
  readonly told: string[] = [];
  /** Called for each frame, while it is borrowed. */
  each: (packet: Packet) => void = () => {};
  #inBatch = 0;

  receive(packet: Packet): void {
    this.frames.push(packet.toBytes());
    this.#inBatch++;
    this.each(packet);
  }
  batchEnd(): void {
    this.batches.push(this.#inBatch);
    this.#inBatch = 0;
  }
  writable(): void {
    this.told.push("writable");
  }
  linkChanged(up: boolean): void {
    this.told.push(up ? "up" : "down");
  }
  capabilitiesChanged(): void {
    this.told.push("capabilities");
  }
  failed(error: Error): void {
    this.told.push(`failed ${(error as { code?: string }).code}`);
  }
}

export function startedDevice(): { kernel: FakeTap; device: TapDevice; sink: RecordingSink } {
  const kernel = new FakeTap();
  const mac = MacAddress.parse("02:00:00:00:00:01");
  const hostMac = MacAddress.parse("02:00:00:00:00:02");
  const device = new TapDevice({ kernel, name: "tap7", mac, hostMac, mtu: 1500 });
  const sink = new RecordingSink();
  device.start(sink);
  return { kernel, device, sink };
}

/** A frame of `octets` octets whose first is `mark`. */
export function frame(mark: number, octets = 60): Uint8Array {
  const bytes = new Uint8Array(octets).fill(0xee);
  bytes[0] = mark;
  return bytes;
}

export function frames(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => frame(i & 0xff));
}

/** Until everything that is due in this turn has happened. */
export function turnEnd(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

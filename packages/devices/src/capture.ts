import {
  type Clock,
  completeChecksum,
  type DeviceSink,
  type LinkCapabilities,
  type MacAddress,
  type NetworkDevice,
  Packet,
} from "@mnet/core";

/** What takes captured frames: `PcapngWriter` of `@mnet/pcap`, or anything of its shape. */
export interface CaptureSink {
  /** @param bytes one frame, borrowed for the call. */
  packet(
    bytes: Uint8Array,
    details: { readonly timestampMicroseconds: number; readonly direction: "in" | "out" },
  ): void;
}

export interface CaptureOptions {
  readonly writer: CaptureSink;
  readonly clock: Clock;
  /** Milliseconds since 1970 when the clock shows 0. Default 0: time stamps are the clock's. */
  readonly origin?: number;
  /** How many frames are captured at most. Default: all. */
  readonly limit?: number;
}

/**
 * Records every frame that is received from or taken by `device`. Frames are recorded as they look on the wire: a checksum that is left
 * to the device is completed in the record. Inside `completeOffload(capture(device, ...))` that has already happened.
 */
export function capture(device: NetworkDevice, options: CaptureOptions): NetworkDevice {
  return new CapturedDevice(device, options);
}

class CapturedDevice implements NetworkDevice {
  readonly #device: NetworkDevice;
  readonly #writer: CaptureSink;
  readonly #clock: Clock;
  readonly #origin: number;
  #left: number;
  #scratch: Packet = Packet.allocate(2048);

  constructor(device: NetworkDevice, options: CaptureOptions) {
    this.#device = device;
    this.#writer = options.writer;
    this.#clock = options.clock;
    this.#origin = options.origin ?? 0;
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
  }

  get mac(): MacAddress | null {
    return this.#device.mac;
  }

  get capabilities(): LinkCapabilities {
    return this.#device.capabilities;
  }

  start(sink: DeviceSink): void {
    this.#device.start({
      receive: (packet) => {
        this.#record(packet, "in");
        sink.receive(packet);
      },
      batchEnd: () => sink.batchEnd(),
      writable: () => sink.writable(),
      linkChanged: (up) => sink.linkChanged(up),
      capabilitiesChanged: () => sink.capabilitiesChanged(),
      failed: (error) => sink.failed(error),
    });
  }

  send(packet: Packet): boolean {
    const taken = this.#device.send(packet);
    if (taken) this.#record(packet, "out");
    return taken;
  }

  #record(packet: Packet, direction: "in" | "out"): void {
    if (this.#left <= 0) return;
    this.#left--;
    if (this.#scratch.bytes.length < packet.length) this.#scratch = Packet.allocate(packet.length);
    const record = this.#scratch;
    record.reset(0, packet.copyTo(record.bytes));
    if (packet.checksumStart >= 0) {
      record.checksumStart = packet.checksumStart - packet.start;
      record.checksumField = packet.checksumField - packet.start;
      completeChecksum(record);
    }
    const timestampMicroseconds = Math.round((this.#origin + this.#clock.now()) * 1000);
    this.#writer.packet(record.bytes.subarray(0, record.end), { timestampMicroseconds, direction });
  }

  pause(): void {
    this.#device.pause();
  }

  resume(): void {
    this.#device.resume();
  }

  ref(): void {
    this.#device.ref();
  }

  unref(): void {
    this.#device.unref();
  }

  close(): Promise<void> {
    return this.#device.close();
  }
}

import {
  accepted,
  type Clock,
  completeChecksum,
  type DeviceSink,
  type NetworkDevice,
  Packet,
  verdictName,
} from "@mnet/core";
import { DeviceWrapper, intercept } from "./device-wrapper.ts";
import { CAPTURE_BUFFER } from "./params.ts";

/** What takes captured frames: `PcapngWriter` of `@mnet/pcap`, or anything of its shape. */
export interface CaptureSink {
  /** @param bytes one frame, borrowed for the call. */
  packet(
    bytes: Uint8Array,
    details: {
      readonly timestampMicroseconds: number;
      readonly direction: "in" | "out";
      /** Why the frame was dropped: the name of the verdict, such as `BadChecksum`. */
      readonly comment?: string;
    },
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

type Judgement = ReturnType<DeviceSink["receive"]>;

/**
 * Records every frame that is received from or taken by `device`. Frames are recorded as they look on the wire: a checksum that is left
 * to the device is completed in the record. Inside `completeOffload(capture(device, ...))` that has already happened.
 *
 * A received frame that was dropped, by any layer, has the name of the verdict as its comment. The verdict is what the sink returns, so
 * frames that leave while it decides, such as the ICMP error for a datagram nobody wanted, are recorded behind the one they answer.
 */
export function capture(device: NetworkDevice, options: CaptureOptions): NetworkDevice {
  return new CapturedDevice(device, options);
}

class CapturedDevice extends DeviceWrapper {
  readonly #writer: CaptureSink;
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #received: Packet = Packet.allocate(0);
  readonly #sent: Packet = Packet.allocate(0);
  /** Writes the records of frames that left since `receive` was called; empty outside of it. */
  readonly #held: (() => void)[] = [];
  #receiving = false;
  #left: number;

  constructor(device: NetworkDevice, options: CaptureOptions) {
    super(device);
    this.#writer = options.writer;
    this.#clock = options.clock;
    this.#origin = options.origin ?? 0;
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
  }

  override start(sink: DeviceSink): void {
    this.device.start(intercept(sink, (packet) => this.#receive(packet, sink)));
  }

  override send(packet: Packet): boolean {
    const taken = this.device.send(packet);
    if (!taken || this.#left <= 0) return taken;
    this.#left--;
    const timestampMicroseconds = this.#timestamp();
    const frame = onTheWire(packet, this.#sent);
    const details = { timestampMicroseconds, direction: "out" } as const;
    if (this.#receiving) {
      const copy = frame.slice();
      this.#held.push(() => this.#writer.packet(copy, details));
    } else {
      this.#writer.packet(frame, details);
    }
    return taken;
  }

  #receive(packet: Packet, sink: DeviceSink): Judgement {
    if (this.#left <= 0) return sink.receive(packet);
    this.#left--;
    const timestampMicroseconds = this.#timestamp();
    // Copied before: the layers move `start` and may trim `end`.
    const frame = onTheWire(packet, this.#received);
    let verdict: Judgement | undefined;
    this.#receiving = true;
    try {
      verdict = sink.receive(packet);
    } finally {
      this.#receiving = false;
      this.#writer.packet(frame, { timestampMicroseconds, direction: "in", ...comment(verdict) });
      for (const write of this.#held) write();
      this.#held.length = 0;
    }
    return verdict;
  }

  #timestamp(): number {
    return Math.round((this.#origin + this.#clock.now()) * 1000);
  }
}

function comment(verdict: Judgement | undefined): { comment?: string } {
  return verdict === undefined || accepted(verdict) ? {} : { comment: verdictName(verdict) };
}

/** The octets of `packet` with every checksum complete, in `scratch`, which grows as needed. */
function onTheWire(packet: Packet, scratch: Packet): Uint8Array {
  const { length } = packet;
  if (scratch.bytes.length < length) {
    const bytes = new Uint8Array(Math.max(length, CAPTURE_BUFFER));
    scratch.aim(bytes, new DataView(bytes.buffer), 0, 0);
  }
  scratch.reset(0, packet.copyTo(scratch.bytes));
  if (packet.checksumStart >= 0) {
    scratch.checksumStart = packet.checksumStart - packet.start;
    scratch.checksumField = packet.checksumField - packet.start;
    completeChecksum(scratch);
  }
  return scratch.bytes.subarray(0, scratch.end);
}

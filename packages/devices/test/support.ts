import type { DeviceSink, NetworkDevice, Packet, Verdict } from "@mnet/core";
import { Packet as PacketRecord } from "@mnet/core";

/** A sink that notes what it is told, in order: frames as arrays of octets, everything else as text. */
export class Recorder implements DeviceSink {
  readonly log: (readonly number[] | string)[] = [];
  /** Called with each frame before the sink returns. */
  onFrame: (packet: Packet) => void = () => {};
  /** What the sink returns for a frame. */
  verdict: () => Verdict | undefined = () => undefined;

  get frames(): (readonly number[])[] {
    return this.log.filter((entry) => typeof entry !== "string");
  }

  receive(packet: Packet): Verdict | undefined {
    this.log.push([...packet.toBytes()]);
    this.onFrame(packet);
    return this.verdict();
  }
  batchEnd(): void {
    this.log.push("batch end");
  }
  writable(): void {
    this.log.push("writable");
  }
  linkChanged(up: boolean): void {
    this.log.push(up ? "link up" : "link down");
  }
  capabilitiesChanged(): void {
    this.log.push("capabilities changed");
  }
  failed(error: Error): void {
    this.log.push(`failed: ${error.message}`);
  }
}

export function listen(device: NetworkDevice): Recorder {
  const recorder = new Recorder();
  device.start(recorder);
  return recorder;
}

/** A packet of the given octets with some headroom. */
export function packetOf(...octets: number[]): Packet {
  const packet = new PacketRecord(Uint8Array.of(0xee, 0xee, 0xee, 0xee, ...octets, 0xee));
  packet.reset(4, 4 + octets.length);
  return packet;
}

/** A scheduler whose turns come when the test says so. */
export class Turns {
  #waiting: (() => void)[] = [];
  readonly schedule = (run: () => void): void => {
    this.#waiting.push(run);
  };

  get waiting(): number {
    return this.#waiting.length;
  }

  /** One turn: everything scheduled before it. */
  next(): void {
    const now = this.#waiting;
    this.#waiting = [];
    for (const run of now) run();
  }

  all(): void {
    while (this.#waiting.length > 0) this.next();
  }
}

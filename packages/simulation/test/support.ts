import { type DeviceSink, type NetworkDevice, Packet } from "@mnet/core";
import type { Timeline } from "../src/index.ts";

/** A sink that notes what it is told and when: frames as their octets behind the header, everything else as text. */
export class Recorder implements DeviceSink {
  readonly log: [time: number, what: readonly number[] | string][] = [];
  onFrame: (packet: Packet) => void = () => {};
  readonly #timeline: Timeline;

  constructor(timeline: Timeline, device: NetworkDevice) {
    this.#timeline = timeline;
    device.start(this);
  }

  /** The frames with the time of each. */
  get frames(): [time: number, octets: readonly number[]][] {
    return this.log.filter((entry): entry is [number, readonly number[]] => typeof entry[1] !== "string");
  }

  receive(packet: Packet): void {
    this.#note([...packet.toBytes().subarray(14)]);
    this.onFrame(packet);
  }
  batchEnd(): void {
    this.#note("batch end");
  }
  writable(): void {
    this.#note("writable");
  }
  linkChanged(up: boolean): void {
    this.#note(up ? "link up" : "link down");
  }
  capabilitiesChanged(): void {
    this.#note("capabilities changed");
  }
  failed(error: Error): void {
    this.#note(error.message);
  }

  #note(what: readonly number[] | string): void {
    this.log.push([this.#timeline.now(), what]);
  }
}

/** A frame of EtherType 0x88b5, for experiments, with the given payload. */
export function frame(...payload: number[]): Packet {
  const packet = Packet.allocate(14 + payload.length);
  packet.view.setUint16(12, 0x88b5);
  packet.bytes.set(payload, 14);
  return packet;
}

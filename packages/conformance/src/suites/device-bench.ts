import { type DeviceSink, lend, MacAddress, type NetworkDevice, Packet, reclaim, viewOf } from "@mnet/core";
import { ethernetFrame } from "../build/ethernet.ts";
import { ipv4Packet } from "../build/ipv4.ts";
import { streamOctets } from "../model/stream-content.ts";

/** Two ends of one medium, fresh for a test. */
export interface DevicesUnderTest {
  readonly near: NetworkDevice;
  /** Receives what `near` sends. The same object when the device gives back what it is sent. */
  readonly far: NetworkDevice;
  /** Resolves when everything that was sent is delivered, and every callback that was due has run. */
  settle(): Promise<void>;
}

/** Local experimental EtherType 1 (IEEE 802 9.2.4): no stack between the devices has an opinion about it. */
const EXPERIMENTAL = 0x88b5;
/** RFC 3692 "use for experimentation". */
const EXPERIMENTAL_PROTOCOL = 253;
const GARBAGE = 0x5a;

/** What a sink saw: every call in order, and owned copies of the frames. */
export class RecordingSink implements DeviceSink {
  readonly calls: string[] = [];
  readonly frames: Uint8Array<ArrayBuffer>[] = [];
  /** What a received packet must not look like. */
  readonly faults: string[] = [];
  /** Runs inside `receive`, after the frame was recorded. */
  whenReceived: () => void = () => {};
  readonly #sending: () => boolean;

  constructor(sending: () => boolean) {
    this.#sending = sending;
  }

  receive(packet: Packet): void {
    this.#call("receive");
    if (packet.tails > 0) this.faults.push(`received with ${packet.tails} tails`);
    if (packet.checksumStart >= 0) this.faults.push("received with a checksum request");
    if (packet.length > 0 && packet.view.getUint8(packet.start) !== packet.bytes[packet.start]) {
      this.faults.push("view and bytes differ");
    }
    this.frames.push(packet.toBytes());
    this.whenReceived();
  }

  batchEnd(): void {
    this.#call("batchEnd");
  }

  writable(): void {
    this.#call("writable");
  }

  linkChanged(): void {
    this.#call("linkChanged");
  }

  capabilitiesChanged(): void {
    this.#call("capabilitiesChanged");
  }

  failed(): void {
    this.#call("failed");
  }

  count(call: string): number {
    return this.calls.filter((each) => each === call).length;
  }

  #call(name: string): void {
    this.calls.push(name);
    if (this.#sending()) this.faults.push(`${name} from inside send`);
  }
}

/** The two devices with recording sinks, and the means to send through the near one. */
export class DeviceBench {
  readonly devices: DevicesUnderTest;
  readonly near: RecordingSink;
  readonly far: RecordingSink;
  #sends = 0;

  constructor(devices: DevicesUnderTest) {
    this.devices = devices;
    this.near = new RecordingSink(() => this.#sends > 0);
    this.far = devices.far === devices.near ? this.near : new RecordingSink(() => this.#sends > 0);
    devices.near.start(this.near);
    if (devices.far !== devices.near) devices.far.start(this.far);
  }

  /** A frame (or datagram) to the far end whose content depends on `index`, with `size` octets behind its link header. */
  frame(index: number, size: number): Uint8Array<ArrayBuffer> {
    const { near, far } = this.devices;
    const content = (length: number): Uint8Array => streamOctets(index, 0, length);
    if (near.capabilities.medium === "ip") {
      const addresses = { source: "10.0.0.1", destination: "10.0.0.2", identification: index & 0xffff };
      return ipv4Packet({ ...addresses, protocol: EXPERIMENTAL_PROTOCOL }, content(Math.max(0, size - 20)));
    }
    const destination = far.mac ?? MacAddress.broadcast;
    const source = near.mac ?? MacAddress.zero;
    return ethernetFrame({ destination, source, etherType: EXPERIMENTAL }, content(size));
  }

  /**
   * Sends `frame`, its last octets as tails of the given lengths, through the near device, and then writes rubbish over every
   * octet that was lent.
   */
  send(frame: Uint8Array, tails: readonly number[] = []): boolean {
    const packet = gather(frame, tails, this.devices.near.capabilities.headroom);
    const taken = this.sendPacket(packet);
    packet.bytes.fill(GARBAGE);
    for (const slice of packet.tail) slice.bytes.fill(GARBAGE);
    return taken;
  }

  /** Sends a packet as it is, under the borrow rule's debug mode when that is on. */
  sendPacket(packet: Packet): boolean {
    const lent = lend(packet);
    this.#sends += 1;
    try {
      return this.devices.near.send(lent);
    } finally {
      this.#sends -= 1;
      reclaim(lent, packet, "down");
    }
  }

  settle(): Promise<void> {
    return this.devices.settle();
  }

  async close(): Promise<void> {
    await this.devices.near.close();
    await this.devices.far.close();
  }
}

/** A packet of `frame`'s octets: what is not in the tails stands behind `headroom`. */
export function gather(frame: Uint8Array, tails: readonly number[], headroom: number): Packet {
  const head = frame.length - tails.reduce((sum, length) => sum + length, 0);
  const packet = Packet.allocate(headroom + head);
  packet.bytes.set(frame.subarray(0, head), headroom);
  packet.reset(headroom, headroom + head);
  packet.tails = tails.length as 0 | 1 | 2;
  let at = head;
  for (const [index, length] of tails.entries()) {
    // Not at the start of its memory, as a slice of a ring is not.
    const bytes = new Uint8Array(length + 3);
    bytes.set(frame.subarray(at, at + length), 3);
    packet.tail[index as 0 | 1].aim(bytes, viewOf(bytes), 3, 3 + length);
    at += length;
  }
  return packet;
}

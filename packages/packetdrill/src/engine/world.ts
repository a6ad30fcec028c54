import { type Millis, Packet, SeededRandom } from "@mnet/core";
import { composeLayers, type Layers, type StackParameters } from "@mnet/stack/layers";
import { addressesV4, addressesV6, localMac } from "./addresses.ts";
import { barePeer, EthernetPeer, type LinkPeer } from "./link-peer.ts";
import { ScriptDevice } from "./script-device.ts";

/** A packet of the host under test. */
export interface SentPacket {
  readonly at: Millis;
  /** From the IP header on. */
  readonly octets: Uint8Array;
}

/** A packet of either direction, from the IP header on. */
export interface WirePacket extends SentPacket {
  readonly direction: "in" | "out";
  /** Whether it belongs to a second delivery: the packet itself, or what only that provoked. */
  readonly again?: boolean;
}

export interface WorldOptions {
  readonly medium: "ip" | "ethernet";
  readonly mtu: number;
  readonly seed: number;
  readonly families: readonly (4 | 6)[];
  readonly parameters: StackParameters;
}

/** Most rounds of timers at one instant: more means that the stack does not come to rest. */
const MOST_ROUNDS = 10_000;

/**
 * The host under test on a virtual clock: the layers of a stack, driven by hand. Time passes only in {@link World.advance}; what the
 * host sends is queued.
 */
export class World {
  readonly layers: Layers;
  /** What the host sent and nobody has looked at. */
  readonly sent: SentPacket[] = [];
  /** All packets in both directions, as they were on the wire from the IP header on. */
  readonly log: WirePacket[] = [];
  readonly #peer: LinkPeer;
  /** Frames of the peer that wait for the end of the call that caused them. */
  readonly #answers: Uint8Array<ArrayBuffer>[] = [];
  #now: Millis = 0;

  constructor({ medium, mtu, seed, families, parameters }: WorldOptions) {
    const ethernet = medium === "ethernet";
    this.#peer = ethernet ? new EthernetPeer((frame) => this.#answers.push(frame)) : barePeer;
    const device = new ScriptDevice(ethernet ? localMac : null, mtu, (octets) => this.#taken(octets));
    const [v4, v6] = [families.includes(4), families.includes(6)];
    this.layers = composeLayers(
      {
        device,
        ...(ethernet && { mac: localMac }),
        random: new SeededRandom(seed),
        acceptRouterAdvertisement: false,
        ...(v4 && { ipv4: `${addressesV4.local}/${addressesV4.prefixLength}`, gateway: addressesV4.gateway }),
        ...(v6 && {
          ipv6: `${addressesV6.local}/${addressesV6.prefixLength}`,
          gateway6: addressesV6.gateway,
        }),
        ...(!v6 && { ipv4Only: true }),
        ...(!v4 && { ipv6Only: true }),
        parameters,
      },
      {
        linkChanged: () => {},
        failed: (error) => {
          throw error;
        },
        fault: (error) => {
          throw error;
        },
      },
      this.#now,
    );
    this.settle();
  }

  now(): Millis {
    return this.#now;
  }

  /** IP packets arrive at the host, all at once: it answers when it has them. */
  receive(...packets: readonly Uint8Array[]): void {
    for (const packet of packets) {
      this.log.push({ at: this.#now, direction: "in", octets: packet });
      this.#deliver(this.#peer.wrap(packet));
    }
    this.settle();
  }

  /** The same packets once more. What the host sends to that is recorded, and nobody looks at it. */
  receiveAgain(...packets: readonly Uint8Array[]): void {
    const [unseen, recorded] = [this.sent.length, this.log.length];
    this.receive(...packets);
    this.sent.length = unseen;
    for (let at = recorded; at < this.log.length; at++) this.log[at] = { ...this.log[at]!, again: true };
  }

  /** Lets the layers send what a call made ready, and the link's neighbours answer. */
  settle(): void {
    this.layers.flush(this.#now);
    for (let frame = this.#answers.shift(); frame !== undefined; frame = this.#answers.shift()) {
      this.#deliver(frame);
      this.layers.flush(this.#now);
    }
  }

  /**
   * Lets time pass up to `to`, or until `done` says that it is enough. @returns whether it did. Without an end, time stops with the
   * last timer.
   * @throws Error when the timers of one instant never end.
   */
  advance(to: Millis, done: () => boolean = () => false): boolean {
    for (let rounds = 0; ; ) {
      if (done()) return true;
      const next = this.#nextDeadline();
      if (next > to || next === Number.POSITIVE_INFINITY) break;
      rounds = next > this.#now ? 0 : rounds + 1;
      if (rounds > MOST_ROUNDS) throw new Error(`timers at ${this.#now} ms do not come to rest`);
      this.#now = Math.max(this.#now, next);
      for (const layer of this.layers.timed) {
        if (layer.nextDeadline() <= this.#now) layer.onDeadline(this.#now);
      }
      this.settle();
    }
    if (to !== Number.POSITIVE_INFINITY) this.#now = Math.max(this.#now, to);
    return false;
  }

  #nextDeadline(): Millis {
    let next = Number.POSITIVE_INFINITY;
    for (const layer of this.layers.timed) next = Math.min(next, layer.nextDeadline());
    return next;
  }

  #deliver(octets: Uint8Array<ArrayBuffer>): void {
    const packet = Packet.allocate(octets.length);
    packet.bytes.set(octets);
    packet.reset(0, octets.length);
    this.layers.receive(packet, this.#now);
  }

  #taken(octets: Uint8Array<ArrayBuffer>): void {
    const packet = this.#peer.unwrap(octets);
    if (packet === null) return;
    const entry = { at: this.#now, octets: packet };
    this.sent.push(entry);
    this.log.push({ ...entry, direction: "out" });
  }
}

import type { MacAddress } from "../address/mac.ts";
import type { Packet } from "../packet/packet.ts";
import type { Verdict } from "../verdict.ts";

/** What a link can do. Immutable; a change is announced by {@link DeviceSink.capabilitiesChanged}. */
export interface LinkCapabilities {
  /** `ethernet`: packets are frames with a MAC header. `ip`: packets are bare IP datagrams, no resolver. */
  readonly medium: "ethernet" | "ip";
  /** Largest IP datagram in octets, link header excluded. */
  readonly mtu: number;
  /** Octets that must be free in front of a packet handed to this level: its own header and everything below. */
  readonly headroom: number;
  /** Whether `checksumStart` requests are carried out. */
  readonly txChecksum: boolean;
  /** Whether received packets may carry only a pseudo-header sum (`RxChecksum.Trusted`). */
  readonly rxTrusted: boolean;
  /** How many tails a packet may have: 0, 1 or 2. */
  readonly gather: number;
  /** Which large segments may be sent, and how many octets of IP datagram at most (0 = none). */
  readonly segmentation: {
    readonly tcp4: boolean;
    readonly tcp6: boolean;
    readonly udp: boolean;
    readonly maxOctets: number;
  };
}

/**
 * An interface that sends and receives packets. Devices have no queue of their own beyond what the medium needs, and never call
 * their sink from inside {@link NetworkDevice.send}.
 */
export interface NetworkDevice {
  /** The address the stack should use on this device when none is chosen; `null` on medium `ip`. */
  readonly mac: MacAddress | null;
  readonly capabilities: LinkCapabilities;
  /** Begins delivering to `sink`. Called once. Until then nothing is received. */
  start(sink: DeviceSink): void;
  /**
   * Sends one packet, borrowed for the call. `false`: not taken and nothing was sent; `sink.writable()` follows once there is room.
   * A packet that the medium loses counts as taken.
   */
  send(packet: Packet): boolean;
  /** Stops delivering until {@link NetworkDevice.resume}; what arrives may be lost. */
  pause(): void;
  resume(): void;
  /** Lets the device keep the process alive (the initial state is not). */
  ref(): void;
  unref(): void;
  /** Releases everything. Idempotent. No sink call comes after it resolves. */
  close(): Promise<void>;
}

/** Who receives from a device: the stack. */
export interface DeviceSink {
  /**
   * One packet, borrowed for the call, with `start` at its link header (medium `ethernet`) or IP header (medium `ip`).
   * @returns what became of it, from a sink that judges packets. Devices may ignore that; a capture writes it down.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most sinks judge nothing, and return nothing
  receive(packet: Packet): Verdict | void;
  /** The packets that were there are delivered: the moment for acknowledgments. */
  batchEnd(): void;
  /** There is room again after `send` returned false. */
  writable(): void;
  /** The link went down or came back. It is taken to be up when the device starts; a link that is not is told soon after. */
  linkChanged(up: boolean): void;
  capabilitiesChanged(): void;
  /** The device is gone and delivers nothing any more. */
  failed(error: Error): void;
}

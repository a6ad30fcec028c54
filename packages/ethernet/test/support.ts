import { ethernetFrame } from "@mnet/conformance";
import {
  type DeviceSink,
  type FrameHandler,
  type FrameInfo,
  type LinkCapabilities,
  lend,
  MacAddress,
  type NetworkDevice,
  Packet,
  reclaim,
  toHex,
  Verdict,
} from "@mnet/core";
import type { EthernetLayer } from "../src/index.ts";

export const OWN = "02:00:00:00:00:01";
export const PEER = "02:00:00:00:00:02";
export const BROADCAST = "ff:ff:ff:ff:ff:ff";

/** A device that keeps what is sent, and receives nothing by itself. */
export class RecordingDevice implements NetworkDevice {
  readonly mac: MacAddress | null;
  capabilities: LinkCapabilities;
  readonly frames: Uint8Array[] = [];
  full = false;

  constructor(changes: Partial<LinkCapabilities> = {}, mac: string | null = OWN) {
    this.mac = mac === null ? null : MacAddress.parse(mac);
    this.capabilities = {
      medium: "ethernet",
      mtu: 1500,
      headroom: 0,
      txChecksum: false,
      rxTrusted: false,
      gather: 2,
      segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
      ...changes,
    };
  }

  send(packet: Packet): boolean {
    if (this.full) return false;
    this.frames.push(packet.toBytes());
    return true;
  }

  start(_sink: DeviceSink): void {}
  pause(): void {}
  resume(): void {}
  ref(): void {}
  unref(): void {}
  async close(): Promise<void> {}
}

/** A handler that notes what it is given, as text. */
export class RecordingHandler implements FrameHandler {
  readonly received: string[] = [];
  verdict: Verdict = Verdict.Handled;

  input(packet: Packet, frame: FrameInfo): Verdict {
    const source = new MacAddress(frame.sourceHigh, frame.sourceLow);
    this.received.push(`${frame.cast} from ${source}: ${toHex(packet.toBytes())}`);
    return this.verdict;
  }
}

/** Delivers a frame as a device does: lent, with rubbish around it, poisoned afterwards. */
export function deliver(layer: EthernetLayer, frame: Uint8Array): Verdict {
  const buffer = new Uint8Array(frame.length + 16).fill(0xee);
  buffer.set(frame, 8);
  const packet = new Packet(buffer);
  packet.reset(8, 8 + frame.length);
  const lent = lend(packet);
  try {
    return layer.receive(lent, 0);
  } finally {
    reclaim(lent, packet, "up");
  }
}

/** A frame to us from {@link PEER} unless told otherwise. */
export function frameTo(
  destination: string,
  etherType = 0x0800,
  payload: Uint8Array = Uint8Array.of(1, 2, 3),
  source: string = PEER,
): Uint8Array {
  return ethernetFrame({ destination, source, etherType }, payload);
}

/** A packet of `payload` with `headroom` octets in front. */
export function packetOf(payload: Uint8Array, headroom = 14): Packet {
  const packet = Packet.allocate(headroom + payload.length);
  packet.bytes.set(payload, headroom);
  packet.reset(headroom, headroom + payload.length);
  return packet;
}

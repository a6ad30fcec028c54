import type { Clock, NetworkDevice } from "@mnet/core";
import { capture } from "@mnet/devices";
import { PcapngWriter } from "@mnet/pcap";

/** A device whose frames are recorded. */
export interface Recording {
  /** Use it in place of the device that was given. */
  readonly device: NetworkDevice;
  /** What has passed so far, as a pcapng file. */
  pcapng(): Uint8Array<ArrayBuffer>;
}

/**
 * Records all frames of a device in memory, time stamps from the clock: for looking at a failed run in Wireshark, and for comparing two
 * runs octet for octet.
 */
export function record(device: NetworkDevice, clock: Clock): Recording {
  const blocks: Uint8Array[] = [];
  const writer = new PcapngWriter({ write: (block) => blocks.push(block), application: "@mnet/simulation" });
  return {
    device: capture(device, { writer, clock }),
    pcapng: () => join(blocks),
  };
}

function join(blocks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(blocks.reduce((length, block) => length + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    file.set(block, at);
    at += block.length;
  }
  return file;
}
